package local

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/crossdock/crossdock/internal/state"
)

func TestFilesStayInTheFolder(t *testing.T) {
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	p := openTest(t, dir, Options{})
	if err := os.Mkdir(filepath.Join(dir, "inbound"), 0o755); err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(filepath.Join(dir, "inbound"), outside)
	if err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{
		"file": secret, "dir": outside, "relative": relative, "loop": "loop",
	} {
		if err := os.Symlink(target, filepath.Join(dir, "inbound", name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"inbound/file", "inbound/dir/secret", "inbound/relative/secret", "inbound/loop", "inbound/loop/x"} {
		if r, err := p.Files.Open(t.Context(), path, "", 0, -1); !errors.Is(err, state.ErrInvalid) {
			t.Errorf("open %s: %v, %v, want %v", path, r, err, state.ErrInvalid)
		}
		if _, err := p.Files.Stat(t.Context(), path); !errors.Is(err, state.ErrInvalid) {
			t.Errorf("stat %s: %v, want %v", path, err, state.ErrInvalid)
		}
		if err := p.Files.Delete(t.Context(), path, "x"); !errors.Is(err, state.ErrInvalid) {
			t.Errorf("delete %s: %v, want %v", path, err, state.ErrInvalid)
		}
		if _, err := p.Files.Create(t.Context(), path+"2/new", strings.NewReader("x")); path == "inbound/file" && err != nil {
			t.Errorf("create beside %s: %v", path, err)
		}
	}
	if _, err := p.Files.Create(t.Context(), "inbound/dir/new", strings.NewReader("x")); !errors.Is(err, state.ErrInvalid) {
		t.Errorf("create outside: %v, want %v", err, state.ErrInvalid)
	}
	infos, err := p.Files.List(t.Context(), "inbound/", "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range infos {
		if !strings.HasSuffix(i.Path, "/new") {
			t.Errorf("listed %s", i.Path)
		}
	}
	if b, err := os.ReadFile(secret); err != nil || string(b) != "secret" {
		t.Errorf("the file outside: %q, %v", b, err)
	}
	if left, err := os.ReadDir(outside); err != nil || len(left) != 1 {
		t.Errorf("outside: %v, %v", left, err)
	}
}

func TestTemporaryFilesGo(t *testing.T) {
	dir := t.TempDir()
	p := openTest(t, dir, Options{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				info, err := p.Files.Create(t.Context(), "archive/a", strings.NewReader("x"))
				if err == nil {
					err = p.Files.Delete(t.Context(), "archive/a", info.ETag)
				}
				if err != nil && !errors.Is(err, state.ErrConflict) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if left, err := os.ReadDir(filepath.Join(dir, tempDir)); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// Same length, same moment, same inode number perhaps: another ETag all the
// same.
func TestETagsOfQuickSuccessors(t *testing.T) {
	clock := newHandClock() // stands still
	p := openTest(t, t.TempDir(), Options{Now: clock.Now, AfterFunc: clock.AfterFunc})
	seen := map[string]bool{}
	for range 200 {
		info, err := p.Files.Create(t.Context(), "archive/a", strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		if seen[info.ETag] {
			t.Fatalf("ETag %s comes twice", info.ETag)
		}
		seen[info.ETag] = true
		if err := p.Files.Delete(t.Context(), "archive/a", info.ETag); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSyncsOfOneFolderAreShared(t *testing.T) {
	dir := t.TempDir()
	p := openTest(t, dir, Options{})
	s := &p.Files.syncs
	d, err := p.Files.root.Open(".")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if err := s.sync(".", d); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(s.dirs) > 1 {
		t.Errorf("%d folders are remembered", len(s.dirs))
	}
}
