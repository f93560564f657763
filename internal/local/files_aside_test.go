package local

import (
	"os"
	"path/filepath"
	"testing"
)

// TestPutBack finds at start what a kill left between being taken aside and
// being judged: a version that nobody has taken must not be lost.
func TestPutBack(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("inbound/acme/a/other.edi", "stays")
	write(asideDir+"/inbound/acme/a/new.edi", "newer")
	write(asideDir+"/inbound/acme/a/other.edi", "replaced")
	openTest(t, dir, Options{})
	for name, want := range map[string]string{"new.edi": "newer", "other.edi": "stays"} {
		got, err := os.ReadFile(filepath.Join(dir, "inbound", "acme", "a", name))
		if err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
	}
}
