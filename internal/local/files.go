package local

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

const (
	tempDir = houseDir + "/tmp"

	// asideDir holds, under their own paths, files on their way out.
	asideDir = houseDir + "/aside"

	// copyBuffer is what Create reads at once.
	copyBuffer = 64 << 10
)

// Files is state's Files: plain files under the folder, so that a partner's
// transfer server and a person with a shell see the same as the program.
// Nothing outside the folder is reached, through symbolic links neither. The
// folder is one file system.
type Files struct {
	root  *root
	temp  *os.File // the directory of temporary files
	now   func() time.Time
	syncs syncer
	temps atomic.Int64
	dated atomic.Int64 // the last time a file was given, Unix ns

	buffers  sync.Pool // of *[copyBuffer]byte
	seed     maphash.Seed
	deleting [32]sync.Mutex // by path: one Delete of a path at a time
}

var _ state.Files = (*Files)(nil)

// openFiles also clears what a process that was killed left unfinished.
func openFiles(dir string, now func() time.Time) (*Files, error) {
	root, err := openRoot(dir)
	if err != nil {
		return nil, err
	}
	err = errors.Join(putBack(root), root.RemoveAll(tempDir), root.MkdirAll(tempDir, 0o755))
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	temp, err := root.Open(tempDir)
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return &Files{
		root: root, temp: temp, now: now,
		syncs:   syncer{dirs: map[string]*dirSync{}},
		seed:    maphash.MakeSeed(),
		buffers: sync.Pool{New: func() any { return new([copyBuffer]byte) }},
	}, nil
}

func (f *Files) close() error { return errors.Join(f.temp.Close(), f.root.Close()) }

// fileError says which of state's errors a failure of the file system is.
func fileError(what, p string, err error) error {
	var kind error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		kind = state.ErrNotFound
	case errors.Is(err, fs.ErrExist):
		kind = state.ErrConflict
	case escapes(err):
		kind = state.ErrInvalid
	default:
		kind = state.ErrUnavailable
	}
	return fmt.Errorf("%s file %s: %w: %w", what, p, kind, err)
}

// escapes reports whether os.Root refused a way out of the folder. The error
// has no name of its own, but it is the only one that is no system error.
func escapes(err error) bool {
	var p *fs.PathError
	var l *os.LinkError
	var n syscall.Errno
	if errors.As(err, &n) {
		return n == syscall.ELOOP
	}
	return (errors.As(err, &p) || errors.As(err, &l)) && !errors.Is(err, fs.ErrClosed)
}

// Create implements state.Files.
func (f *Files) Create(ctx context.Context, name string, r io.Reader) (state.FileInfo, error) {
	if err := state.CheckPath(name); err != nil {
		return state.FileInfo{}, err
	}
	if _, err := f.root.Lstat(name); err == nil { // spares reading r; the rename decides
		return state.FileInfo{}, fmt.Errorf("create file %s: it exists: %w", name, state.ErrConflict)
	}
	temp := tempDir + "/" + strconv.FormatInt(f.temps.Add(1), 36)
	w, err := f.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return state.FileInfo{}, fmt.Errorf("create file %s: %w", name, unavailable("temporary file", err))
	}
	info, err := f.fill(ctx, w, temp, name, r)
	if err = errors.Join(err, w.Close()); err != nil {
		return state.FileInfo{}, errors.Join(err, f.discard(temp))
	}
	return info, nil
}

// fill makes a temporary file the file name.
func (f *Files) fill(ctx context.Context, w *os.File, temp, name string, r io.Reader) (state.FileInfo, error) {
	if err := f.write(ctx, w, temp, r); err != nil {
		return state.FileInfo{}, fmt.Errorf("create file %s: %w", name, err)
	}
	dir, err := f.openDir(path.Dir(name))
	if err != nil {
		return state.FileInfo{}, fileError("create", name, err)
	}
	defer dir.Close()
	if err := f.place(temp, name, dir); err != nil {
		return state.FileInfo{}, fileError("create", name, err)
	}
	if err := f.syncs.sync(path.Dir(name), dir); err != nil {
		return state.FileInfo{}, fileError("create", name, err)
	}
	i, err := w.Stat()
	if err != nil {
		return state.FileInfo{}, fileError("create", name, err)
	}
	return describe(name, i), nil
}

// discard removes a temporary file, if it did not become another.
func (f *Files) discard(temp string) error {
	if err := f.root.unlink(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unavailable("temporary file", err)
	}
	return nil
}

