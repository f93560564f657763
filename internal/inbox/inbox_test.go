package inbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/state"
)

// A file that belongs nowhere is told of once and stays where it is, however
// often the sweep comes by: there is no copy of it.
func TestMisplacedFilesStay(t *testing.T) {
	p, err := local.Open(t.TempDir(), local.Options{Queues: map[string]local.QueueConfig{state.QueueFiles: {}, state.QueueEDIInbound: {}}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	now := time.Now()
	store := state.New(p.Records, p.Files, p.Queues, state.Options{Now: func() time.Time { return now }})
	in := &inbox.Inbox{Store: store, Channel: func(string, string) (string, bool) { return state.QueueEDIInbound, true }}

	const path = "inbound/acme/above-the-channels.edi"
	info, err := p.Files.Create(t.Context(), path, strings.NewReader("ISA"))
	if err != nil {
		t.Fatal(err)
	}
	w, err := inbox.Wake(inbox.Event{Path: path, ETag: info.ETag})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := in.Take(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(time.Hour)
	for range 2 {
		if err := in.Sweep(t.Context(), "acme"); err != nil {
			t.Fatal(err)
		}
	}
	if again, err := p.Files.Stat(t.Context(), path); err != nil || again.ETag != info.ETag {
		t.Errorf("after the sweeps: %+v, %v, want the file as it was", again, err)
	}
	rows, err := store.List(t.Context(), state.ListQuery{Tenant: state.House, List: state.ListFiles})
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d files of the house (%v), want one", len(rows), err)
	}
	f, err := inbox.Read(t.Context(), store, state.House, rows[0].ID)
	if err != nil || f.Outcome != inbox.Rejected || f.Findings[0].Code != inbox.CodePath {
		t.Errorf("the file ends as %+v, %v", f, err)
	}
	if d, err := p.Queues.Depth(t.Context(), state.QueueFiles); err != nil || d.Active != 0 {
		t.Errorf("%d events sent (%v), want none: the file was told of", d.Active, err)
	}
}

// What was taken and finished goes at the sweep if a crash left it; what was
// never recorded gets its event.
func TestSweepFindsWhatACrashLeft(t *testing.T) {
	p, err := local.Open(t.TempDir(), local.Options{Queues: map[string]local.QueueConfig{state.QueueFiles: {}, state.QueueEDIInbound: {}}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	now := time.Now()
	store := state.New(p.Records, p.Files, p.Queues, state.Options{Now: func() time.Time { return now }})
	in := &inbox.Inbox{Store: store, Channel: func(string, string) (string, bool) { return state.QueueEDIInbound, true }}
	var ids []string
	for _, name := range []string{"finished.edi", "unfinished.edi", "unseen.edi", "half.tmp"} {
		path := "inbound/acme/main/" + name
		info, err := p.Files.Create(t.Context(), path, strings.NewReader(name))
		if err != nil {
			t.Fatal(err)
		}
		if name == "unseen.edi" || inbox.Ignored(path) {
			continue
		}
		w, err := inbox.Wake(inbox.Event{Path: path, ETag: info.ETag})
		if err != nil {
			t.Fatal(err)
		}
		if err := in.Take(t.Context(), w); err != nil {
			t.Fatal(err)
		}
		rows, err := store.List(t.Context(), state.ListQuery{Tenant: "acme", List: state.ListFiles})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if strings.Contains(string(row.Body), name) {
				ids = append(ids, row.ID)
			}
		}
	}
	// The outcome of the first is committed; a crash keeps it from its release.
	var f inbox.File
	rec, err := store.ReadInto(t.Context(), inbox.Key("acme", ids[0]), inbox.RecordID, inbox.RecordKind, inbox.RecordVersion, &f)
	if err != nil {
		t.Fatal(err)
	}
	b := store.Batch(f.Key())
	inbox.Finish(b, rec, &f, inbox.Accepted, now)
	if _, err := b.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	if err := in.Sweep(t.Context(), "acme"); err != nil {
		t.Fatal(err)
	}
	left, err := p.Files.List(t.Context(), "inbound/acme/", "", 10)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, info := range left {
		names = append(names, strings.TrimPrefix(info.Path, "inbound/acme/main/"))
	}
	if got, want := strings.Join(names, " "), "half.tmp unfinished.edi unseen.edi"; got != want {
		t.Errorf("left: %s, want %s", got, want)
	}
	if d, err := p.Queues.Depth(t.Context(), state.QueueFiles); err != nil || d.Active != 1 {
		t.Errorf("%d events sent (%v), want that of the file no event named", d.Active, err)
	}
}
