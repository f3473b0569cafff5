package main

import (
	"crypto/sha256"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// The formula names the archive of each platform that Homebrew knows, with its checksum,
// and is Ruby.
func TestFormula(t *testing.T) {
	var archives []packed
	for _, platform := range platforms {
		goos, goarch, _ := strings.Cut(platform, "/")
		archives = append(archives, packed{goos, goarch, "atomicstatus_v1.2.3_" + goos + "_" + goarch + ".tar.gz", []byte(platform)})
	}
	data, err := formula("v1.2.3", archives)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	want := func(goos, goarch string) string {
		return fmt.Sprintf("      url \"https://github.com/atomicstatus/atomicstatus/releases/download/v1.2.3/atomicstatus_v1.2.3_%s_%s.tar.gz\"\n      sha256 %q\n",
			goos, goarch, fmt.Sprintf("%x", sha256.Sum256([]byte(goos+"/"+goarch))))
	}
	for _, part := range []string{
		"\n  version \"1.2.3\"\n",
		"\n  on_macos do\n    on_arm do\n" + want("darwin", "arm64") + "    end\n    on_intel do\n" + want("darwin", "amd64") + "    end\n  end\n",
		"\n  on_linux do\n    on_arm do\n" + want("linux", "arm64") + "    end\n    on_intel do\n" + want("linux", "amd64") + "    end\n  end\n",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("the formula lacks\n%s", part)
		}
	}
	if strings.Contains(text, "windows") {
		t.Error("the formula names an archive for Windows")
	}
	if t.Failed() {
		t.Log(text)
	}
	ruby, err := exec.LookPath("ruby")
	if err != nil {
		t.Skip("no ruby to read the formula with")
	}
	cmd := exec.Command(ruby, "-wc", "-")
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("ruby: %v\n%s", err, out)
	}
}
