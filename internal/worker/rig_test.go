package worker

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/state"
)

// cut is a backend that can be cut off.
type cut struct {
	state.Backend
	reads, writes atomic.Bool // true: unreachable
	refused       atomic.Int64
}

var errCut = fmt.Errorf("connection refused: %w", state.ErrUnavailable)

func (c *cut) Read(ctx context.Context, key state.Key, token string, ids ...string) ([]state.Record, error) {
	if c.reads.Load() {
		c.refused.Add(1)
		return nil, errCut
	}
	return c.Backend.Read(ctx, key, token, ids...)
}

func (c *cut) Commit(ctx context.Context, key state.Key, ops []state.Operation, out []state.Outgoing) (state.Receipt, error) {
	if c.writes.Load() {
		c.refused.Add(1)
		return state.Receipt{}, errCut
	}
	return c.Backend.Commit(ctx, key, ops, out)
}

// clock is a time that passes only while somebody sleeps.
type clock struct {
	mu    sync.Mutex
	at    time.Time
	slept int
	wake  func(slept int) // called after each sleep, to change the world meanwhile
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	c.at = c.at.Add(d)
	c.slept++
	n, wake := c.slept, c.wake
	c.mu.Unlock()
	if wake != nil {
		wake(n)
	}
	return ctx.Err()
}

// rig is a worker over a platform in a temporary folder.
type rig struct {
	*Worker
	t        testing.TB
	platform *local.Platform
	backend  *cut
	store    *state.Store
	clock    *clock
	log      *lines
}

// lines is a log.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// parsed returns the lines logged, each of which must be a JSON object.
func (l *lines) parsed(t testing.TB) []map[string]any {
	t.Helper()
	var out []map[string]any
	for in := bufio.NewScanner(strings.NewReader(l.String())); in.Scan(); {
		var line map[string]any
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			t.Fatalf("log line %q: %v", in.Text(), err)
		}
		out = append(out, line)
	}
	return out
}

// last is the last line logged.
func (l *lines) last(t testing.TB) map[string]any {
	t.Helper()
	all := l.parsed(t)
	if len(all) == 0 {
		t.Fatal("nothing logged")
	}
	return all[len(all)-1]
}

const queue = "orders"

// newRig makes a worker; fns may use the rig, which is complete when they run.
func newRig(t testing.TB, o Options, fns func(*rig) []Function) *rig {
	t.Helper()
	p, err := local.Open(t.TempDir(), local.Options{Queues: map[string]local.QueueConfig{queue: {Sessions: true}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &rig{t: t, platform: p, backend: &cut{Backend: p.Records}, clock: &clock{at: time.Now()}, log: &lines{}}
	r.store = state.New(r.backend, p.Files, p.Queues, state.Options{Now: r.clock.now})
	o.Log = zerolog.New(r.log)
	if o.Now == nil {
		o.Now, o.Sleep = r.clock.now, r.clock.sleep
	}
	r.Worker = New(r.store, fns(r), o)
	return r
}

// one is a rig with one function for wake-ups, f.
func one(t testing.TB, fn func(context.Context, state.Wake) error) *rig {
	return newRig(t, Options{}, func(*rig) []Function { return []Function{Wakes("f", queue, fn)} })
}

// post sends a request to the worker's handler.
func (r *rig) post(path, body string, header ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	r.Handler().ServeHTTP(rec, req)
	return rec
}

// request is what a host posts for a message with dataType binary.
func request(body string) string {
	return `{"Data":{"msg":"` + base64.StdEncoding.EncodeToString([]byte(body)) + `"},"Metadata":{"MessageId":"\"m-1\"","DeliveryCount":"1",` +
		`"SessionId":"\"acme/03\"","EnqueuedTimeUtc":"2026-11-02T03:04:05","ApplicationProperties":{},"MessageReceiver":{},"sys":{"MethodName":"f"}}}`
}

// wake is the body of a wake-up of acme's aggregate order.1.
func wake(attempt int) string {
	return fmt.Sprintf(`{"kind":"wake","v":1,"id":"w1","tenant":"acme","aggregate":"order.1","attempt":%d}`, attempt)
}

var key = state.Key{Tenant: "acme", Aggregate: "order.1"}

// want makes a target with one version wanted.
func (r *rig) want() {
	r.t.Helper()
	b := r.store.Batch(key)
	b.Want(queue, 1)
	if _, err := b.Commit(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

// target reads the target back; false if there is none.
func (r *rig) target() (state.Target, bool) {
	r.t.Helper()
	id := state.TargetID(queue)
	recs, err := r.store.Read(r.t.Context(), key, "", id)
	if err != nil {
		r.t.Fatal(err)
	}
	rec, ok := recs[id]
	if !ok {
		return state.Target{}, false
	}
	target, err := state.DecodeTarget(rec)
	if err != nil {
		r.t.Fatal(err)
	}
	return target, true
}

// failures lists the failure records of a tenant.
func (r *rig) failures(tenant string) []state.Failure {
	r.t.Helper()
	rows, err := r.store.List(r.t.Context(), state.ListQuery{Tenant: tenant, List: state.ListFailures})
	if err != nil {
		r.t.Fatal(err)
	}
	var out []state.Failure
	for _, row := range rows {
		var f state.Failure
		if err := json.Unmarshal(row.Body, &f); err != nil {
			r.t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

// scheduled counts the wake-ups that wait for their time.
func (r *rig) scheduled() int {
	r.t.Helper()
	d, err := r.platform.Queues.Depth(r.t.Context(), queue)
	if err != nil {
		r.t.Fatal(err)
	}
	return d.Scheduled
}

// succeeded fails the test unless the answer is what a host takes for success.
func succeeded(t testing.TB, rec *httptest.ResponseRecorder) {
	t.Helper()
	res := rec.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/json" || json.Unmarshal(body, &object) != nil || object == nil {
		t.Fatalf("answer %d %q %q, want 200 and a JSON object", res.StatusCode, res.Header.Get("Content-Type"), body)
	}
	if res.Header.Get("Content-Length") == "0" || len(object) > 0 {
		t.Errorf("answer %q, want {}", body)
	}
}

// status fails the test unless the answer has the status and a body.
func status(t testing.TB, rec *httptest.ResponseRecorder, want int) {
	t.Helper()
	if rec.Code != want || rec.Body.Len() == 0 {
		t.Fatalf("answer %d %q, want %d with a body", rec.Code, rec.Body, want)
	}
}

var errPlain = errors.New("something else")

// slow asks for another try after a time.
type slow struct{ after time.Duration }

func (s slow) Error() string             { return "too many requests" }
func (s slow) RetryAfter() time.Duration { return s.after }

// never asks for no other try.
type never struct{}

func (never) Error() string { return "not acceptable" }
func (never) Refused() bool { return true }
