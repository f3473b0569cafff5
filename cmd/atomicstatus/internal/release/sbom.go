package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
)

const gomod = "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0"

// billOfMaterials lists in CycloneDX what a binary is made of, as go has noted in
// it: modules with their checksums, and Go.
func billOfMaterials(binary, version string) ([]byte, error) {
	var stderr bytes.Buffer
	cmd := exec.Command("go", "run", gomod, "bin", "-json", "-std", "-noserial", "-notimestamp", "-version="+version, binary)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", cmd, err, &stderr)
	}
	var bom map[string]any
	if err := json.Unmarshal(out, &bom); err != nil {
		return nil, err
	}
	// It also names the checksums of itself, which are those of this machine.
	metadata, _ := bom["metadata"].(map[string]any)
	tools, _ := metadata["tools"].([]any)
	for _, tool := range tools {
		if tool, ok := tool.(map[string]any); ok {
			delete(tool, "hashes")
		}
	}
	out, err = json.MarshalIndent(bom, "", "  ")
	return append(out, '\n'), err
}