// write fills the temporary file, and sees it to the disk.
func (f *Files) write(ctx context.Context, w *os.File, temp string, r io.Reader) error {
	buf := f.buffers.Get().(*[copyBuffer]byte)
	defer f.buffers.Put(buf)
	for {
		n, rerr := r.Read(buf[:])
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return unavailable("write", err)
			}
		}
		if rerr == io.EOF {
			break
		}
		if rerr != nil {
			return fmt.Errorf("read content: %w", rerr)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if err := f.date(temp); err != nil {
		return unavailable("date", err)
	}
	if err := w.Sync(); err != nil {
		return unavailable("sync", err)
	}
	return nil
}

// date gives a file a time of its own. The clock of a file system ticks in
// milliseconds and inode numbers are used again, so without it a file deleted
// and created anew within one tick could carry the ETag of the first.
func (f *Files) date(temp string) error {
	for {
		last := f.dated.Load()
		next := max(f.now().UnixNano(), last+1)
		if f.dated.CompareAndSwap(last, next) {
			return f.setTime(temp, time.Unix(0, next))
		}
	}
}

// link gives a temporary file its name where there is no better way, see place.
func (f *Files) link(temp, name string) error {
	if err := f.root.Link(temp, name); err != nil {
		return err
	}
	return f.root.Remove(temp)
}

// openDir opens a directory, made if it is not there.
func (f *Files) openDir(dir string) (*os.File, error) {
	d, err := f.root.Open(dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return d, err
	}
	if err := f.makeDir(dir); err != nil {
		return nil, err
	}
	return f.root.Open(dir)
}

// makeDir makes a directory and those above it, durably.
func (f *Files) makeDir(dir string) error {
	if dir == "." {
		return nil
	}
	if _, err := f.root.Stat(dir); err == nil {
		return nil
	}
	above, err := f.openDir(path.Dir(dir))
	if err != nil {
		return err
	}
	defer above.Close()
	if err := f.root.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return f.syncs.sync(path.Dir(dir), above)
}

// Stat implements state.Files.
func (f *Files) Stat(ctx context.Context, name string) (state.FileInfo, error) {
	if err := errors.Join(ctx.Err(), state.CheckPath(name)); err != nil {
		return state.FileInfo{}, err
	}
	i, err := f.root.Stat(name)
	if err != nil {
		return state.FileInfo{}, fileError("stat", name, err)
	}
	if !i.Mode().IsRegular() {
		return state.FileInfo{}, fmt.Errorf("stat file %s: it is a %s: %w", name, i.Mode().Type(), state.ErrNotFound)
	}
	return describe(name, i), nil
}

func describe(name string, i fs.FileInfo) state.FileInfo {
	return state.FileInfo{Path: name, Size: i.Size(), ETag: etagOf(i), Modified: i.ModTime().UTC()}
}

// Delete implements state.Files. The directory is not synced: a deletion that
// a power failure undoes leaves a file that will be dealt with once more.
func (f *Files) Delete(ctx context.Context, name, etag string) error {
	one := &f.deleting[maphash.String(f.seed, name)%uint64(len(f.deleting))]
	one.Lock()
	defer one.Unlock()
	i, err := f.Stat(ctx, name)
	if err != nil {
		return err
	}
	if i.ETag != etag {
		return fmt.Errorf("delete file %s: its ETag is %s, not %s: %w", name, i.ETag, etag, state.ErrConflict)
	}
	// Taken aside, nobody reaches it by its name any more: what is there now
	// is what is removed, and what came in between is put back.
	// A kill between the two leaves it aside, and the next start puts it back.
	aside := asideDir + "/" + name
	err = f.root.Rename(name, aside)
	if errors.Is(err, fs.ErrNotExist) { // so far, perhaps, nothing of its directory was deleted
		if err := f.root.MkdirAll(path.Dir(aside), 0o755); err != nil {
			return fileError("delete", name, err)
		}
		err = f.root.Rename(name, aside)
	}
	if err != nil {
		return fileError("delete", name, err)
	}
	now, err := f.root.Lstat(aside)
	if err != nil {
		return fileError("delete", name, err)
	}
	if now.Size() != i.Size || !now.ModTime().Equal(i.Modified) {
		err := f.root.Link(aside, name)
		return errors.Join(
			fmt.Errorf("delete file %s: it changed: %w", name, state.ErrConflict),
			fileError("put back", name, err), fileError("put back", name, f.root.unlink(aside)))
	}
	return fileError("delete", name, f.root.unlink(aside))
}

// putBack returns to their places the files that a kill left aside. One whose
// place is taken again was replaced and goes.
func putBack(root *root) error {
	err := fs.WalkDir(root.FS(), asideDir, func(aside string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name := strings.TrimPrefix(aside, asideDir+"/")
		if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}
		if err := root.Link(aside, name); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return root.Remove(aside)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was ever deleted
	}
	return err
}
