package local

import (
	"errors"
	"os"
	"path"
	"time"

	"golang.org/x/sys/unix"
)

// place gives a temporary file its name in dir, unless something has it. It is
// one rename, so the file appears with the change time it keeps: a link would
// be seen, for a moment, with an ETag that removing the other name changes.
func (f *Files) place(temp, name string, dir *os.File) error {
	err := unix.Renameat2(int(f.temp.Fd()), path.Base(temp), int(dir.Fd()), path.Base(name), unix.RENAME_NOREPLACE)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS): // not every file system can
		return f.link(temp, name)
	}
	return &os.LinkError{Op: "rename", Old: temp, New: name, Err: err}
}

// setTime gives a temporary file its time.
func (f *Files) setTime(temp string, t time.Time) error {
	ts := unix.NsecToTimespec(t.UnixNano())
	return os.NewSyscallError("utimensat", unix.UtimesNanoAt(int(f.temp.Fd()), path.Base(temp), []unix.Timespec{ts, ts}, 0))
}
