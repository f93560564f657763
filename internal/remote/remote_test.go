package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/state"
)

var key = state.Key{Tenant: "acme", Aggregate: "order.1"}

func create(id string) []state.Operation {
	return []state.Operation{{Verb: state.Create, Record: state.Record{ID: id, Kind: "thing", Version: 1, Body: []byte(`{}`)}}}
}

func serve(t *testing.T, wrap func(http.Handler) http.Handler) (*Client, *httptest.Server) {
	t.Helper()
	p, err := local.Open(t.TempDir(), local.Options{Queues: map[string]local.QueueConfig{"q": {}}})
	if err != nil {
		t.Fatal(err)
	}
	h := NewServer(Drivers{p.Records, p.Files, p.Queues}, "secret")
	if wrap != nil {
		h = wrap(h)
	}
	srv := httptest.NewServer(h)
	c := Dial(srv.URL+"/", "secret", Options{})
	t.Cleanup(func() {
		p.Close()
		c.Close()
		srv.Close()
	})
	return c, srv
}

func TestOnlyTheTokenLetsIn(t *testing.T) {
	_, srv := serve(t, nil)
	for _, token := range []string{"", "other", "secret2"} {
		_, err := Dial(srv.URL, token, Options{}).Commit(t.Context(), key, create("a"), nil)
		if !errors.Is(err, state.ErrUnavailable) || !strings.Contains(err.Error(), "wrong token") {
			t.Errorf("token %q: %v", token, err)
		}
	}
	open := httptest.NewServer(NewServer(Drivers{}, ""))
	defer open.Close()
	if _, err := Dial(open.URL, "", Options{}).Stat(t.Context(), "a/b"); err == nil {
		t.Error("a server without a token let somebody in")
	}
}

func TestNobodyThere(t *testing.T) {
	c, srv := serve(t, nil)
	srv.Close()
	if _, err := c.Commit(t.Context(), key, create("a"), nil); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("commit: %v, want %v", err, state.ErrUnavailable)
	}
	if _, err := c.Create(t.Context(), "archive/a", strings.NewReader("x")); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("create: %v, want %v", err, state.ErrUnavailable)
	}
	if err := c.Send(t.Context(), state.Message{ID: "m", Queue: "q"}); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("send: %v, want %v", err, state.ErrUnavailable)
	}
}

// The commit is made, its answer is lost: the caller hears that nothing is
// known, and trying again tells.
func TestLostAnswer(t *testing.T) {
	var lose atomic.Bool
	lose.Store(true)
	c, _ := serve(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != pathCommit || !lose.Load() {
				h.ServeHTTP(w, r)
				return
			}
			h.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		})
	})
	if _, err := c.Commit(t.Context(), key, create("a"), nil); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("commit without an answer: %v, want %v", err, state.ErrUnavailable)
	}
	lose.Store(false)
	if _, err := c.Commit(t.Context(), key, create("a"), nil); !errors.Is(err, state.ErrConflict) {
		t.Errorf("the same commit again: %v, want %v", err, state.ErrConflict)
	}
}

func TestCallerGivesUp(t *testing.T) {
	c, _ := serve(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Commit(ctx, key, create("a"), nil)
	if !errors.Is(err, context.Canceled) || errors.Is(err, state.ErrUnavailable) {
		t.Errorf("commit: %v, want %v alone", err, context.Canceled)
	}
}

func TestSentinelsSurvive(t *testing.T) {
	for _, want := range []error{
		state.ErrNotFound, state.ErrConflict, state.ErrUnavailable, state.ErrTooLarge, state.ErrInvalid, state.ErrLockLost,
	} {
		err := fmt.Errorf("commit to order.1: %w", want)
		got := newRemoteError(statusOf(err), err.Error())
		if !errors.Is(got, want) || got.Error() != err.Error() {
			t.Errorf("%v arrives as %v", err, got)
		}
	}
	if got := newRemoteError(statusOf(errors.New("odd")), "odd"); !errors.Is(got, state.ErrUnavailable) {
		t.Errorf("an error of no kind arrives as %v, want %v", got, state.ErrUnavailable)
	}
}

// A file that exists is refused before its content is sent.
func TestCreateRefusedEarly(t *testing.T) {
	c, _ := serve(t, nil)
	if _, err := c.Create(t.Context(), "archive/a", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	read := 0
	endless := readerFunc(func(p []byte) (int, error) {
		if read += len(p); read > 64<<20 {
			return 0, errors.New("64 MiB were read")
		}
		return len(p), nil
	})
	if _, err := c.Create(t.Context(), "archive/a", endless); !errors.Is(err, state.ErrConflict) {
		t.Errorf("create: %v, want %v", err, state.ErrConflict)
	}
	if read > 0 {
		t.Errorf("%d bytes were sent for nothing", read)
	}
}

type readerFunc func(p []byte) (int, error)

// Read implements io.Reader.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// An answer cut short is not an end of the file.
func TestCutContent(t *testing.T) {
	var cut atomic.Bool
	c, _ := serve(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !cut.Load() || r.Method != http.MethodGet {
				h.ServeHTTP(w, r)
				return
			}
			_, _ = w.Write(bytes.Repeat([]byte("x"), 100_000))
			panic(http.ErrAbortHandler)
		})
	})
	if _, err := c.Create(t.Context(), "archive/a", bytes.NewReader(make([]byte, 1<<20))); err != nil {
		t.Fatal(err)
	}
	cut.Store(true)
	r, err := c.Open(t.Context(), "archive/a", "", 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.ReadAll(r); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("read of a cut answer: %v, want %v", err, state.ErrUnavailable)
	}
}

func BenchmarkCommit(b *testing.B) {
	p, err := local.Open(b.TempDir(), local.Options{})
	if err != nil {
		b.Fatal(err)
	}
	srv := httptest.NewServer(NewServer(Drivers{p.Records, p.Files, p.Queues}, "secret"))
	c := Dial(srv.URL, "secret", Options{})
	defer func() {
		p.Close()
		c.Close()
		srv.Close()
	}()
	b.SetParallelism(16)
	b.ReportAllocs()
	start := time.Now()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			k := state.Key{Tenant: "acme", Aggregate: "order." + state.RandomID()}
			if _, err := c.Commit(b.Context(), k, create("a"), nil); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "commits/s")
}
