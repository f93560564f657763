package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/crossdock/crossdock/internal/state"
)

// Open implements state.Files.
func (f *Files) Open(ctx context.Context, name, etag string, offset, length int64) (io.ReadCloser, error) {
	if err := errors.Join(ctx.Err(), state.CheckPath(name)); err != nil {
		return nil, err
	}
	if offset < 0 {
		return nil, fmt.Errorf("open file %s: offset %d: %w", name, offset, state.ErrInvalid)
	}
	// Not to wait for the writer of a pipe somebody put there.
	file, err := f.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fileError("open", name, err)
	}
	r, err := newFileReader(file, name, etag, offset, length)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return r, nil
}

// fileReader reads exactly the content an ETag names. It looks at the file
// after each read, so bytes of another content never come out.
type fileReader struct {
	file *os.File
	name string
	etag string
	at   int64
	left int64
}

func newFileReader(file *os.File, name, etag string, offset, length int64) (*fileReader, error) {
	i, err := file.Stat()
	if err != nil {
		return nil, fileError("open", name, err)
	}
	if !i.Mode().IsRegular() {
		return nil, fmt.Errorf("open file %s: it is a %s: %w", name, i.Mode().Type(), state.ErrNotFound)
	}
	found := etagOf(i)
	if etag != "" && etag != found {
		return nil, fmt.Errorf("open file %s: its ETag is %s, not %s: %w", name, found, etag, state.ErrConflict)
	}
	left := max(0, i.Size()-offset)
	if length >= 0 {
		left = min(left, length)
	}
	return &fileReader{file: file, name: name, etag: found, at: offset, left: left}, nil
}

// Read implements io.Reader.
func (r *fileReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n, err := r.file.ReadAt(p[:min(int64(len(p)), r.left)], r.at)
	if changed := r.check(); changed != nil {
		return 0, changed
	}
	if n == 0 && err != nil { // its size did not change: not the end
		return 0, fmt.Errorf("read file %s: %w: %w", r.name, state.ErrUnavailable, err)
	}
	r.at += int64(n)
	r.left -= int64(n)
	return n, nil
}

func (r *fileReader) check() error {
	i, err := r.file.Stat()
	if err != nil {
		return fileError("read", r.name, err)
	}
	if etag := etagOf(i); etag != r.etag {
		return fmt.Errorf("read file %s: its ETag is %s, not %s: %w", r.name, etag, r.etag, state.ErrConflict)
	}
	return nil
}

// Close implements io.Closer.
func (r *fileReader) Close() error { return r.file.Close() }

// List implements state.Files. A page reads the directories it touches, whole.
func (f *Files) List(ctx context.Context, prefix, after string, limit int) ([]state.FileInfo, error) {
	if limit <= 0 || limit > maxPage {
		limit = maxPage
	}
	l := &lister{files: f, prefix: prefix, after: after, limit: limit}
	start := "."
	if i := strings.LastIndexByte(prefix, '/'); i >= 0 {
		if start = prefix[:i]; !state.ValidPath(start + "/x") {
			return nil, fmt.Errorf("prefix %q: %w", prefix, state.ErrInvalid)
		}
	}
	if err := l.walk(ctx, start); err != nil && !errors.Is(err, state.ErrNotFound) {
		return nil, err
	}
	return l.found, nil
}

type lister struct {
	files         *Files
	prefix, after string
	limit         int
	found         []state.FileInfo
}

// walk adds the files under dir in the byte order of their paths, in which a
// directory counts as its name and a slash.
func (l *lister) walk(ctx context.Context, dir string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	names, err := l.names(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if len(l.found) == l.limit {
			return nil
		}
		if sub, ok := strings.CutSuffix(name, "/"); ok {
			if err := l.walk(ctx, sub); err != nil && !errors.Is(err, state.ErrNotFound) {
				return err
			}
			continue
		}
		i, err := l.files.root.Lstat(name)
		switch {
		case errors.Is(err, os.ErrNotExist): // gone meanwhile
		case err != nil:
			return fileError("list", name, err)
		case strings.HasPrefix(name, InboundDir+"/") && beingWritten(l.files.root, name):
			// In the cloud a file is there once it is whole; a partner whose
			// transfer stalls must not have half of it swept up here.
		case i.Mode().IsRegular() && state.ValidPath(name):
			l.found = append(l.found, describe(name, i))
		}
	}
	return nil
}

// names are the paths of dir's entries that may matter, directories with a
// slash, in order.
func (l *lister) names(dir string) ([]string, error) {
	d, err := l.files.root.Open(dir)
	if err != nil {
		return nil, fileError("list", dir, err)
	}
	entries, err := d.ReadDir(-1)
	if err = errors.Join(err, d.Close()); err != nil {
		return nil, fileError("list", dir, err)
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		name := e.Name()
		if dir != "." {
			name = dir + "/" + name
		}
		if strings.HasPrefix(e.Name(), houseDir) {
			continue
		}
		if e.IsDir() {
			name += "/"
			if (strings.HasPrefix(name, l.prefix) || strings.HasPrefix(l.prefix, name)) &&
				(name > l.after || strings.HasPrefix(l.after, name)) {
				names = append(names, name)
			}
			continue
		}
		if strings.HasPrefix(name, l.prefix) && name > l.after {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}
