//go:build unix

package local

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/crossdock/crossdock/internal/state"
)

// A pipe somebody put there is not opened: it would wait for a writer.
func TestPipesAreNoFiles(t *testing.T) {
	dir := t.TempDir()
	p := openTest(t, dir, Options{})
	if err := p.Files.makeDir("inbound"); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "inbound", "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Files.Open(t.Context(), "inbound/pipe", "", 0, -1); !errors.Is(err, state.ErrNotFound) {
		t.Errorf("open: %v, want %v", err, state.ErrNotFound)
	}
	if _, err := p.Files.Stat(t.Context(), "inbound/pipe"); !errors.Is(err, state.ErrNotFound) {
		t.Errorf("stat: %v, want %v", err, state.ErrNotFound)
	}
}
