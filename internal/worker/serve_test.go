package worker

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

func env(port string) func(string) string {
	return func(name string) string {
		if name == "FUNCTIONS_CUSTOMHANDLER_PORT" {
			return port
		}
		return ""
	}
}

func TestH01_Listen(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(env(port)); err == nil || !strings.Contains(err.Error(), port) || !strings.Contains(err.Error(), "in use") {
		t.Errorf("taken port: %v, want the port and the cause", err)
	}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := Listen(env(port))
	if err != nil || got.Addr().String() != "127.0.0.1:"+port {
		t.Fatalf("free port: %v, %v", got, err)
	}
	if err := got.Close(); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"0", "-1", "65536", "http", "80 80"} {
		if _, err := Listen(env(bad)); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("port %q: %v", bad, err)
		}
	}
	// The default may be taken on the machine of the test; then it is the one named.
	if ln, err := Listen(env("")); err == nil {
		if ln.Addr().String() != "127.0.0.1:8080" {
			t.Errorf("default %s", ln.Addr())
		}
		if err := ln.Close(); err != nil {
			t.Error(err)
		}
	} else if !strings.Contains(err.Error(), "8080") {
		t.Errorf("default: %v", err)
	}
}

// serving starts Serve and returns its address, and what it returned once
// the context ends.
func serving(t *testing.T, ctx context.Context, w *Worker, grace time.Duration) (string, <-chan error) {
	t.Helper()
	return servingBuilt(t, ctx, func() (*Worker, error) { return w, nil }, grace)
}

func servingBuilt(t *testing.T, ctx context.Context, build func() (*Worker, error), grace time.Duration) (string, <-chan error) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, ln, build, grace) }()
	return "http://" + ln.Addr().String(), ended
}

// Pings are answered while the worker is being built, invocations once it is
// there; one that cannot be built ends the process with the reason.
func TestServeWhileBuilding(t *testing.T) {
	r := one(t, func(context.Context, state.Wake) error { return nil })
	ctx, stop := context.WithCancel(t.Context())
	building := make(chan struct{})
	base, ended := servingBuilt(t, ctx, func() (*Worker, error) { <-building; return r.Worker, nil }, time.Minute)
	get := func() int {
		res, err := http.Get(base + "/")
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	if got := get(); got != http.StatusOK {
		t.Errorf("ping: %d", got)
	}
	invoked := make(chan int, 1)
	go func() {
		res, err := http.Post(base+"/f", "application/json", strings.NewReader(request(wake(0))))
		if err != nil {
			invoked <- 0
			return
		}
		_ = res.Body.Close()
		invoked <- res.StatusCode
	}()
	select {
	case got := <-invoked:
		t.Errorf("invoked before there was a worker: %d", got)
	default:
	}
	close(building)
	if got := <-invoked; got != http.StatusOK {
		t.Errorf("invocation: %d", got)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("serve: %v", err)
	}

	broken := errors.New("no catalogue")
	_, ended = servingBuilt(t, t.Context(), func() (*Worker, error) { return nil, broken }, time.Minute)
	if err := <-ended; !errors.Is(err, broken) {
		t.Errorf("serve: %v, want what building said", err)
	}
}

func TestH21_StopFinishesWhatRuns(t *testing.T) {
	started, release := make(chan struct{}), make(chan struct{})
	r := one(t, func(ctx context.Context, _ state.Wake) error {
		close(started)
		<-release
		return ctx.Err()
	})
	ctx, stop := context.WithCancel(t.Context())
	base, ended := serving(t, ctx, r.Worker, time.Minute)
	answer := make(chan int, 1)
	go func() {
		res, err := http.Post(base+"/f", "application/json", strings.NewReader(request(wake(0))))
		if err != nil {
			answer <- 0
			return
		}
		answer <- res.StatusCode
		_ = res.Body.Close()
	}()
	<-started
	stop()
	for { // no new connection once it stops
		c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
		if err != nil {
			break
		}
		_ = c.Close()
	}
	close(release)
	if got := <-answer; got != http.StatusOK {
		t.Errorf("answer %d for what was running", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("serve: %v", err)
	}
}

func TestH21_StopGivesUpAtTheLimit(t *testing.T) {
	started, release := make(chan struct{}), make(chan struct{})
	r := one(t, func(context.Context, state.Wake) error {
		close(started)
		<-release
		return nil
	})
	defer func() { close(release) }()
	ctx, stop := context.WithCancel(t.Context())
	base, ended := serving(t, ctx, r.Worker, 20*time.Millisecond)
	go func() {
		if res, err := http.Post(base+"/f", "application/json", strings.NewReader(request(wake(0)))); err == nil {
			_ = res.Body.Close()
		}
	}()
	<-started
	stop()
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "1 invocations unfinished") {
		t.Errorf("serve: %v", err)
	}
}

func TestH24_ServerLimits(t *testing.T) {
	s := server(t.Context(), one(t, nil).Handler())
	if s.ReadHeaderTimeout <= 0 || s.WriteTimeout != 0 || s.ReadTimeout != 0 {
		t.Errorf("timeouts: header %s, write %s, read %s", s.ReadHeaderTimeout, s.WriteTimeout, s.ReadTimeout)
	}
	const largest = 256 << 10 // Service Bus Standard, headers included
	if MaxBody < largest*14/10 {
		t.Errorf("body limit %d is below 1.4 times %d", MaxBody, largest)
	}
	if MaxBody < state.MaxMessageBytes*14/10 {
		t.Errorf("body limit %d is below 1.4 times ours", MaxBody)
	}
}
