package local

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// watched is an inbox whose looks and clock the test gives.
type watched struct {
	t       *testing.T
	dir     string
	clock   *handClock
	looks   chan time.Time
	run     *arrivals
	arrived chan state.FileInfo
	refuse  chan error // what Arrived answers next, if something
}

func watch(t *testing.T, before func(dir string)) *watched {
	t.Helper()
	w := &watched{
		t: t, dir: t.TempDir(), clock: newHandClock(),
		looks: make(chan time.Time), arrived: make(chan state.FileInfo, 100), refuse: make(chan error, 1),
	}
	p := openTest(t, w.dir, Options{})
	if before != nil {
		before(w.dir)
	}
	in := &Inbox{Files: p.Files, Now: w.clock.Now, Look: w.looks, Arrived: func(_ context.Context, fs []state.FileInfo) error {
		select {
		case err := <-w.refuse:
			return err
		default:
		}
		for _, f := range fs {
			w.arrived <- f
		}
		return nil
	}}
	run, err := in.begin()
	if err != nil {
		t.Fatal(err)
	}
	w.run = run
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		run.watch(ctx)
		close(ended)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
		run.end()
	})
	return w
}

// look lets the inbox look and waits until it has.
func (w *watched) look() {
	w.t.Helper()
	select {
	case w.looks <- time.Time{}:
	case <-w.timeout().Done():
		w.t.Fatal("the inbox does not look")
	}
	// An event about nothing is taken once the look is done.
	select {
	case w.run.dirs.events <- dirEvent{path: "inbound"}:
	case <-w.timeout().Done():
		w.t.Fatal("the look does not end")
	}
}

func (w *watched) timeout() context.Context {
	ctx, cancel := context.WithTimeout(w.t.Context(), 30*time.Second)
	w.t.Cleanup(cancel)
	return ctx
}

func (w *watched) write(name, content string) string {
	w.t.Helper()
	path := filepath.Join(w.dir, "inbound", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		w.t.Fatal(err)
	}
	return path
}

func (w *watched) wants(paths ...string) {
	w.t.Helper()
	want := map[string]bool{}
	for _, p := range paths {
		want[p] = true
	}
	for range paths {
		select {
		case f := <-w.arrived:
			if !want[f.Path] {
				w.t.Errorf("told of %s, want %v", f.Path, paths)
			}
			delete(want, f.Path)
		case <-w.timeout().Done():
			w.t.Fatalf("not told of %v", want)
		}
	}
	w.wantsNothing()
}

func (w *watched) wantsNothing() {
	w.t.Helper()
	select {
	case f := <-w.arrived:
		w.t.Errorf("told of %s", f.Path)
	default:
	}
}

func TestInboxWaitsUntilAFileIsQuiet(t *testing.T) {
	w := watch(t, nil)
	w.write("acme/as2/po 1.edi", "ISA")
	w.look()
	w.clock.Advance(1900 * time.Millisecond)
	w.look()
	w.wantsNothing()
	w.write("acme/as2/po 1.edi", "ISA*00") // grows: it starts again
	w.look()
	w.clock.Advance(1900 * time.Millisecond)
	w.look()
	w.wantsNothing()
	w.clock.Advance(200 * time.Millisecond)
	w.look()
	w.wants("inbound/acme/as2/po 1.edi")
	w.clock.Advance(time.Hour)
	w.look()
	w.wantsNothing() // once a version
	w.write("acme/as2/po 1.edi", "another version")
	w.look()
	w.clock.Advance(2 * time.Second)
	w.look()
	w.wants("inbound/acme/as2/po 1.edi")
}

func TestInboxPassesOver(t *testing.T) {
	w := watch(t, nil)
	for _, name := range []string{"acme/as2/a.tmp", "acme/as2/a.part", "acme/as2/.hidden", "acme/loose.edi", "loose.edi", "acme/as2/deep/er.edi", ".acme/as2/a.edi"} {
		w.write(name, "x")
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(w.dir, "inbound/acme/as2/link")); err != nil {
		t.Fatal(err)
	}
	w.look()
	w.clock.Advance(time.Hour)
	w.look()
	w.wantsNothing()
}

func TestInboxFindsWhatIsThereAtStart(t *testing.T) {
	w := watch(t, func(dir string) {
		path := filepath.Join(dir, "inbound/acme/as2")
		if err := os.MkdirAll(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path, "a"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	})
	w.look()
	w.clock.Advance(2 * time.Second)
	w.look()
	w.wants("inbound/acme/as2/a")
}

func TestInboxTellsAgainAfterAFailure(t *testing.T) {
	w := watch(t, nil)
	w.write("acme/as2/a", "x")
	w.look()
	w.refuse <- errors.New("state is away")
	w.clock.Advance(2 * time.Second)
	w.look() // refused, now or at a look the new folders brought
	w.look()
	w.wants("inbound/acme/as2/a")
}

func BenchmarkLook(b *testing.B) {
	dir := b.TempDir()
	p := openTest(b, dir, Options{})
	if err := os.MkdirAll(filepath.Join(dir, "inbound/acme/as2"), 0o755); err != nil {
		b.Fatal(err)
	}
	for range 1000 {
		if err := os.WriteFile(filepath.Join(dir, "inbound/acme/as2", state.RandomID()), nil, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	a := &arrivals{Inbox: Inbox{Files: p.Files, Now: time.Now, Quiet: time.Hour}, seen: map[string]*sighting{}}
	for b.Loop() {
		a.look(b.Context())
	}
	b.ReportMetric(1000, "files/op")
}
