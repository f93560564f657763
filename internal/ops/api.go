// Package ops is the operator's view: an HTTP API over what state remembers,
// and its client.
//
// It reads and shows, and hands what is to be published to internal/partners;
// it decides nothing itself. An answer is JSON, an error is JSON too with a
// sentence that says what to do. The local platform serves it on loopback.
package ops

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/crossdock/crossdock/docs"
	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/internal/schedule"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// API is what the handlers read from.
type API struct {
	Store    *state.Store
	Queues   Depths
	Exchange *exchange.Exchange
	Catalogs *partners.Catalogs
	Clock    *schedule.Clock
	Tenants  func(context.Context) ([]string, error)
}

// Depths tells how much a queue holds.
type Depths interface {
	Depth(ctx context.Context, queue string) (state.Depth, error)
}

// Status is the state of the house in a few numbers.
type Status struct {
	Unfinished int                    `json:"unfinished"`      // files without an outcome
	Waiting    int                    `json:"waiting"`         // documents held for a person
	Failed     int                    `json:"failed"`          // work that was given up
	Oldest     time.Time              `json:"oldest,omitzero"` // arrival of the oldest unfinished file, or of the oldest message
	Queues     map[string]state.Depth `json:"queues"`
}

// Busy reports whether anything is still to be done by itself.
func (s Status) Busy() bool {
	for queue, d := range s.Queues {
		if queue == state.QueueEDIDue {
			d.Scheduled = 0 // others owe it: nothing is done until it is due
		}
		if d.Active+d.Scheduled > 0 {
			return true
		}
	}
	return s.Unfinished > 0
}

// FileRow is one line of the list of files.
type FileRow struct {
	ID      string        `json:"id"`
	Tenant  string        `json:"tenant"`
	Channel string        `json:"channel"`
	Name    string        `json:"name"`
	Size    int64         `json:"size"`
	Arrived time.Time     `json:"arrived"`
	Took    time.Duration `json:"took,omitempty"` // nanoseconds from arrival to outcome
	Outcome inbox.Outcome `json:"outcome,omitempty"`
}

// Explanation is what docs/findings.md says of a code.
type Explanation struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Problem is the body of an answer that is not 2xx.
type Problem struct {
	Error  string                `json:"error"`
	Faults []*mappings.LoadError `json:"faults,omitempty"` // of files that were to be published
}

// Handler serves the API under /api/ops/.
func Handler(a API) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/ops/status", answer(a.status))
	mux.HandleFunc("GET /api/ops/files", answer(a.files))
	mux.HandleFunc("GET /api/ops/files/{id}", answer(a.file))
	mux.HandleFunc("GET /api/ops/documents", answer(a.documents))
	mux.HandleFunc("POST /api/ops/batches/{tenant}/{partner}/send", answer(a.sendBatches))
	mux.HandleFunc("GET /api/ops/failures", answer(a.failures))
	mux.HandleFunc("GET /api/ops/findings/{code}", answer(explain))
	mux.HandleFunc("POST /api/ops/schedules/{tenant}/{job}/run", answer(a.run))
	mux.HandleFunc("GET /api/ops/partners", answer(a.partners))
	mux.HandleFunc("GET /api/ops/partners/{tenant}", answer(a.tenant))
	mux.HandleFunc("GET /api/ops/partners/{tenant}/{partner}", answer(a.partner))
	mux.HandleFunc("GET /api/ops/versions", answer(a.versions))
	mux.HandleFunc("POST /api/ops/versions", answer(a.publish))
	mux.HandleFunc("POST /api/ops/versions/rollback", answer(a.rollback))
	mux.HandleFunc("/", answer(func(r *http.Request) (any, error) {
		return nil, &httpError{http.StatusNotFound, fmt.Sprintf("no such resource: %s %s; there are status, files, files/ID, documents, batches/TENANT/PARTNER/send, failures, findings/CODE, schedules/TENANT/JOB/run, partners, partners/TENANT, partners/TENANT/PARTNER, versions and versions/rollback", r.Method, r.URL.Path)}
	}))
	return mux
}

// httpError is an answer other than 200.
type httpError struct {
	status  int
	message string
}

func (e *httpError) Error() string { return e.message }

// answer writes what fn returns as JSON.
func answer(fn func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := fn(r)
		status := http.StatusOK
		if err != nil {
			p := Problem{Error: err.Error()}
			if no := (*partners.Refused)(nil); errors.As(err, &no) {
				p = Problem{Error: no.Reason, Faults: no.Faults}
			}
			status, v = statusOf(err), p
		}
		body, err := json.Marshal(v)
		if err != nil {
			status, body = http.StatusInternalServerError, []byte(`{"error":"the answer cannot be written as JSON"}`)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		w.Write(body)
	}
}

func statusOf(err error) int {
	var he *httpError
	var no *partners.Refused
	switch {
	case errors.As(err, &he):
		return he.status
	case errors.As(err, &no):
		return http.StatusUnprocessableEntity
	case errors.Is(err, partners.ErrMoved):
		return http.StatusPreconditionFailed
	case errors.Is(err, state.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, state.ErrInvalid):
		return http.StatusBadRequest
	case errors.Is(err, state.ErrUnavailable):
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

func explain(r *http.Request) (any, error) {
	code := r.PathValue("code")
	text, ok := docs.Finding(code)
	if !ok {
		return nil, &httpError{http.StatusNotFound, fmt.Sprintf("no finding has the code %q; docs/findings.md lists them all", code)}
	}
	return Explanation{Code: code, Text: text}, nil
}

// run wakes a job now.
func (a API) run(r *http.Request) (any, error) {
	return a.Clock.Run(r.Context(), r.PathValue("tenant"), r.PathValue("job"))
}

// tenants returns the tenant asked for, or all of them.
func (a API) tenants(r *http.Request) ([]string, error) {
	if t := r.URL.Query().Get("tenant"); t != "" {
		return []string{t}, nil
	}
	all, err := a.Tenants(r.Context())
	return append([]string{state.House}, all...), err
}

func limit(r *http.Request) (int, error) {
	const most, otherwise = 1000, 100
	q := r.URL.Query().Get("limit")
	if q == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(q)
	if err != nil || n < 1 || n > most {
		return 0, &httpError{http.StatusBadRequest, fmt.Sprintf("limit %q: want a number from 1 to %d", q, most)}
	}
	return n, nil
}
