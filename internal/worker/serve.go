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
func Serve(ctx context.Context, ln net.Listener, w *Worker, grace time.Duration) error {
	server := server(ctx, w)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(ln) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := server.Shutdown(limit)
	if err != nil {
		_ = server.Close() // the connections left are those Shutdown gave up on
	}
	<-failed
	if n := w.running.Load(); n > 0 {
		return fmt.Errorf("stop after %s: %d invocations unfinished", grace, n)
	}
	return nil
}

// server has no WriteTimeout, since an invocation takes as long as its
// deadline says, and no IdleTimeout: closing an idle connection while the
// host sends on it would fail an invocation for nothing.
func server(ctx context.Context, w *Worker) *http.Server {
	return &http.Server{
		Handler:           w.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		MaxHeaderBytes:    64 << 10,
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
}
