package simtest

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// files is what all processes of a world have in common of state.Files.
type files struct {
	mu   sync.Mutex // guards the rest
	now  func() time.Time
	set  map[string]*file
	last int64 // ETag given out last
}

// file is one content of a path; another content is another file.
type file struct {
	info state.FileInfo
	data []byte
}

func newFiles(now func() time.Time) *files { return &files{now: now, set: map[string]*file{}} }

func (f *files) create(path string, data []byte) (state.FileInfo, error) {
	if err := state.CheckPath(path); err != nil {
		return state.FileInfo{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.set[path] != nil {
		return state.FileInfo{}, fmt.Errorf("create %s: it exists: %w", path, state.ErrConflict)
	}
	return f.put(path, data), nil
}

// overwrite changes a file as a partner does, whatever is there.
func (f *files) overwrite(path string, data []byte) state.FileInfo {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.put(path, data)
}

func (f *files) put(path string, data []byte) state.FileInfo {
	f.last++
	info := state.FileInfo{Path: path, Size: int64(len(data)), ETag: strconv.FormatInt(f.last, 10), Modified: f.now()}
	f.set[path] = &file{info, slices.Clone(data)}
	return info
}

func (f *files) stat(path string) (state.FileInfo, error) {
	if err := state.CheckPath(path); err != nil {
		return state.FileInfo{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	at := f.set[path]
	if at == nil {
		return state.FileInfo{}, fmt.Errorf("file %s: %w", path, state.ErrNotFound)
	}
	return at.info, nil
}

func (f *files) open(path, etag string, offset, length int64) (*reader, error) {
	if offset < 0 {
		return nil, invalid("open %s at %d", path, offset)
	}
	info, err := f.stat(path)
	if err != nil {
		return nil, err
	}
	if etag != "" && etag != info.ETag {
		return nil, fmt.Errorf("file %s is another version: %w", path, state.ErrConflict)
	}
	end := info.Size
	if length >= 0 {
		end = min(end, offset+length)
	}
	return &reader{files: f, path: path, etag: info.ETag, next: offset, end: end}, nil
}

// readAt copies from the version of an ETag.
func (f *files) readAt(p []byte, path, etag string, offset int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := f.set[path]
	if at == nil || at.info.ETag != etag {
		return 0, fmt.Errorf("file %s changed while it was read: %w", path, state.ErrConflict)
	}
	return copy(p, at.data[offset:]), nil
}

func (f *files) list(prefix, after string, limit int) []state.FileInfo {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []state.FileInfo
	for path, at := range f.set {
		if strings.HasPrefix(path, prefix) && path > after {
			found = append(found, at.info)
		}
	}
	slices.SortFunc(found, func(a, b state.FileInfo) int { return strings.Compare(a.Path, b.Path) })
	return found[:min(len(found), limit)]
}

func (f *files) delete(path, etag string) error {
	if err := state.CheckPath(path); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	at := f.set[path]
	switch {
	case at == nil:
		return fmt.Errorf("delete %s: %w", path, state.ErrNotFound)
	case at.info.ETag != etag:
		return fmt.Errorf("delete %s: it is another version: %w", path, state.ErrConflict)
	}
	delete(f.set, path)
	return nil
}

// reader reads one version, for as long as it is there.
type reader struct {
	files *files
	path  string
	etag  string
	next  int64
	end   int64
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if r.next >= r.end {
		return 0, io.EOF
	}
	n, err := r.files.readAt(p[:min(int64(len(p)), r.end-r.next)], r.path, r.etag, r.next)
	r.next += int64(n)
	return n, err
}

// Close implements io.Closer.
func (r *reader) Close() error { return nil }
