package erp_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/erp"
	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/mappings"
)

var order = state.Key{Tenant: "acme", Aggregate: "order.granite.PO-1"}

// rig is what brings documents to an ERP, and an ERP that answers as the test says.
type rig struct {
	*erp.ERP
	t      *testing.T
	answer func(nth int) http.HandlerFunc
	after  mappings.After
	now    *time.Time

	mu  sync.Mutex
	got []string // requests: method, path, key and body
}

func newRig(t *testing.T, answer func(nth int) http.HandlerFunc) *rig {
	t.Helper()
	p, err := local.Open(t.TempDir(), local.Options{Queues: map[string]local.QueueConfig{state.QueueERPSync: {}, state.QueueEDIOutbound: {}, state.QueueEDIDue: {}, state.QueueERPEvents: {}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &rig{t: t, answer: answer}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		r.got = append(r.got, fmt.Sprintf("%s %s %s %s", q.Method, q.URL.Path, q.Header.Get("Idempotency-Key"), body))
		n := len(r.got)
		r.mu.Unlock()
		r.answer(n)(w, q)
	}))
	t.Cleanup(srv.Close)
	catalog, err := mappings.Load(mappings.Options{Getenv: func(string) string { return srv.URL }}, mappings.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	d, _ := catalog.ERP("rest")
	now := time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	r.now = &now
	r.ERP = &erp.ERP{
		Store:  state.New(p.Records, p.Files, p.Queues, state.Options{Now: func() time.Time { return now }}),
		Client: erp.NewClient(1),
		Endpoint: func(tenant string) (string, *mappings.ERPDescriptor, bool) {
			return srv.URL + "/", d, tenant == "acme"
		},
		After: func(_ string, doc trade.DocumentRecord) mappings.After {
			if doc.Noun == r.after.Noun {
				return mappings.After{}
			}
			return r.after
		},
		Outgoing: func(_, partner, _, _, _ string) (mappings.Outgoing, error) {
			if partner == "stranger" {
				return mappings.Outgoing{}, errors.New("a stranger")
			}
			return mappings.Outgoing{Standard: "x12", Set: "855", Channel: "van"}, nil
		},
	}
	return r
}

// owe makes an order of so many versions, none of which the ERP has.
func (r *rig) owe(key state.Key, versions int) {
	r.t.Helper()
	b := r.Store.Batch(key)
	for v := 1; v <= versions; v++ {
		id := trade.DocumentVersionID(v)
		if v == versions {
			id = trade.DocumentRecordID
		}
		rec := trade.DocumentRecord{Version: v, Noun: trade.KindOrder, Number: "PO-1", Partner: "granite", Body: json.RawMessage(fmt.Sprintf(`{"v":%d}`, v))}
		b.Create(id, trade.DocumentRecordKind, trade.DocumentRecordVersion, rec)
	}
	b.Want(state.QueueERPSync, versions)
	if _, err := b.Commit(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) push(key state.Key) error {
	return r.Push(r.t.Context(), state.Wake{Tenant: key.Tenant, Aggregate: key.Aggregate})
}

func (r *rig) wants(requests ...string) {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Equal(r.got, requests) {
		r.t.Errorf("the ERP got\n%s\nwant\n%s", strings.Join(r.got, "\n"), strings.Join(requests, "\n"))
	}
}

func request(version int) string {
	return fmt.Sprintf(`PUT /orders/order.granite.PO-1/versions/%d acme/order.granite.PO-1@%[1]d {"v":%[1]d}`, version)
}

// saved is the answer of an ERP that keeps everything.
func saved(int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"reference":"SO-7"}`) }
}

// Every version is sent once, in order, each under a key of its own.
func TestVersionsInOrder(t *testing.T) {
	r := newRig(t, saved)
	r.owe(order, 3)
	if err := r.push(order); err != nil {
		t.Fatal(err)
	}
	r.wants(request(1), request(2), request(3))
	var rec trade.ERPRecord
	if _, err := r.Store.ReadInto(t.Context(), order, trade.ERPRecordID, trade.ERPRecordKind, trade.ERPRecordVersion, &rec); err != nil {
		t.Fatal(err)
	}
	if rec.Version != 3 || rec.Reference != "SO-7" {
		t.Errorf("the record says %+v", rec)
	}
	if err := r.push(order); !errors.Is(err, state.ErrNothingDue) {
		t.Errorf("again: %v, want %v", err, state.ErrNothingDue)
	}
	r.wants(request(1), request(2), request(3))
}

// What fails in between is sent again, what was done is not, and the repeat
// bears the same key.
func TestGoesOnWhereItFailed(t *testing.T) {
	r := newRig(t, func(nth int) http.HandlerFunc {
		// net/http itself sends again what a connection that was used before
		// left without an answer, for it bears a key.
		if nth == 2 || nth == 3 {
			panic(http.ErrAbortHandler) // saved, perhaps, and not answered
		}
		return saved(nth)
	})
	r.owe(order, 2)
	var u *erp.Unreachable
	if err := r.push(order); !errors.As(err, &u) {
		t.Fatalf("no answer: %v, want it unreachable", err)
	}
	if err := r.push(order); err != nil {
		t.Fatal(err)
	}
	r.wants(request(1), request(2), request(2), request(2))
}

// What an answer means: done, later, or refused.
func TestAnswers(t *testing.T) {
	const done, later, refused = "done", "later", "refused"
	for _, c := range []struct {
		name       string
		status     int
		body       string
		retryAfter string
		want       string
		after      time.Duration
	}{
		{"saved", 201, `{"reference":"SO-7","more":1}`, "", done, 0},
		{"known before", 208, `{"reference":"SO-7"}`, "", done, 0},
		{"no body", 204, "", "", later, 0},
		{"no reference", 200, `{}`, "", later, 0},
		{"a login page", 200, `<html>sign in</html>`, "", later, 0},
		{"moved", 302, "", "", later, 0},
		{"busy, seconds", 503, "", "7", later, 7 * time.Second},
		{"busy, a date", 429, "", "Mon, 02 Nov 2026 10:02:00 GMT", later, 2 * time.Minute},
		{"a date that is over", 429, "", "Mon, 02 Nov 2026 09:00:00 GMT", later, 0},
		{"busy for ever", 503, "", "99999999", later, time.Hour},
		{"busy beyond counting", 503, "", "9223372036854775807", later, time.Hour},
		{"busy, who knows", 503, "", "soon", later, 0},
		{"not understood", 418, "", "", later, 0},
		{"refused", 422, `{"error":"no such item"}`, "", refused, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, func(int) http.HandlerFunc {
				return func(w http.ResponseWriter, _ *http.Request) {
					if c.retryAfter != "" {
						w.Header().Set("Retry-After", c.retryAfter)
					}
					w.Header().Set("Location", "/elsewhere")
					w.WriteHeader(c.status)
					io.WriteString(w, c.body)
				}
			})
			r.owe(order, 1)
			err := r.push(order)
			got, after := done, time.Duration(0)
			var u *erp.Unreachable
			var f *erp.Refusal
			switch {
			case errors.As(err, &u):
				got, after = later, u.RetryAfter()
			case errors.As(err, &f) && f.Refused():
				got = refused
			case err != nil:
				t.Fatal(err)
			}
			if got != c.want || after != c.after {
				t.Errorf("%s after %s (%v), want %s after %s", got, after, err, c.want, c.after)
			}
			r.wants(request(1)) // and no redirect was followed
		})
	}
}

// A tenant without an ERP is a person's to mend, and nothing is sent.
func TestNoERP(t *testing.T) {
	r := newRig(t, saved)
	other := state.Key{Tenant: "other", Aggregate: order.Aggregate}
	r.owe(other, 1)
	var f *erp.Refusal
	if err := r.push(other); !errors.As(err, &f) {
		t.Errorf("got %v, want a refusal", err)
	}
	if err := r.push(state.Key{Tenant: "acme", Aggregate: "order.granite.PO-2"}); !errors.Is(err, state.ErrNotFound) {
		t.Errorf("an order that is not there: %v, want %v", err, state.ErrNotFound)
	}
	r.wants()
}

func asLater(err error, later **erp.Unreachable) bool { return errors.As(err, later) }
