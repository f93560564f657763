package host

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// scripted is a handler that ends when and how the test says.
type scripted struct {
	done   chan int
	killed bool
}

func (s *scripted) pid() int           { return 1 }
func (s *scripted) exited() <-chan int { return s.done }
func (s *scripted) last() string       { return "" }
func (s *scripted) kill() {
	if !s.killed {
		s.killed = true
		select {
		case s.done <- killed:
		default: // it had ended
		}
	}
}

// answers is a transport to a handler.
type answers func(*http.Request) (*http.Response, error)

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) { return a(r) }

var errRefused = &net.OpError{Op: "dial", Err: errors.New("refused")}

func newSupervisor(transport answers, started func(n int, p *scripted)) *supervisor {
	n := 0
	return &supervisor{gate: newGate(), address: "127.0.0.1:1", patience: 30 * time.Second, log: zerolog.Nop(), transport: transport,
		forget: func() {}, events: make(chan event, 4), now: time.Now,
		start: func() (handlerProcess, error) {
			p := &scripted{done: make(chan int, 1)}
			n++
			started(n, p)
			return p, nil
		}}
}

func TestL32_Readiness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var polls []time.Duration
		began := time.Now()
		s := newSupervisor(func(r *http.Request) (*http.Response, error) {
			if r.Method != http.MethodGet || r.URL.String() != "http://127.0.0.1:1/" {
				t.Errorf("%s %s", r.Method, r.URL)
			}
			if polls = append(polls, time.Since(began)); len(polls) < 4 {
				return nil, errRefused
			}
			return &http.Response{StatusCode: http.StatusTeapot, Body: http.NoBody}, nil // any status will do
		}, func(int, *scripted) {})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.run(ctx) }()
		if generation, err := s.gate.wait(ctx); generation != 1 || err != nil {
			t.Errorf("generation %d, %v", generation, err)
		}
		for i, at := range polls {
			if want := time.Duration(i) * 25 * time.Millisecond; at != want {
				t.Errorf("poll %d after %s, want %s", i, at, want)
			}
		}
		if len(polls) != 4 {
			t.Errorf("%d polls", len(polls))
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestL32_AnyOtherErrorIsReady(t *testing.T) {
	s := newSupervisor(func(*http.Request) (*http.Response, error) { return nil, errors.New("malformed response") }, nil)
	if err := s.ready(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestL42_ThirdStrike plays the rules for a handler that ends, with the times
// between.
func TestL42_ThirdStrike(t *testing.T) {
	type end struct {
		after time.Duration
		code  int
	}
	for name, c := range map[string]struct {
		ends   []end
		starts int // handlers started before the host stops or all ends were played
		stops  bool
	}{
		"three":             {[]end{{time.Minute, 1}, {time.Minute, 2}, {29 * time.Minute, 137}}, 3, true},
		"killed counts":     {[]end{{time.Minute, killed}, {time.Minute, killed}, {time.Minute, killed}}, 3, true},
		"two, a pause, two": {[]end{{time.Minute, 1}, {time.Minute, 1}, {31 * time.Minute, 1}, {time.Minute, 1}}, 5, false},
		"200 is free":       {[]end{{0, 200}, {0, 200}, {0, 200}, {0, 200}}, 5, false},
		"200 between":       {[]end{{0, 1}, {0, 200}, {0, 1}, {0, 200}, {0, 1}}, 5, true},
		"0 is the end":      {[]end{{time.Minute, 0}}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				starts := 0
				s := newSupervisor(func(*http.Request) (*http.Response, error) {
					return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
				}, func(n int, p *scripted) {
					if starts = n; n <= len(c.ends) {
						e := c.ends[n-1]
						time.AfterFunc(e.after, func() { p.done <- e.code })
					}
				})
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Hour)
				defer cancel()
				err := s.run(ctx)
				if starts != c.starts || c.stops != (err != nil && strings.Contains(err.Error(), "restart count exceeded")) {
					t.Errorf("%d starts, %v", starts, err)
				}
			})
		})
	}
}

// TestSuspectKeepsInvocationsBack lets nothing through between a broken
// connection and the answer to whether the handler is there.
func TestSuspectKeepsInvocationsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		s := newSupervisor(func(*http.Request) (*http.Response, error) {
			if down.Load() {
				return nil, errRefused
			}
			return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
		}, func(int, *scripted) {})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.run(ctx) }()
		if _, err := s.gate.wait(ctx); err != nil {
			t.Fatal(err)
		}
		down.Store(true)
		s.suspect(1)
		s.suspect(1) // others saw it too
		short, stop := context.WithTimeout(ctx, time.Second)
		if _, err := s.gate.wait(short); err == nil {
			t.Error("an invocation was let through")
		}
		stop()
		down.Store(false)
		if generation, err := s.gate.wait(ctx); generation != 1 || err != nil {
			t.Errorf("generation %d, %v", generation, err)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
