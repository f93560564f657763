package local

import (
	"errors"
	"io/fs"
	"os"
	"path"

	"golang.org/x/sys/unix"
)

// root is an os.Root for what a file costs: os.Root opens each folder of a
// path in turn, for every call; here the kernel goes down the path in one, and
// holds it to the folder as os.Root does.
type root struct {
	*os.Root
	top *os.File // nil: the kernel cannot, or may not
}

func openRoot(dir string) (*root, error) {
	under, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	r := &root{Root: under}
	if r.top, err = under.Open("."); err != nil {
		return nil, errors.Join(err, under.Close())
	}
	if f, err := r.OpenFile(".", os.O_RDONLY, 0); err != nil { // kernels before 5.6, and some sandboxes
		err = r.top.Close()
		r.top = nil
		return r, err
	} else if err := f.Close(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Close implements os.Root.
func (r *root) Close() error {
	if r.top == nil {
		return r.Root.Close()
	}
	return errors.Join(r.top.Close(), r.Root.Close())
}

// errEscapes is what os.Root says of a path that leads out of the folder.
var errEscapes = errors.New("path escapes from parent")

// OpenFile implements os.Root.
func (r *root) OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error) {
	if r.top == nil {
		return r.Root.OpenFile(name, flag, perm)
	}
	how := unix.OpenHow{
		Flags: uint64(flag) | unix.O_CLOEXEC, Mode: uint64(perm.Perm()),
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_MAGICLINKS,
	}
	for {
		fd, err := unix.Openat2(int(r.top.Fd()), name, &how)
		switch {
		case err == nil:
			return os.NewFile(uintptr(fd), name), nil
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.EAGAIN): // a rename crossed it
			continue
		case errors.Is(err, unix.EXDEV):
			err = errEscapes
		}
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
}

// Open implements os.Root.
func (r *root) Open(name string) (*os.File, error) { return r.OpenFile(name, os.O_RDONLY, 0) }

// Stat implements os.Root.
func (r *root) Stat(name string) (fs.FileInfo, error) {
	if r.top == nil {
		return r.Root.Stat(name)
	}
	return r.look(name, unix.O_PATH)
}

// Lstat implements os.Root.
func (r *root) Lstat(name string) (fs.FileInfo, error) {
	if r.top == nil {
		return r.Root.Lstat(name)
	}
	return r.look(name, unix.O_PATH|unix.O_NOFOLLOW)
}

func (r *root) look(name string, flag int) (fs.FileInfo, error) {
	f, err := r.OpenFile(name, flag, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Stat()
}

// Rename implements os.Root.
func (r *root) Rename(from, to string) error {
	if r.top == nil {
		return r.Root.Rename(from, to)
	}
	a, err := r.parent(from)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := r.parent(to)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := unix.Renameat(int(a.Fd()), path.Base(from), int(b.Fd()), path.Base(to)); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}

// unlink removes a file that is no folder.
func (r *root) unlink(name string) error {
	if r.top == nil {
		return r.Remove(name)
	}
	dir, err := r.parent(name)
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := unix.Unlinkat(int(dir.Fd()), path.Base(name), 0); err != nil {
		return &fs.PathError{Op: "remove", Path: name, Err: err}
	}
	return nil
}

// parent opens the folder a path is in, to name what is in it.
func (r *root) parent(name string) (*os.File, error) {
	return r.OpenFile(path.Dir(name), unix.O_PATH|unix.O_DIRECTORY, 0)
}
