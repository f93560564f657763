package statetest

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/crossdock/crossdock/internal/state"
)

var fileTests = []test{
	{"a file comes back as it was", func(t *testing.T, p Platform) {
		content := strings.Repeat("ISA*00*~\x00\xff\n", 30_000)
		made := p.create(t, "archive/acme/in/po 1 ä.edi", content)
		if made.Path != "archive/acme/in/po 1 ä.edi" || made.Size != int64(len(content)) || made.ETag == "" || made.Modified.IsZero() {
			t.Errorf("created %+v", made)
		}
		stat, err := p.Files.Stat(within(t), made.Path)
		if err != nil || stat.ETag != made.ETag || stat.Size != made.Size || stat.Path != made.Path {
			t.Errorf("stat %+v, %v, want %+v", stat, err, made)
		}
		for _, etag := range []string{made.ETag, ""} {
			if got := p.content(t, made.Path, etag, 0, -1); got != content {
				t.Errorf("content of %d bytes, want %d", len(got), len(content))
			}
		}
		empty := p.create(t, "archive/acme/empty", "")
		if got := p.content(t, empty.Path, empty.ETag, 0, -1); got != "" || empty.Size != 0 {
			t.Errorf("empty file: %q, %+v", got, empty)
		}
	}},
	{"create is conditional", func(t *testing.T, p Platform) {
		made := p.create(t, "archive/a", "first")
		if _, err := p.Files.Create(within(t), "archive/a", strings.NewReader("second")); !errors.Is(err, state.ErrConflict) {
			t.Errorf("create of what exists: %v, want %v", err, state.ErrConflict)
		}
		if got := p.content(t, "archive/a", made.ETag, 0, -1); got != "first" {
			t.Errorf("content %q, want first", got)
		}
	}},
	{"of many creators one wins, whole", func(t *testing.T, p Platform) {
		contents := make([]string, 8)
		for n := range contents {
			contents[n] = strings.Repeat(string(rune('a'+n)), 100_000)
		}
		for _, path := range []string{"archive/r1", "archive/new/r2", "archive/new/er/r3"} {
			winner := race(t, len(contents), func(n int) error {
				_, err := p.Files.Create(within(t), path, strings.NewReader(contents[n]))
				return err
			})
			if got := p.content(t, path, "", 0, -1); got != contents[winner] {
				t.Errorf("content is not that of the winner, %c", 'a'+winner)
			}
		}
	}},
	{"a source that fails leaves nothing", func(t *testing.T, p Platform) {
		broken := errors.New("the line dropped")
		r := io.MultiReader(strings.NewReader(strings.Repeat("x", 200_000)), iotest.ErrReader(broken))
		if _, err := p.Files.Create(within(t), "archive/a", r); !errors.Is(err, broken) {
			t.Errorf("create: %v, want %v", err, broken)
		}
		if _, err := p.Files.Stat(within(t), "archive/a"); !errors.Is(err, state.ErrNotFound) {
			t.Errorf("stat: %v, want %v", err, state.ErrNotFound)
		}
		p.list(t, "archive/", 10)
		p.create(t, "archive/a", "whole")
	}},
	{"ranges", func(t *testing.T, p Platform) {
		const content = "0123456789"
		made := p.create(t, "archive/a", content)
		for _, c := range []struct {
			offset, length int64
			want           string
		}{
			{0, 4, "0123"}, {3, 4, "3456"}, {8, 100, "89"}, {4, -1, "456789"},
			{0, 0, ""}, {10, -1, ""}, {10, 5, ""}, {99, 5, ""}, {0, 10, content},
		} {
			if got := p.content(t, "archive/a", made.ETag, c.offset, c.length); got != c.want {
				t.Errorf("%d bytes from %d: %q, want %q", c.length, c.offset, got, c.want)
			}
		}
		if _, err := p.Files.Open(within(t), "archive/a", made.ETag, -1, 1); !errors.Is(err, state.ErrInvalid) {
			t.Errorf("offset -1: %v, want %v", err, state.ErrInvalid)
		}
	}},
	{"what is not there", func(t *testing.T, p Platform) {
		p.create(t, "archive/dir/a", "x")
		for _, path := range []string{"archive/none", "none/none", "archive/dir", "archive/dir/a/b"} {
			if _, err := p.Files.Stat(within(t), path); !errors.Is(err, state.ErrNotFound) {
				t.Errorf("stat of %s: %v, want %v", path, err, state.ErrNotFound)
			}
			if _, err := p.Files.Open(within(t), path, "", 0, -1); !errors.Is(err, state.ErrNotFound) {
				t.Errorf("open of %s: %v, want %v", path, err, state.ErrNotFound)
			}
			if err := p.Files.Delete(within(t), path, "x"); !errors.Is(err, state.ErrNotFound) {
				t.Errorf("delete of %s: %v, want %v", path, err, state.ErrNotFound)
			}
		}
	}},
	{"delete under its ETag", func(t *testing.T, p Platform) {
		first := p.create(t, "archive/a", "same length 1")
		if err := p.Files.Delete(within(t), "archive/a", "other"); !errors.Is(err, state.ErrConflict) {
			t.Errorf("delete under another ETag: %v, want %v", err, state.ErrConflict)
		}
		if err := p.Files.Delete(within(t), "archive/a", first.ETag); err != nil {
			t.Fatal(err)
		}
		second := p.create(t, "archive/a", "same length 2")
		if second.ETag == first.ETag {
			t.Errorf("another content has the same ETag %s", first.ETag)
		}
		if err := p.Files.Delete(within(t), "archive/a", first.ETag); !errors.Is(err, state.ErrConflict) {
			t.Errorf("delete under the ETag of before: %v, want %v", err, state.ErrConflict)
		}
		if _, err := p.Files.Open(within(t), "archive/a", first.ETag, 0, -1); !errors.Is(err, state.ErrConflict) {
			t.Errorf("open under the ETag of before: %v, want %v", err, state.ErrConflict)
		}
		if got := p.content(t, "archive/a", second.ETag, 0, -1); got != "same length 2" {
			t.Errorf("content %q", got)
		}
	}},
	{"of many deleters one wins", func(t *testing.T, p Platform) {
		for range 5 {
			made := p.create(t, "archive/a", "x")
			won := make(chan error, 6)
			for range cap(won) {
				go func() { won <- p.Files.Delete(within(t), "archive/a", made.ETag) }()
			}
			winners := 0
			for range cap(won) {
				switch err := <-won; {
				case err == nil:
					winners++
				case !errors.Is(err, state.ErrNotFound):
					t.Errorf("delete: %v, want %v", err, state.ErrNotFound)
				}
			}
			if winners != 1 {
				t.Errorf("%d deleters won", winners)
			}
		}
	}},
	{"a file overwritten while it is read", func(t *testing.T, p Platform) {
		if p.Overwrite == nil {
			return
		}
		// More than the buffers between a reader and its source hold.
		old := strings.Repeat("old ", 6_000_000)
		made := p.create(t, "inbound/acme/as2/po.edi", old)
		r, err := p.Files.Open(within(t), made.Path, made.ETag, 0, -1)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		head := make([]byte, 1000)
		if _, err := io.ReadFull(r, head); err != nil || string(head) != old[:1000] {
			t.Fatalf("head: %v", err)
		}
		p.Overwrite(t, made.Path, strings.Repeat("new ", 400_000))
		rest, err := io.ReadAll(r)
		if !errors.Is(err, state.ErrConflict) {
			t.Errorf("rest: error %v, want %v", err, state.ErrConflict)
		}
		if bytes.Contains(rest, []byte("new")) {
			t.Error("bytes of the new content came under the old ETag")
		}
		now, err := p.Files.Stat(within(t), made.Path)
		if err != nil || now.ETag == made.ETag {
			t.Fatalf("stat: %+v, %v, want another ETag than %s", now, err, made.ETag)
		}
		if err := p.Files.Delete(within(t), made.Path, made.ETag); !errors.Is(err, state.ErrConflict) {
			t.Errorf("delete under the old ETag: %v, want %v", err, state.ErrConflict)
		}
		if got := p.content(t, made.Path, now.ETag, 0, 3); got != "new" {
			t.Errorf("content %q, want new", got)
		}
	}},
	{"list goes in byte order, page by page", func(t *testing.T, p Platform) {
		paths := []string{"inbound/a-b/x", "inbound/a.b", "inbound/a/b/c", "inbound/a/b/d", "inbound/a/x y", "inbound/a0", "inbound/ab/x", "inbound/b", "inbound/ä"}
		for _, path := range slices.Backward(paths) {
			p.create(t, path, "x")
		}
		p.create(t, "archive/a", "x")
		for prefix, want := range map[string][]string{
			"inbound/":      paths,
			"inbound/a":     paths[:7],
			"inbound/a/":    paths[2:5],
			"inbound/a/b":   paths[2:4],
			"inbound/a/b/c": paths[2:3],
			"inbound/none/": nil,
			"nothing/":      nil,
			"":              append([]string{"archive/a"}, paths...),
		} {
			for _, limit := range []int{1, 2, 4, 100} {
				if got := p.list(t, prefix, limit); !slices.Equal(got, want) {
					t.Errorf("list %q by %d: %v, want %v", prefix, limit, got, want)
				}
			}
		}
	}},
	{"hostile paths are refused", func(t *testing.T, p Platform) {
		for _, path := range []string{
			"", "a", "/", "/etc/passwd", "archive/../x", "archive/..", "../archive/x", "archive/./x", "archive//x", "archive/x/",
			`archive/..\x`, `archive/x\y`, "archive/x\x00y", "archive/x\ny", "archive/\xff", ".crossdock/lock", "archive/.crossdock-x",
			"archive/" + strings.Repeat("x", 300), "archive/" + strings.Repeat("x/", 600) + "x",
		} {
			if _, err := p.Files.Create(within(t), path, strings.NewReader("x")); !errors.Is(err, state.ErrInvalid) {
				t.Errorf("create %q: %v, want %v", path, err, state.ErrInvalid)
			}
			if _, err := p.Files.Open(within(t), path, "", 0, -1); !errors.Is(err, state.ErrInvalid) {
				t.Errorf("open %q: %v, want %v", path, err, state.ErrInvalid)
			}
			if _, err := p.Files.Stat(within(t), path); !errors.Is(err, state.ErrInvalid) {
				t.Errorf("stat %q: %v, want %v", path, err, state.ErrInvalid)
			}
			if err := p.Files.Delete(within(t), path, "x"); !errors.Is(err, state.ErrInvalid) {
				t.Errorf("delete %q: %v, want %v", path, err, state.ErrInvalid)
			}
		}
		// Odd, and harmless.
		for _, path := range []string{"archive/%2e%2e", "archive/a?b#c&d=e+f", "archive/..x", "archive/x..", "archive/ 注文 📦"} {
			made := p.create(t, path, path)
			if got := p.content(t, path, made.ETag, 0, -1); got != path {
				t.Errorf("content of %q: %q", path, got)
			}
		}
	}},
	{"files survive reopening", func(t *testing.T, p Platform) {
		if p.Reopen == nil {
			return
		}
		made := p.create(t, "archive/a", "x")
		p = p.Reopen(t)
		if got := p.content(t, "archive/a", made.ETag, 0, -1); got != "x" {
			t.Errorf("content %q", got)
		}
	}},
}

func (p Platform) create(t *testing.T, path, content string) state.FileInfo {
	t.Helper()
	info, err := p.Files.Create(within(t), path, strings.NewReader(content))
	if err != nil {
		t.Fatalf("create %q: %v", path, err)
	}
	return info
}

func (p Platform) content(t *testing.T, path, etag string, offset, length int64) string {
	t.Helper()
	r, err := p.Files.Open(within(t), path, etag, offset, length)
	if err != nil {
		t.Fatalf("open %q: %v", path, err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("read %q: %v", path, err)
	}
	return string(b)
}

func (p Platform) list(t *testing.T, prefix string, limit int) []string {
	t.Helper()
	var paths []string
	for after := ""; ; {
		page, err := p.Files.List(within(t), prefix, after, limit)
		if err != nil {
			t.Fatalf("list %q: %v", prefix, err)
		}
		if len(page) > limit {
			t.Fatalf("page of %d, limit %d", len(page), limit)
		}
		if len(page) == 0 {
			return paths
		}
		for _, f := range page {
			if f.ETag == "" || f.Size < 0 {
				t.Errorf("listed %+v", f)
			}
			paths = append(paths, f.Path)
		}
		after = paths[len(paths)-1]
	}
}
