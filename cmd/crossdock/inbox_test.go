package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// logLines is a log that can be read while it is written.
type logLines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// What lies in the inbox is taken whatever it is called, read only if it is a
// file of a channel, and never passed over in silence.
func TestWhatLiesInTheInbox(t *testing.T) {
	t.Parallel()
	log := new(logLines)
	p := newPlatform(t, func(o *platformOptions) { o.Log = zerolog.New(log) })
	dir := p.options.Dir
	c := (&command{to: p.url()}).ops()
	want := map[string]string{}
	for i, name := range []string{
		"with blanks and (more).edi", "grün-字-🚚.edi", `"quoted' & <tag>.edi`, "%41+b;c=d?e#f.edi", "-rf", "UPPER.EDI", "no-extension",
		"a" + strings.Repeat("b", 200) + ".edi", "x12.edi ", "*.edi", "$(id).edi",
	} {
		drop(t, dir, "harbor/guest", name, oneOrder(fmt.Sprint("N", i)))
		want[name] = "accepted"
	}
	for name, content := range map[string]string{
		"empty": "", "blank": "  \r\n\t\n ", "letter.txt": "Dear supplier, please send twelve.", "zeros": strings.Repeat("\x00", 1<<20), "half": oneOrder("h")[:150],
	} {
		drop(t, dir, "harbor/guest", name, content)
		want[name] = "rejected"
	}
	// A channel the tenant does not have, and a tenant nobody is.
	for _, channel := range []string{"harbor/side-door", "stranger/guest", "Harbor/guest"} {
		if err := os.MkdirAll(filepath.Join(dir, "inbound", channel), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	drop(t, dir, "harbor/side-door", "door.edi", oneOrder("D"))
	want["door.edi"] = "rejected"
	drop(t, dir, "stranger/guest", "stranger.edi", oneOrder("S"))
	want["inbound/stranger/guest/stranger.edi"] = "rejected"
	drop(t, dir, "Harbor/guest", "capital.edi", oneOrder("C"))
	want["inbound/Harbor/guest/capital.edi"] = "rejected"
	// What is no file of a channel: a folder, a link to the outside, a file
	// above the channels, a name no platform takes.
	outside := filepath.Join(t.TempDir(), "secret.edi")
	if err := os.WriteFile(outside, []byte(oneOrder("OUTSIDE")), 0o666); err != nil {
		t.Fatal(err)
	}
	inbound := filepath.Join(dir, "inbound", "harbor", "guest")
	if err := os.Mkdir(filepath.Join(inbound, "folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	drop(t, dir, "harbor/guest/folder", "inner.edi", oneOrder("INNER"))
	if err := os.Symlink(outside, filepath.Join(inbound, "link.edi")); err != nil {
		t.Fatal(err)
	}
	drop(t, dir, "harbor", "above.edi", oneOrder("ABOVE"))
	drop(t, dir, "harbor/guest", "new\nline.edi", oneOrder("NEWLINE"))
	drop(t, dir, "harbor/guest", "not-utf8-\xff.edi", oneOrder("UTF8"))
	silent := []string{"folder", "link.edi", "above.edi", `new\nline.edi`, `not-utf8-\xff.edi`}

	wait(t, 20*time.Second, "every outcome", func() bool {
		rows, err := c.Files(t.Context(), "", most)
		if err != nil {
			t.Fatal(err)
		}
		done := 0
		for _, r := range rows {
			if r.Outcome != "" {
				done++
			}
		}
		return done >= len(want)
	})
	wait(t, 10*time.Second, "each of the others in the log", func() bool {
		return !slices.ContainsFunc(silent, func(name string) bool { return !strings.Contains(log.String(), name[:5]) })
	})
	got := outcomes(t, c)
	for name, outcome := range want {
		if got[name] != outcome {
			t.Errorf("%q: outcome %q, want %q", name, got[name], outcome)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("also taken: %v", got)
	}
	views := call(t, "files", "list", "--json", "--to", p.url())
	if strings.Contains(views.out, "OUTSIDE") || strings.Contains(log.String(), "OUTSIDE") {
		t.Error("what the link points to was read")
	}
	warned := map[string]int{}
	for line := range strings.Lines(log.String()) {
		var l struct{ Level, Path, Message string }
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		if l.Level == "warn" {
			warned[l.Path]++
		}
		if l.Level == "error" {
			t.Errorf("logged: %s", line)
		}
	}
	for path, n := range warned {
		if n != 1 {
			t.Errorf("warned %d times of %q", n, path)
		}
	}
	if len(warned) != len(silent) {
		t.Errorf("warned of %v, want of %q", warned, silent)
	}
	for _, name := range silent {
		path := filepath.Join(inbound, strings.NewReplacer(`\n`, "\n", `\xff`, "\xff").Replace(name))
		if name == "above.edi" {
			path = filepath.Join(dir, "inbound", "harbor", name)
		}
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("what is not taken stays: %v", err)
		}
	}
	// The sweep, an hour later, takes what lies in the folder, says where the
	// file above the channels belongs, and leaves alone what is being written.
	stalled, err := os.Create(filepath.Join(inbound, "folder", "stalled.edi"))
	if err != nil {
		t.Fatal(err)
	}
	defer stalled.Close()
	if _, err := stalled.WriteString(oneOrder("ST")[:120]); err != nil {
		t.Fatal(err)
	}
	if err := sweepInbox(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	wait(t, 10*time.Second, "what was swept up", func() bool { return settled(t, c, len(want)+2) })
	got = outcomes(t, c)
	if got["folder/inner.edi"] != "accepted" || got["inbound/harbor/above.edi"] != "rejected" || len(got) != len(want)+2 {
		t.Errorf("after the sweep: %v", got)
	}
	// The screens survive such names.
	for _, words := range [][]string{{"files", "list"}, {"status"}} {
		got := call(t, append(words, "--to", p.url())...)
		if got.code != exitOK || strings.Contains(got.out, "\x1b") {
			t.Errorf("%v: code %d", words, got.code)
		}
	}
}
