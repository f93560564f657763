package main

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// samplePaths are the real files, read where they are.
func samplePaths(t *testing.T) []string {
	t.Helper()
	dir := cmp.Or(os.Getenv("CROSSDOCK_SAMPLES"), filepath.Join("..", "..", "..", "shared", "samples"))
	index, err := os.ReadFile(filepath.Join(dir, "index.tsv"))
	if err != nil {
		t.Fatalf("the real partner files are missing (set CROSSDOCK_SAMPLES): %v", err)
	}
	var all []string
	for _, line := range strings.Split(strings.TrimSpace(string(index)), "\n")[1:] {
		name, _, _ := strings.Cut(line, "\t")
		all = append(all, filepath.Join(dir, filepath.FromSlash(name)))
	}
	if len(all) < 300 {
		t.Fatalf("the index names %d files", len(all))
	}
	return all
}

// Every real file is shown, as text and as JSON, with every finding in place,
// and no line of text ends in a blank or steers the terminal.
func TestViewSamples(t *testing.T) {
	for _, path := range samplePaths(t) {
		text := call(t, "view", path)
		if text.code != exitOK || text.errs != "" {
			t.Errorf("view %s: code %d, %q", path, text.code, text.errs)
		}
		if !utf8.ValidString(text.out) || strings.ContainsFunc(text.out, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7F }) {
			t.Errorf("view %s prints control characters or what is no UTF-8", path)
		}
		got := call(t, "view", "--json", path)
		var segments []segmentView
		if err := json.Unmarshal([]byte(got.out), &segments); err != nil || got.code != exitOK {
			t.Errorf("view --json %s: code %d, %v", path, got.code, err)
		}
		findings := 0
		for _, s := range segments {
			findings += len(s.Findings)
		}
		if shown := strings.Count(text.out, "! error ") + strings.Count(text.out, "! warning ") + strings.Count(text.out, "! note "); shown != findings {
			t.Errorf("view %s shows %d findings, --json %d", path, shown, findings)
		}
	}
}

// A page needs nothing else, and each link of its summary leads to a segment.
func TestViewPage(t *testing.T) {
	links := regexp.MustCompile(`href="#([^"]+)"`)
	external := regexp.MustCompile(`(?i)(src|href)="?(https?:|//)|<script|<link|@import|url\(`)
	for i, path := range samplePaths(t) {
		if i%7 != 0 {
			continue
		}
		got := call(t, "view", "--html", "-", path)
		if got.code != exitOK || !strings.HasPrefix(got.out, "<!doctype html>") || !strings.HasSuffix(got.out, "</html>\n") {
			t.Fatalf("view --html %s: code %d, %q", path, got.code, got.errs)
		}
		if m := external.FindString(got.out); m != "" {
			t.Errorf("the page of %s asks for more: %q", path, m)
		}
		for _, m := range links.FindAllStringSubmatch(got.out, -1) {
			if strings.Count(got.out, `id="`+m[1]+`"`) != 1 {
				t.Errorf("the page of %s links to %s, which is not there once", path, m[1])
			}
		}
	}
}

// Values are shown as they are written, never as markup.
func TestViewPageEscapes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.edi")
	order := orders("old-mill", "page", "OM-1")
	order = strings.Replace(order, "*OM-1", "*<script src=x", 1)
	if err := os.WriteFile(path, []byte(order), 0o644); err != nil {
		t.Fatal(err)
	}
	got := call(t, "view", "--html", "-", path)
	if strings.Contains(got.out, "<script") || !strings.Contains(got.out, "&lt;script src=x") {
		t.Error("a value became markup")
	}
}

// On a terminal lines have its width and colours; on anything else neither.
func TestViewWidth(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"AB*CD*EF", 5, "AB*|CD*EF"},
		{"one two three", 8, "one two|three"},
		{"abcdefgh", 3, "abc|def|gh"},
		{"short", 0, "short"},
	} {
		if got := strings.Join(wrap(c.text, c.width, "*"), "|"); got != c.want {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
	if got := painter(true).paint(red, "x"); got != "\x1b[31mx\x1b[0m" {
		t.Errorf("red is %q", got)
	}
	if got := painter(false).paint(red, "x"); got != "x" {
		t.Errorf("without colours it is %q", got)
	}
}
