package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted parts of testdata")

// TestOffline runs the verbs that work on files. A case begins with the words
// of a call; then come the files it finds, then, after "== wanted", its exit
// code, what it says and prints, and the files it leaves.
func TestOffline(t *testing.T) {
	cases, err := filepath.Glob(filepath.Join("testdata", "offline", "*.txtar"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			full, err := filepath.Abs(path)
			if err != nil {
				t.Fatal(err)
			}
			got := offlineCase(t, a)
			if *update {
				if err := os.WriteFile(full, txtar.Format(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(txtar.Format(a)), string(txtar.Format(got))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// wanted divides the files a call finds from what it does.
const wanted = "== wanted"

// offlineCase is the case as it really is.
func offlineCase(t *testing.T, a *txtar.Archive) *txtar.Archive {
	dir := t.TempDir()
	t.Chdir(dir)
	words := strings.Fields(string(a.Comment))
	if len(words) < 2 || words[0] != "crossdock" {
		t.Fatalf("%q is no call", a.Comment)
	}
	got := &txtar.Archive{Comment: a.Comment}
	given := map[string]bool{}
	for _, f := range a.Files {
		if f.Name == wanted {
			break
		}
		if err := os.WriteFile(f.Name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
		given[f.Name] = true
		got.Files = append(got.Files, f)
	}
	answer := call(t, words[1:]...)
	add := func(name, text string) {
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		got.Files = append(got.Files, txtar.File{Name: name, Data: []byte(text)})
	}
	add(wanted, fmt.Sprintf("exit code %d", answer.code))
	if answer.errs != "" {
		add("== says", answer.errs)
	}
	if answer.out != "" {
		add("== prints", answer.out)
	}
	err := filepath.WalkDir(".", func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || given[name] {
			return err
		}
		data, err := os.ReadFile(name)
		add(filepath.ToSlash(name), string(bytes.ReplaceAll(data, []byte("\r"), []byte("\\r"))))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Progress is shown after a second, five times a second, and wiped at the end.
func TestProgress(t *testing.T) {
	var b bytes.Buffer
	s := &source{name: "po.edi", size: 20 << 20, tell: &b}
	began := time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)
	for _, step := range []struct {
		read  int64
		after time.Duration
	}{{0, 0}, {1 << 20, 900 * time.Millisecond}, {5 << 20, time.Second}, {6 << 20, 1100 * time.Millisecond}, {10 << 20, 1300 * time.Millisecond}} {
		s.read = step.read
		s.show(began.Add(step.after))
	}
	s.wipe()
	if want := "\rpo.edi: 25% of 20 MB\rpo.edi: 50% of 20 MB\r\x1b[K"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	for n, want := range map[int64]string{1: "1 byte", 5000: "5000 bytes", 20 << 10: "20 KB", 30 << 20: "30 MB"} {
		if got := bytesOf(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}

// A reading ends with its context, and - is standard input.
func TestStandardInput(t *testing.T) {
	var out, errs bytes.Buffer
	root := newRoot(&out, &errs, func(string) string { return "" })
	root.SetIn(strings.NewReader(orders("old-mill", "stdin", "OM-1")))
	root.SetArgs([]string{"view", "-"})
	if err := root.ExecuteContext(t.Context()); err != nil || !strings.Contains(out.String(), "850 purchase order") {
		t.Errorf("%v, %q", err, out.String())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	root = newRoot(&out, &errs, func(string) string { return "" })
	root.SetIn(strings.NewReader(orders("old-mill", "stdin", "OM-1")))
	root.SetArgs([]string{"view", "-"})
	if err := root.ExecuteContext(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of the context: %v", err)
	}
}
