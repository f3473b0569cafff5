package load

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/rogpeppe/go-internal/cache"
)

// Cache keeps what was found out about packages from one run to the next, in files
// of a directory. Many processes may use it at once. What it cannot keep or give
// back is found out anew, so that it fails in silence.
type Cache struct {
	store *cache.Cache
	tool  [sha256.Size]byte // this program, which another answers in another way
}

// OpenCache opens the cache in a directory, which it makes. What nobody has asked for
// in five days is deleted.
func OpenCache(dir string) (*Cache, error) {
	tool, err := thisProgram()
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	store, err := cache.Open(dir)
	if err != nil {
		return nil, err
	}
	_ = store.Trim() // there is always another day
	return &Cache{store, tool}, nil
}

// thisProgram returns the hash of the program that runs, and of what makes Go's type
// checker behave in another way.
func thisProgram() (sum [sha256.Size]byte, err error) {
	name := "/proc/self/exe" // also where another has been built in its place since
	if _, err := os.Stat(name); err != nil {
		if name, err = os.Executable(); err != nil {
			return sum, err
		}
	}
	f, err := os.Open(name)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, err
	}
	fmt.Fprintf(h, "GODEBUG=%s", os.Getenv("GODEBUG"))
	h.Sum(sum[:0])
	return sum, nil
}

// get reports whether the cache has a value, which it decodes into a pointer.
func (c *Cache) get(k key, value any) bool {
	data, _, err := c.store.GetBytes(cache.ActionID(k))
	return err == nil && gob.NewDecoder(bytes.NewReader(data)).Decode(value) == nil
}

// put keeps a value, if it can.
func (c *Cache) put(k key, value any) {
	var data bytes.Buffer
	if gob.NewEncoder(&data).Encode(value) == nil {
		_ = c.store.PutBytes(cache.ActionID(k), data.Bytes())
	}
}

// entryName matches the names of the files of the cache.
var entryName = regexp.MustCompile(`^[0-9a-f]{64}-[ad]$`)

// CleanCache deletes the files of the cache in a directory, and the directory if
// nothing else is in it. There may be none.
func CleanCache(dir string) error {
	for i := range 256 {
		sub := filepath.Join(dir, fmt.Sprintf("%02x", i))
		files, err := os.ReadDir(sub)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, file := range files {
			if !entryName.MatchString(file.Name()) {
				continue
			}
			if err := os.Remove(filepath.Join(sub, file.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		_ = os.Remove(sub) // it stays if something else is in it
	}
	_ = os.Remove(filepath.Join(dir, "trim.txt"))
	_ = os.Remove(dir)
	return nil
}
