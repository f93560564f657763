//go:build !linux

package local

import "os"

// root is an os.Root.
type root struct{ *os.Root }

func openRoot(dir string) (*root, error) {
	r, err := os.OpenRoot(dir)
	return &root{r}, err
}

// unlink removes a file that is no folder.
func (r *root) unlink(name string) error { return r.Remove(name) }
