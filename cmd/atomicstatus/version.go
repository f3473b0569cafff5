package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// builtFrom returns what this binary was built from.
func builtFrom() *debug.BuildInfo {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info
	}
	return &debug.BuildInfo{GoVersion: runtime.Version(), Main: debug.Module{Path: modulePath, Version: "(unknown)"}}
}

// describe says in lines what a binary was built from. What is not known has no
// line: a module from a proxy names no commit, one from a directory no checksum.
func describe(info *debug.BuildInfo) string {
	text := fmt.Sprintf("atomicstatus %s %s %s/%s\nmodule %s %s", info.Main.Version, info.GoVersion, runtime.GOOS, runtime.GOARCH, info.Main.Path, info.Main.Sum)
	settings := buildSettings(info)
	text = strings.TrimSuffix(text, " ") + "\n"
	if commit := settings["vcs.revision"]; commit != "" {
		text += "commit " + commit
		if settings["vcs.modified"] == "true" {
			text += " with changes"
		}
		text += "\n"
	}
	return text
}

// buildSettings returns what go has noted of how a binary was built, by name.
func buildSettings(info *debug.BuildInfo) map[string]string {
	settings := make(map[string]string)
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	return settings
}
