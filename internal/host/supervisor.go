package host

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
)

const (
	pollEvery     = 25 * time.Millisecond
	killGrace     = 2 * time.Second  // between a function timeout and the end of the handler
	strikes       = 3                // errors after which the host stops
	forgetStrikes = 30 * time.Minute // without an error
	exitRestart   = 200              // exit code of a handler that asks to be started again
)

// supervisor keeps one handler running on one port.
type supervisor struct {
	start     func() (handlerProcess, error)
	gate      *gate
	address   string
	patience  time.Duration // until the handler must be ready
	log       zerolog.Logger
	transport http.RoundTripper
	forget    func() // the connections to the handler that is gone
	events    chan event
	process   atomic.Pointer[handlerProcess]
	restarts  atomic.Int64
	errors    []time.Time
	now       func() time.Time
}

// event is what an invocation tells of the handler of a generation.
type event struct {
	generation int
	overran    bool
}

// overran says that an invocation ran into the function timeout: the handler
// is ended and started again, with all that is in it.
func (s *supervisor) overran(generation int) {
	if s.gate.close(generation) {
		s.events <- event{generation, true}
	}
}

// suspect says that a connection failed; the handler may be gone.
func (s *supervisor) suspect(generation int) {
	if s.gate.close(generation) {
		s.events <- event{generation, false}
	}
}

// run starts the handler, again and again as the rules for its exit say, and
// returns when ctx ends or when the rules say that the host stops. The
// handler is dead when run returns.
func (s *supervisor) run(ctx context.Context) error {
	for generation := 1; ; generation++ {
		p, err := s.start()
		if err != nil {
			return err
		}
		s.process.Store(&p)
		again, err := s.watch(ctx, p, generation)
		s.gate.close(generation)
		p.kill()
		if err != nil || !again {
			return err
		}
		s.restarts.Add(1)
		s.forget()
	}
}

// watch looks after one handler process; again means that another is wanted.
func (s *supervisor) watch(ctx context.Context, p handlerProcess, generation int) (again bool, err error) {
	ready := make(chan error, 1)
	probing := true
	probe, cancel := context.WithCancel(ctx)
	defer func() { cancel() }()
	go func() { ready <- s.ready(probe) }()
	for {
		select {
		case <-ctx.Done():
			s.end(p)
			return false, nil
		case err := <-ready:
			probing = false
			if err != nil {
				if ctx.Err() != nil {
					continue
				}
				s.end(p)
				return true, s.strike(fmt.Errorf("handler: %w", err))
			}
			s.gate.let(generation)
		case e := <-s.events:
			switch {
			case e.generation != generation:
			case e.overran:
				s.log.Error().Msg("function timeout: the handler is killed and started again")
				select {
				case <-time.After(killGrace):
				case <-ctx.Done():
				}
				s.end(p)
				return true, nil
			case !probing:
				probing = true
				go func() { ready <- s.ready(probe) }()
			}
		case code := <-p.exited():
			return s.exit(ctx, p, generation, code)
		}
	}
}

// exit applies the rules for a handler that ended by itself.
func (s *supervisor) exit(ctx context.Context, p handlerProcess, generation, code int) (bool, error) {
	switch code {
	case 0:
		// The real host does not notice; what is sent to the port fails.
		s.log.Error().Msg("the handler ended with code 0 and is not started again; invocations fail from now on")
		s.gate.let(generation)
		for {
			select {
			case <-ctx.Done():
				return false, nil
			case e := <-s.events:
				s.gate.let(e.generation)
			}
		}
	case exitRestart:
		s.log.Warn().Msg("the handler asked to be started again")
		return true, nil
	}
	err := fmt.Errorf("the handler ended with code %d", code)
	if last := p.last(); last != "" {
		err = fmt.Errorf("%w: %s", err, last)
	}
	return true, s.strike(err)
}

// strike counts an error of the handler; the third stops the host.
func (s *supervisor) strike(cause error) error {
	now := s.now()
	if n := len(s.errors); n > 0 && now.Sub(s.errors[n-1]) > forgetStrikes {
		s.errors = nil
	}
	s.errors = append(s.errors, now)
	s.log.Error().Str("error", cause.Error()).Int("errors", len(s.errors)).Msg("handler failed")
	if len(s.errors) >= strikes {
		return fmt.Errorf("handler restart count exceeded: %w", cause)
	}
	return nil
}

// end kills the handler and waits until it is gone.
func (s *supervisor) end(p handlerProcess) {
	p.kill()
	<-p.exited()
}

// ready polls the handler until it answers at all.
func (s *supervisor) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.address+"/", nil)
		if err != nil {
			return err
		}
		res, err := s.transport.RoundTrip(req)
		if err == nil {
			return res.Body.Close()
		}
		if ctx.Err() == nil && !socketError(err) {
			return nil // it speaks, if not well
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			return fmt.Errorf("not ready within %s: %w", s.patience, err)
		}
	}
}

func socketError(err error) bool {
	var op *net.OpError
	return errors.As(err, &op)
}

// freePort finds a loopback port that nothing listens on.
func freePort() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("port for the handler: %w", err)
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}
