package local

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// dirWatch hears from the kernel what is renamed into folders.
type dirWatch struct {
	events chan dirEvent
	file   *os.File // the inotify instance; nil: there is none
	over   chan struct{}
	ended  chan struct{}

	mu   sync.Mutex
	dirs map[int32]string // by watch descriptor
}

func (w *dirWatch) open() error {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return os.NewSyscallError("inotify_init1", err)
	}
	w.file = os.NewFile(uintptr(fd), "inotify")
	w.events, w.dirs = make(chan dirEvent), map[int32]string{}
	w.over, w.ended = make(chan struct{}), make(chan struct{})
	go w.read()
	return nil
}

func (w *dirWatch) close() {
	if w.file == nil {
		return
	}
	close(w.over)
	w.file.Close() // ends the read
	<-w.ended
}

// add watches a folder; one that is watched stays so.
func (w *dirWatch) add(root *root, dir string) error {
	if w.file == nil {
		return nil
	}
	const mask = unix.IN_MOVED_TO | unix.IN_CREATE | unix.IN_ONLYDIR
	conn, err := w.file.SyscallConn()
	if err != nil {
		return err
	}
	var wd int
	var addErr error
	err = conn.Control(func(fd uintptr) {
		wd, addErr = unix.InotifyAddWatch(int(fd), filepath.Join(root.Name(), dir), mask)
	})
	if err = errors.Join(err, addErr); err != nil {
		if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) {
			return nil // gone again
		}
		return os.NewSyscallError("inotify_add_watch", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dirs[int32(wd)] = dir
	return nil
}

// read passes events on until close. What the kernel drops when its queue is
// full, the next look finds.
func (w *dirWatch) read() {
	defer close(w.ended)
	buf := make([]byte, 64<<10)
	for {
		n, err := w.file.Read(buf)
		if err != nil {
			return
		}
		for b := buf[:n]; len(b) >= unix.SizeofInotifyEvent; {
			wd := int32(binary.NativeEndian.Uint32(b[0:]))
			mask := binary.NativeEndian.Uint32(b[4:])
			end := unix.SizeofInotifyEvent + int(binary.NativeEndian.Uint32(b[12:]))
			name, _, _ := bytes.Cut(b[unix.SizeofInotifyEvent:end], []byte{0})
			b = b[end:]
			if e, ok := w.event(wd, mask, string(name)); ok {
				select {
				case w.events <- e:
				case <-w.over:
					return
				}
			}
		}
	}
}

func (w *dirWatch) event(wd int32, mask uint32, name string) (dirEvent, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	dir, known := w.dirs[wd]
	isDir := mask&unix.IN_ISDIR != 0
	switch {
	case mask&unix.IN_IGNORED != 0:
		delete(w.dirs, wd)
		return dirEvent{}, false
	case !known || name == "":
		return dirEvent{}, false
	}
	return dirEvent{path: dir + "/" + name, dir: isDir}, isDir || mask&unix.IN_MOVED_TO != 0
}

// beingWritten reports whether some process has the file open for writing. A
// read lease tells: the kernel grants it only if nobody has. Where there are
// no leases (another owner's file, some network file systems) the open files
// of all processes we may look at are searched.
func beingWritten(root *root, name string) bool {
	f, err := root.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return false // whoever takes the file will meet the same
	}
	defer f.Close()
	fd := f.Fd()
	_, err = unix.FcntlInt(fd, unix.F_SETLEASE, unix.F_RDLCK)
	switch {
	case err == nil:
		_, err = unix.FcntlInt(fd, unix.F_SETLEASE, unix.F_UNLCK)
		return err != nil
	case errors.Is(err, unix.EAGAIN):
		return true
	}
	i, err := f.Stat()
	return err == nil && openForWriting("/proc", i)
}

// openForWriting searches a proc file system for the file.
func openForWriting(proc string, file os.FileInfo) bool {
	links, err := filepath.Glob(proc + "/[0-9]*/fd/*")
	if err != nil {
		return false
	}
	for _, link := range links {
		i, err := os.Stat(link)
		if err != nil || !os.SameFile(i, file) {
			continue
		}
		info, err := os.ReadFile(strings.Replace(link, "/fd/", "/fdinfo/", 1))
		if err == nil && writes(string(info)) {
			return true
		}
	}
	return false
}

// writes reads the flags of a descriptor, which are octal.
func writes(fdinfo string) bool {
	_, rest, ok := strings.Cut(fdinfo, "flags:")
	line, _, _ := strings.Cut(rest, "\n")
	flags, err := strconv.ParseInt(strings.TrimSpace(line), 8, 64)
	return ok && err == nil && flags&unix.O_ACCMODE != unix.O_RDONLY
}
