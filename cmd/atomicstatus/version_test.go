package main

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestDescribe(t *testing.T) {
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "0123abc"}
	modified := func(value string) debug.BuildSetting { return debug.BuildSetting{Key: "vcs.modified", Value: value} }
	platform := runtime.GOOS + "/" + runtime.GOARCH
	for _, test := range []struct {
		name string
		info debug.BuildInfo
		want string
	}{
		{"from a proxy", debug.BuildInfo{
			Main: debug.Module{Version: "v1.2.3", Sum: "h1:x="},
		}, "atomicstatus v1.2.3 go1.26.0 " + platform + "\nmodule example.com/m h1:x=\n"},
		{"from a tag", debug.BuildInfo{
			Main:     debug.Module{Version: "v1.2.3"},
			Settings: []debug.BuildSetting{revision, modified("false")},
		}, "atomicstatus v1.2.3 go1.26.0 " + platform + "\nmodule example.com/m\ncommit 0123abc\n"},
		{"from a working tree", debug.BuildInfo{
			Main:     debug.Module{Version: "v1.2.4-0.20260102030405-0123abc+dirty"},
			Settings: []debug.BuildSetting{revision, modified("true")},
		}, "atomicstatus v1.2.4-0.20260102030405-0123abc+dirty go1.26.0 " + platform + "\nmodule example.com/m\ncommit 0123abc with changes\n"},
	} {
		test.info.GoVersion, test.info.Main.Path = "go1.26.0", "example.com/m"
		if got := describe(&test.info); got != test.want {
			t.Errorf("%s:\n%swant\n%s", test.name, got, test.want)
		}
	}
}
