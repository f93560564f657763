package worker

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Listen opens the port the host chose, FUNCTIONS_CUSTOMHANDLER_PORT, on
// loopback; 8080 only if it chose none, for a handler run by hand.
func Listen(getenv func(string) string) (net.Listener, error) {
	const name = "FUNCTIONS_CUSTOMHANDLER_PORT"
	port := getenv(name)
	if port == "" {
		port = "8080"
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return nil, fmt.Errorf("%s: %q is not a port", name, port)
	}
	ln, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return ln, nil
}

// Serve answers the host on ln until ctx ends, then accepts no more and waits
// up to grace for invocations in flight. It is an error if some are left: the
// broker will deliver their messages again.
//
// The worker is built while the host is answered already: its pings at once,
// and its invocations once the worker is there.
func Serve(ctx context.Context, ln net.Listener, build func() (*Worker, error), grace time.Duration) error {
	g := &gate{built: make(chan struct{})}
	server := server(ctx, g)
	failed, broken := make(chan error, 1), make(chan error, 1)
	go func() { failed <- server.Serve(ln) }()
	go func() {
		w, err := build()
		if err != nil {
			broken <- err
		}
		g.worker = w
		close(g.built)
	}()
	select {
	case err := <-failed:
		<-g.built
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case err := <-broken:
		_ = server.Close() // what waits gets no answer: the host will ask another process
		<-failed
		return err
	case <-ctx.Done():
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := server.Shutdown(limit)
	if err != nil {
		_ = server.Close() // the connections left are those Shutdown gave up on
	}
	<-failed
	<-g.built
	if g.worker == nil {
		return <-broken
	}
	if n := g.worker.running.Load(); n > 0 {
		return fmt.Errorf("stop after %s: %d invocations unfinished", grace, n)
	}
	return nil
}

// gate is a worker that is being built.
type gate struct {
	built  chan struct{}
	worker *Worker // once built; nil if it cannot be
}

func (g *gate) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if ping(rw, r) {
		return
	}
	select {
	case <-g.built:
	case <-r.Context().Done():
		return
	}
	if g.worker == nil {
		answer(rw, http.StatusServiceUnavailable, `{"error":"the handler cannot start"}`)
		return
	}
	g.worker.serve(rw, r)
}

// server has no WriteTimeout, since an invocation takes as long as its
// deadline says, and no IdleTimeout: closing an idle connection while the
// host sends on it would fail an invocation for nothing.
func server(ctx context.Context, h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		MaxHeaderBytes:    64 << 10,
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
}
