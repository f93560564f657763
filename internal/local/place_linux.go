package local

import (
	"errors"
	"os"
	"path"

	"golang.org/x/sys/unix"
)

// place gives a temporary file its name, unless something has it. It is one
// rename, so the file appears with the change time it keeps: a link would be
// seen, for a moment, with an ETag that removing the other name changes.
func (f *Files) place(temp, name string) error {
	dir, err := f.root.Open(path.Dir(name))
	if err != nil {
		return err
	}
	defer dir.Close()
	err = unix.Renameat2(int(f.temp.Fd()), path.Base(temp), int(dir.Fd()), path.Base(name), unix.RENAME_NOREPLACE)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS): // not every file system can
		return f.link(temp, name)
	}
	return &os.LinkError{Op: "rename", Old: temp, New: name, Err: err}
}
