package host

import (
	"context"
	"net"
	"sync"
	"syscall"
)

// embeddedAddress is what a handler in this process is told it was reached by.
const embeddedAddress = "127.0.0.1:80"

// pipes join the host to a handler in its own process: the same HTTP as over
// loopback, without the kernel between the two.
type pipes struct {
	mu   sync.Mutex
	open *pipeListener // of the handler that runs; nil: none does
}

// listen opens the end of the handler.
func (p *pipes) listen() net.Listener {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	return p.open
}

// dial opens a connection to the handler, for http.Transport.
func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	p.mu.Lock()
	l := p.open
	p.mu.Unlock()
	refused := &net.OpError{Op: "dial", Net: "pipe", Err: syscall.ECONNREFUSED}
	if l == nil {
		return nil, refused
	}
	ours, theirs := net.Pipe()
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-l.closed:
		return nil, refused
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// pipeListener is the end of the handler.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// Accept implements net.Listener.
func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements net.Listener.
func (l *pipeListener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return embeddedAddress }
