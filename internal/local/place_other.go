//go:build !linux

package local

// place gives a temporary file its name, unless something has it.
func (f *Files) place(temp, name string) error { return f.link(temp, name) }
