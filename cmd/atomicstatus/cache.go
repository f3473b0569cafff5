package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/atomicstatus/atomicstatus/passes/load"
)

// noCache is the value of -cache for none.
const noCache = "off"

// cacheDir returns the directory of the cache, or noCache.
func (c *command) cacheDir() (string, error) {
	dir := cmp.Or(c.flags.cache, os.Getenv("ATOMICSTATUS_CACHE"))
	if dir != "" {
		return dir, nil
	}
	user, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(user, "atomicstatus"), nil
}

// cache opens the cache. One that cannot be had costs time, and nothing else.
func (c *command) cache() *load.Cache {
	dir, err := c.cacheDir()
	if err != nil || dir == noCache {
		return nil
	}
	opened, err := load.OpenCache(dir)
	if err != nil {
		return nil
	}
	return opened
}

// clean deletes the cache, and returns the exit code.
func (c *command) clean(_ context.Context, args []string) int {
	if code, done := c.noArguments("clean", args); done {
		return code
	}
	dir, err := c.cacheDir()
	if err == nil && dir == noCache {
		err = errors.New("the cache is off")
	}
	if err == nil {
		err = load.CleanCache(dir)
	}
	if err != nil {
		return c.fail(fmt.Errorf("cannot delete the cache: %w", err))
	}
	return exitClean
}
