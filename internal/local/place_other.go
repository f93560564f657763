//go:build !linux

package local

import (
	"os"
	"time"
)

// place gives a temporary file its name, unless something has it.
func (f *Files) place(temp, name string, _ *os.File) error { return f.link(temp, name) }

// setTime gives a temporary file its time.
func (f *Files) setTime(temp string, t time.Time) error { return f.root.Chtimes(temp, t, t) }
