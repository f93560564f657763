package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// cancelling cancels at the first thing that is written.
type cancelling struct {
	bytes.Buffer
	cancel context.CancelFunc
}

func (c *cancelling) Write(p []byte) (int, error) {
	c.cancel()
	return c.Buffer.Write(p)
}

// Ctrl-C in a demo is told as that, and leaves no folder behind.
func TestDemoInterrupted(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	errs := &cancelling{cancel: cancel}
	if code := run(ctx, []string{"demo"}, &out, errs, func(string) string { return "" }); code != exitFailed {
		t.Errorf("exit code %d, want %d", code, exitFailed)
	}
	if !strings.HasSuffix(errs.String(), "\ncrossdock: interrupted\n") || out.Len() > 0 {
		t.Errorf("it says %q, %q", errs.String(), out.String())
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A wait that ran out says what it waited for.
func TestDemoGivesUp(t *testing.T) {
	ctx, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	d := &demoRun{}
	for range 7 {
		d.steps = append(d.steps, step{As: "po.edi"})
	}
	d.settled = make([]time.Time, len(d.steps))
	for _, c := range []struct {
		settled int
		says    string
	}{
		{0, "gave up waiting: 7 files without an outcome: po.edi, po.edi, po.edi, po.edi, po.edi, …; --timeout"},
		{6, "gave up waiting: 1 file without an outcome: po.edi; --timeout"},
		{7, "gave up waiting: every file has its outcome, but not all that it set off is done; --timeout"},
	} {
		for i := range c.settled {
			d.settled[i] = time.Now()
		}
		if err := d.late(ctx, ctx.Err()); exitCode(err) != exitOutcome || !strings.HasPrefix(err.Error(), c.says) {
			t.Errorf("with %d of 7: %v, want %q", c.settled, err, c.says)
		}
	}
}

// The progress line of a terminal is gone before anything else is said.
func TestProgressLineEnds(t *testing.T) {
	p := newPlatform(t, nil)
	c := (&command{to: p.url()}).ops()
	for _, s := range []step{
		{Tenant: "harbor", Channel: "guest", As: "po.edi", content: []byte("x")},
		{Tenant: "harbor", Channel: "guest", As: "po2.edi", source: filepath.Join(t.TempDir(), "gone")},
	} {
		var b bytes.Buffer
		d := &demoRun{platform: p, client: c, steps: []step{s}, progress: &progress{w: &b, terminal: true, last: -1}}
		_, err := d.run(t.Context())
		if (err != nil) != (s.source != "") {
			t.Errorf("%s: %v", s.As, err)
		}
		if !strings.HasSuffix(b.String(), "\r\x1b[K") {
			t.Errorf("%s: the terminal is left with %q", s.As, b.String())
		}
	}
}

// Every name made of a path is one that a channel takes.
func TestDropName(t *testing.T) {
	taken := map[string]bool{}
	for path, want := range map[string]string{
		"a/po.edi": "a__po.edi",
		"...":      "unnamed",
		".po":      "po",
		"half.tmp": "half.tmp.edi",
		"po.part":  "po.part.edi",
		strings.Repeat("a", 20) + "." + strings.Repeat("b", 199): strings.Repeat("b", 199),
	} {
		got := dropName(path, taken)
		if got != want || !state.ValidPath("inbound/harbor/guest/"+got) {
			t.Errorf("%q is dropped as %q, want %q", path, got, want)
		}
	}
	taken["po"] = true
	if got := dropName("po", taken); got != "2-po" {
		t.Errorf("a name that is taken becomes %q", got)
	}
}
