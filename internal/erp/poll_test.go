package erp_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/erp"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
)

// listing is an ERP that has these events.
func listing(events *[]erp.Event) func(int) http.HandlerFunc {
	return func(int) http.HandlerFunc {
		return func(w http.ResponseWriter, q *http.Request) {
			after := q.URL.Query().Get("after")
			i := slices.IndexFunc(*events, func(e erp.Event) bool { return e.ID == after })
			body, _ := json.Marshal((*events)[i+1:])
			_, _ = w.Write(body)
		}
	}
}

func answer(id, number, content string) erp.Event {
	return erp.Event{ID: id, Noun: "order-response", Partner: "granite", Number: number, About: number, Document: json.RawMessage(content)}
}

func (r *rig) poll() error {
	return r.Poll(r.t.Context(), state.Wake{Tenant: "acme", Aggregate: "job.erp-poll"})
}

// forget is what a crash does that comes before the watermark is moved.
func (r *rig) forget() {
	r.t.Helper()
	b := r.Store.Batch(state.Key{Tenant: "acme", Aggregate: "erp-events"})
	b.Remove("watermark")
	if _, err := b.Commit(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

// owed tells the versions of a document to be sent, and how many are wanted.
func (r *rig) owed(number string) string {
	r.t.Helper()
	key := state.Key{Tenant: "acme", Aggregate: "order-response-out.granite." + number}
	all, err := r.Store.ScanAll(r.t.Context(), key)
	if err != nil {
		r.t.Fatal(err)
	}
	said := ""
	for _, rec := range all {
		if rec.ID == state.TargetID(state.QueueEDIOutbound) {
			t, err := state.DecodeTarget(rec)
			if err != nil {
				r.t.Fatal(err)
			}
			said += fmt.Sprintf("%d wanted", t.Wanted)
			continue
		}
		if rec.Kind != trade.DocumentRecordKind {
			continue // an event that brought what was there
		}
		var doc trade.DocumentRecord
		if err := state.Decode(rec, trade.DocumentRecordKind, trade.DocumentRecordVersion, &doc); err != nil {
			r.t.Fatal(err)
		}
		said += fmt.Sprintf("%d %s %s, ", doc.Version, doc.Source, doc.Body)
	}
	return said
}

// Each event is one document; the same again is none, other content is the
// next version. However often the list is read, nothing is done twice.
func TestEventsBecomeDocuments(t *testing.T) {
	events := []erp.Event{answer("1", "A", `{"n":1}`), answer("2", "B", `{"n":2}`)}
	r := newRig(t, listing(&events))
	if err := r.poll(); err != nil {
		t.Fatal(err)
	}
	events = append(events, answer("3", "A", `{"n":1}`), answer("4", "A", `{"n":4}`))
	for range 2 {
		if err := r.poll(); err != nil {
			t.Fatal(err)
		}
		want := []string{`2 erp:4 {"n":4}, 1 erp:1 {"n":1}, 2 wanted`, `1 erp:2 {"n":2}, 1 wanted`}
		if diff := cmp.Diff(want, []string{r.owed("A"), r.owed("B")}); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		r.forget()
	}
	if got := r.list(state.ListSent); len(got) != 2 {
		t.Errorf("%d rows, want one for each document", len(got))
	}
	r.wants("GET /events  ", "GET /events  ", "GET /events  ")
}

// An event nobody agreed on is a failure, and holds up no other.
func TestEventsOfStrangers(t *testing.T) {
	stranger := answer("1", "A", `{}`)
	stranger.Partner = "stranger"
	empty := answer("2", "", `{}`)
	events := []erp.Event{stranger, empty, answer("3", "A", `{"n":3}`)}
	r := newRig(t, listing(&events))
	for range 2 {
		if err := r.poll(); err != nil {
			t.Fatal(err)
		}
		r.forget()
	}
	if got := r.list(state.ListFailures); len(got) != 2 {
		t.Errorf("%d failures, want 2: %v", len(got), got)
	}
	if got := r.owed("A"); got != `1 erp:3 {"n":3}, 1 wanted` {
		t.Errorf("owed %s", got)
	}
}

// What is no list of events is tried later.
func TestNoListOfEvents(t *testing.T) {
	for name, body := range map[string]string{"a page": "<html>", "an object": `{"events":[]}`, "no id": `[{"noun":"order-response"}]`} {
		r := newRig(t, func(int) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) }
		})
		var later *erp.Unreachable
		if err := r.poll(); !asLater(err, &later) {
			t.Errorf("%s: %v, want it tried later", name, err)
		}
	}
}
