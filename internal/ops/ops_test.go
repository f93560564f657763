package ops

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
	"time"

	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/internal/schedule"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// rig is the API over an empty platform, and a client of it.
type rig struct {
	store  *state.Store
	client *Client
}

func newRig(t *testing.T) *rig {
	t.Helper()
	queues := map[string]local.QueueConfig{}
	for _, q := range state.QueueNames() {
		queues[q] = local.QueueConfig{Sessions: true}
	}
	p, err := local.Open(t.TempDir(), local.Options{Queues: queues})
	if err != nil {
		t.Fatal(err)
	}
	store := state.New(p.Records, p.Files, p.Queues, state.Options{})
	shipped, err := partners.Ship(mappings.Options{}, mappings.Embedded(), fstest.MapFS{
		"partners/quay/tenant.jsonc": {Data: []byte(`{"name": "Quay", "erp": {"kind": "rest", "url": "http://erp.example"},
			"x12": {"ours": {"qualifier": "ZZ", "id": "QUAY"}}, "channels": {"main": {"partners": ["anchor"]}}}`)},
		"partners/quay/anchor.jsonc": {Data: []byte(`{"name": "Anchor", "x12": {"theirs": {"qualifier": "ZZ", "id": "ANCHOR"}}, "receive": {"850": {"map": "x12/850"}},
			"send": {"855": {"map": "x12/855"}}}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(Handler(API{
		Store: store, Queues: p.Queues, Exchange: &exchange.Exchange{Store: store, Catalogs: partners.New(store, shipped)},
		Catalogs: partners.New(store, shipped), Clock: &schedule.Clock{Store: store, Builtin: func() []schedule.Schedule {
			return []schedule.Schedule{{Tenant: "quay", Job: "dance", Queue: state.QueueFiles, Cron: "* * * * *"}}
		}},
		Tenants: func(context.Context) ([]string, error) { return []string{"acme"}, nil },
	}))
	t.Cleanup(func() {
		server.Close()
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return &rig{store, &Client{Base: server.URL, HTTP: server.Client()}}
}

// file makes the record of a file that arrived at a time, and its row.
func (r *rig) file(t *testing.T, id string, at time.Time) {
	t.Helper()
	f := inbox.File{ID: id, Tenant: "acme", Channel: "as2", Name: "po.edi", Arrived: at}
	b := r.store.Batch(f.Key())
	b.Create(inbox.RecordID, inbox.RecordKind, inbox.RecordVersion, f)
	b.Post(state.ListFiles, f.ID, at, f)
	b.Post(state.ListUnfinished, f.ID, at, f)
	if _, err := b.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// What is open is counted to the last row, and does not grow old out of sight.
func TestStatusCountsAllThatIsOpen(t *testing.T) {
	r := newRig(t)
	now := r.store.Now()
	old := now.AddDate(0, -5, 0).Truncate(time.Second)
	r.file(t, "f1", old)
	const failures = 1100 // more than a page of the list
	for i := 0; i < failures; i += 100 {
		b := r.store.Batch(state.Key{Tenant: "acme", Aggregate: fmt.Sprint("batch.", i)})
		for n := i; n < i+100; n++ {
			at := now
			if n%2 == 0 {
				at = old
			}
			b.Post(state.ListFailures, fmt.Sprint("failure.", n), at, state.Failure{ID: fmt.Sprint(n), Tenant: "acme", At: at})
		}
		if _, err := b.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	s, err := r.client.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.Failed != failures || s.Unfinished != 1 || !s.Oldest.Equal(old) || !s.Busy() {
		t.Errorf("status %+v, want %d failed, 1 unfinished, the oldest of %s", s, failures, old)
	}
}

// A file is shown by any part of its id that no other begins with, and by the
// whole of it however old the file is.
func TestFileByID(t *testing.T) {
	r := newRig(t)
	now := r.store.Now()
	r.file(t, "aa11", now)
	r.file(t, "aa22", now)
	r.file(t, "bb33", now.AddDate(-2, 0, 0))
	r.file(t, "cc", now)
	r.file(t, "cc44", now)
	for _, c := range []struct {
		id     string
		want   string
		status int
	}{
		{"aa1", "aa11", 0}, {"aa22", "aa22", 0}, {"bb33", "bb33", 0}, {"cc", "cc", 0}, {"cc4", "cc44", 0},
		{"aa", "", http.StatusConflict}, {"bb", "", http.StatusNotFound}, {"a/../b", "", http.StatusNotFound},
	} {
		v, err := r.client.File(t.Context(), c.id)
		var answer *AnswerError
		if c.status != 0 {
			if !errors.As(err, &answer) || answer.Status != c.status {
				t.Errorf("%s: %v, want status %d", c.id, err, c.status)
			}
			continue
		}
		if err != nil || v.File.ID != c.want {
			t.Errorf("%s: %s, %v, want %s", c.id, v.File.ID, err, c.want)
		}
	}
}

// A call that its caller ended says nothing about the installation; one that
// nobody answers does.
func TestUnreachable(t *testing.T) {
	r := newRig(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var unreachable *UnreachableError
	if _, err := r.client.Status(ctx); !errors.Is(err, context.Canceled) || errors.As(err, &unreachable) {
		t.Errorf("ended by the caller: %v", err)
	}
	nobody := &Client{Base: "http://127.0.0.1:1", HTTP: http.DefaultClient}
	if _, err := nobody.Status(t.Context()); !errors.As(err, &unreachable) {
		t.Errorf("nobody there: %v", err)
	}
}

// What the API does not know is answered in JSON, with a sentence.
func TestProblems(t *testing.T) {
	r := newRig(t)
	for path, want := range map[string]int{
		"/api/ops/nothing": http.StatusNotFound, "/api/ops/files?limit=many": http.StatusBadRequest,
		"/api/ops/findings/NO-SUCH": http.StatusNotFound, "/api/ops/status?tenant=NO/SUCH": http.StatusBadRequest,
	} {
		resp, err := http.Get(r.client.Base + path)
		if err != nil {
			t.Fatal(err)
		}
		var p Problem
		err = json.NewDecoder(resp.Body).Decode(&p)
		resp.Body.Close()
		if err != nil || p.Error == "" || resp.StatusCode != want || resp.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d, %+v, %v, want %d and a sentence", path, resp.StatusCode, p, err, want)
		}
	}
}
