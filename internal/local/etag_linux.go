package local

import (
	"io/fs"
	"strconv"
	"syscall"
)

// etagOf names a file's content: which inode, how long, when written. The
// change time is part of it because a partner's transfer sets the other one.
func etagOf(i fs.FileInfo) string {
	b := make([]byte, 0, 64)
	st, ok := i.Sys().(*syscall.Stat_t)
	if ok {
		b = append(strconv.AppendUint(b, st.Ino, 36), '-')
		b = append(strconv.AppendInt(b, st.Ctim.Nano(), 36), '-')
	}
	b = append(strconv.AppendInt(b, i.ModTime().UnixNano(), 36), '-')
	return string(strconv.AppendInt(b, i.Size(), 36))
}
