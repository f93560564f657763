package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/state"
)

const connection = "ServiceBusConnection"

// settings is an environment.
type settings map[string]string

func (s settings) get(name string) string {
	if v, ok := s[name]; ok {
		return v
	}
	if name == connection+"__fullyQualifiedNamespace" {
		return "local"
	}
	return ""
}

const plainHost = `{"version":"2.0","functionTimeout":"00:00:30","customHandler":{"description":{"defaultExecutablePath":"handler"},
	"enableForwardingHttpRequest":true,"initializationTimeout":"00:00:05"},
	"extensions":{"serviceBus":{"maxConcurrentCalls":4,"maxConcurrentSessions":4,"sessionIdleTimeout":"00:00:00.05"}}}`

// application is a root of an application: host.json and function.json by name.
func application(host string, functions map[string]string) fstest.MapFS {
	root := fstest.MapFS{"host.json": {Data: []byte(host)}}
	for name, def := range functions {
		root["functions/"+name+"/function.json"] = &fstest.MapFile{Data: []byte(def)}
	}
	return root
}

func queueFunction(queue, more string) string {
	return fmt.Sprintf(`{"bindings":[{"type":"serviceBusTrigger","direction":"in","name":"msg","queueName":%q,"connection":%q%s}]}`, queue, connection, more)
}

const (
	withSessions = `,"dataType":"binary","isSessionsEnabled":true`
	asBinary     = `,"dataType":"binary"`
)

// rig is a host that runs over a platform in a temporary folder.
type rig struct {
	*Host
	t        testing.TB
	platform *local.Platform
	stop     context.CancelFunc
	ended    chan error
	once     sync.Once
	stopping chan struct{} // closed once the host was told to stop
	err      error
}

// startRig runs an application until the test ends or end is called.
func startRig(t testing.TB, root fstest.MapFS, queues map[string]local.QueueConfig, o Options) *rig {
	t.Helper()
	p, err := local.Open(t.TempDir(), local.Options{Queues: queues})
	if err != nil {
		t.Fatal(err)
	}
	if o.Getenv == nil {
		o.Getenv = settings{}.get
	}
	o.Root, o.Queues = root, p.Queues
	if o.Records == nil {
		o.Records = p.Records
	}
	h, err := New(o)
	if err != nil {
		t.Fatal(errors.Join(err, p.Close()))
	}
	ctx, stop := context.WithCancel(context.Background())
	r := &rig{Host: h, t: t, platform: p, stop: stop, ended: make(chan error, 1), stopping: make(chan struct{})}
	go func() { r.ended <- h.Run(ctx) }()
	t.Cleanup(func() {
		r.end()
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// end stops the host and returns what Run did.
func (r *rig) end() error {
	r.once.Do(func() {
		r.stop()
		close(r.stopping)
		r.err = <-r.ended
	})
	return r.err
}

func (r *rig) send(queue, session, body string) {
	r.t.Helper()
	m := state.Message{ID: state.RandomID(), Queue: queue, Session: session, Body: json.RawMessage(body)}
	if err := r.platform.Queues.Send(r.t.Context(), m); err != nil {
		r.t.Fatal(err)
	}
}

// within bounds what a test waits for.
func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// get takes the next value, or fails the test.
func get[T any](t testing.TB, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-within(t).Done():
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// depth waits until a queue's depth is as wanted.
func (r *rig) depth(queue string, want func(state.Depth) bool) {
	r.t.Helper()
	ctx := within(r.t)
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for {
		d, err := r.platform.Queues.Depth(ctx, queue)
		if err != nil {
			r.t.Fatal(err)
		}
		if want(d) {
			return
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			r.t.Fatalf("queue %s: %+v", queue, d)
		}
	}
}

type depth = state.Depth

func empty(d depth) bool { return d == depth{} }

// received is a request of the host.
type received struct {
	*http.Request
	body []byte
}

// invocation decodes the body of a POST.
func (r received) invocation(t testing.TB) (data, metadata map[string]any) {
	t.Helper()
	var doc struct{ Data, Metadata map[string]any }
	if err := json.Unmarshal(r.body, &doc); err != nil {
		t.Fatalf("request body: %v: %s", err, r.body)
	}
	return doc.Data, doc.Metadata
}

// handle answers pings, and everything else by do.
func handle(do func(http.ResponseWriter, received)) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the host went away
		}
		do(rw, received{r, body})
	})
}

func ok(rw http.ResponseWriter) { answerJSON(rw, http.StatusOK, "{}") }

func answerJSON(rw http.ResponseWriter, status int, body string) {
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, body)
}
