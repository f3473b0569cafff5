package analyzer

import (
	"os"
	"path/filepath"
)

// SettingsName is the name of the settings file beside go.mod.
const SettingsName = ".atomicstatus.yaml"

// SettingsNames are the names that it is known by: some write the other ending. There
// must be one of them at most.
func SettingsNames() []string { return []string{SettingsName, ".atomicstatus.yml"} }

// SettingsFiles are the settings files that are there in a directory.
func SettingsFiles(dir string) []string {
	var files []string
	for _, name := range SettingsNames() {
		name = filepath.Join(dir, name)
		if _, err := os.Lstat(name); err == nil {
			files = append(files, name)
		}
	}
	return files
}
