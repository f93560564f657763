package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"zombiezen.com/go/sqlite/sqlitex"
)

func openTest(t testing.TB, dir string, o Options) *Platform {
	t.Helper()
	p, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestCommitAndReceive(t *testing.T) {
	dir := t.TempDir()
	o := Options{Queues: map[string]QueueConfig{"erp-sync": {Sessions: true}}}
	p := openTest(t, dir, o)
	key := state.Key{Tenant: "acme", Aggregate: "order.1"}
	row := state.Row{Tenant: "acme", List: "documents", ID: "d1", At: time.Now(), Body: json.RawMessage(`{}`)}
	r, err := p.Records.Commit(t.Context(), key,
		[]state.Operation{{Verb: state.Create, Record: state.Record{ID: "head", Kind: "order", Version: 1, Body: json.RawMessage(`{"n":1}`)}}},
		[]state.Outgoing{
			{ID: "m1", Message: &state.Message{ID: "m1", Queue: "erp-sync", Session: "acme/1", Body: json.RawMessage(`{}`)}},
			{ID: "r1", Row: &row},
		})
	if err != nil || !r.Sent {
		t.Fatalf("commit: %+v, %v", r, err)
	}
	s, err := p.Queues.AcceptSession(t.Context(), "erp-sync", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Next(t.Context())
	if err != nil || d.ID != "m1" || d.DeliveryCount != 1 {
		t.Fatalf("next: %+v, %v", d, err)
	}

	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p = openTest(t, dir, o)
	if recs, err := p.Records.Read(t.Context(), key, "", "head"); err != nil || len(recs) != 1 || recs[0].ETag != r.ETags[0] {
		t.Errorf("read after reopening: %+v, %v", recs, err)
	}
	if recs, err := p.Records.Read(t.Context(), state.RowKey(row), "", state.RowRecord(row).ID); err != nil || len(recs) != 1 {
		t.Errorf("row after reopening: %+v, %v", recs, err)
	}
	s, err = p.Queues.AcceptSession(t.Context(), "erp-sync", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	d, err = s.Next(t.Context())
	if err != nil || d.ID != "m1" || d.DeliveryCount != 2 {
		t.Fatalf("next after reopening: %+v, %v", d, err)
	}
	if err := p.Queues.Complete(t.Context(), "erp-sync", d.Token); err != nil {
		t.Error(err)
	}
}

func TestOpenRefusesSecondOpener(t *testing.T) {
	dir := t.TempDir()
	p := openTest(t, dir, Options{})
	_, err := Open(dir, Options{})
	if err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("second opener: %v, want an error that names %s", err, dir)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	openTest(t, dir, Options{})
}

func TestOpenRefusesNewerSchema(t *testing.T) {
	dir := t.TempDir()
	p := openTest(t, dir, Options{})
	if err := sqlitex.ExecuteTransient(p.writer.tx.conn, fmt.Sprintf("PRAGMA user_version = %d", schemaVersion+1), nil); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Open(dir, Options{})
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("newer schema: %v, want an error that says so and names %s", err, dir)
	}
}

func TestClosedPlatformIsUnavailable(t *testing.T) {
	p := openTest(t, t.TempDir(), Options{Queues: map[string]QueueConfig{"q": {}}})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	key := state.Key{Tenant: "acme", Aggregate: "a"}
	_, err := p.Records.Commit(t.Context(), key, []state.Operation{{Verb: state.Put, Record: state.Record{ID: "r"}}}, nil)
	if !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("commit: %v, want %v", err, state.ErrUnavailable)
	}
	if _, err := p.Queues.Receive(t.Context(), "q", 1, time.Minute); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("receive: %v, want %v", err, state.ErrUnavailable)
	}
	if _, err := p.Records.Read(t.Context(), key, "", "r"); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("read: %v, want %v", err, state.ErrUnavailable)
	}
}

func TestOpenClearsUnfinishedFiles(t *testing.T) {
	dir := t.TempDir()
	p := openTest(t, dir, Options{})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, tempDir, "left")
	if err := os.WriteFile(left, []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	openTest(t, dir, Options{})
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("temporary file of an ended process: %v, want it gone", err)
	}
}
