package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"github.com/crossdock/crossdock/internal/state"
)

// Options of a Host.
type Options struct {
	Root    fs.FS         // host.json and functions/, or the folders beside it
	Queues  state.Queues  // what queue triggers listen to
	Records state.Backend // where timers remember; nil: they do not

	// The handler: in this process, or else the executable of Command, or
	// else that of host.json. AppRoot is the working directory of a child and
	// where its path begins; Env is its environment, nil for this process's.
	Handler http.Handler
	Command []string
	AppRoot string
	Env     []string

	Getenv          func(string) string // application settings; nil: os.Getenv
	HTTPAddr        string              // of HTTP functions, "127.0.0.1:0" for any port; empty: they are not served
	Drain           bool                // at the end wait for invocations before the handler is killed
	OmitTraceparent bool                // send none, so that a handler goes on with the trace of the message
	FailEmpty       bool                // fail at once what would hang on an empty answer
	Log             zerolog.Logger
	Now             func() time.Time // nil: time.Now
}

// function is a function that is switched on, its names resolved.
type function struct {
	FunctionDefinition
	queue    string   // of a queue trigger
	schedule schedule // of a timer trigger
}

// Host runs an application. Make one with New and run it once.
type Host struct {
	options    Options
	config     HostConfig
	functions  []*function
	queues     state.Queues
	log        zerolog.Logger
	now        func() time.Time
	listener   net.Listener
	routed     http.Handler
	base       string // of the handler
	transport  *http.Transport
	gate       *gate
	supervisor *supervisor
	ready      chan struct{}
	stop       context.CancelFunc
	failure    atomic.Pointer[error] // why the host stops by itself
}

// New reads and checks an application. The error joins one for each mistake,
// which names file and field.
func New(o Options) (*Host, error) {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Env == nil {
		o.Env = os.Environ()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Root == nil || o.Queues == nil {
		return nil, errors.New("host: Root and Queues are required")
	}
	h := &Host{options: o, queues: o.Queues, log: o.Log, now: o.Now, gate: newGate(), ready: make(chan struct{})}
	defs, _, err := Load(o.Root)
	if err != nil {
		return nil, err
	}
	if h.config, err = loadConfig(o.Root, o.Getenv); err != nil {
		return nil, err
	}
	var errs []error
	for _, def := range defs {
		if def.Disabled {
			continue
		}
		def, err := resolve(def, o.Getenv)
		errs = append(errs, err)
		f := &function{FunctionDefinition: def, queue: def.Trigger().QueueName}
		if err == nil && def.Trigger().Type == TimerTrigger {
			if f.schedule, err = parseSchedule(def.Trigger().Schedule); err != nil {
				errs = append(errs, fmt.Errorf("%s: schedule: %w", def.File, err))
			}
		}
		h.functions = append(h.functions, f)
	}
	slots := h.slots()
	h.transport = &http.Transport{DisableCompression: true, MaxIdleConns: slots, MaxIdleConnsPerHost: slots, IdleConnTimeout: time.Minute}
	start, address, err := h.handler()
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	if h.routed, err = h.routes(); err != nil {
		return nil, err
	}
	h.base = "http://" + address
	h.supervisor = &supervisor{start: start, gate: h.gate, address: address, patience: h.config.InitializationTimeout,
		log: h.log, transport: h.transport, forget: h.transport.CloseIdleConnections, events: make(chan event, 4), now: h.now}
	if h.listener, err = listenHTTP(o.HTTPAddr); err != nil {
		return nil, err
	}
	return h, nil
}

// slots is how many invocations can be in flight.
func (h *Host) slots() int {
	n := 16
	for _, f := range h.functions {
		switch b := f.Trigger(); {
		case b.Type != QueueTrigger:
			n++
		case b.IsSessionsEnabled:
			n += h.config.MaxConcurrentSessions
		default:
			n += h.config.MaxConcurrentCalls
		}
	}
	return n
}

// Addr is the base URL HTTP functions are served under; empty if they are not.
func (h *Host) Addr() string {
	if h.listener == nil {
		return ""
	}
	return "http://" + h.listener.Addr().String()
}

// Ready is closed once the handler has answered for the first time.
func (h *Host) Ready() <-chan struct{} { return h.ready }

// PID is the process id of the handler; 0 before it was started.
func (h *Host) PID() int {
	if p := h.supervisor.process.Load(); p != nil {
		return (*p).pid()
	}
	return 0
}

// Restarts counts how often the handler was started again.
func (h *Host) Restarts() int { return int(h.supervisor.restarts.Load()) }

// fail stops the host with an error; the first counts.
func (h *Host) fail(err error) {
	h.failure.CompareAndSwap(nil, &err)
	h.stop()
}

// Run runs the application until ctx ends, or until the rules for a handler
// that keeps failing stop the host, which is its error. When it returns, the
// handler and every goroutine of the host are gone.
func (h *Host) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	h.stop = stop
	listen, stopListening := context.WithCancel(ctx)
	defer stopListening()
	call, kill := context.WithCancel(context.WithoutCancel(ctx))
	defer kill()
	c := contexts{listen, call}

	var supervised, work sync.WaitGroup
	supervised.Go(func() {
		if err := h.supervisor.run(call); err != nil {
			h.fail(err)
			kill() // nothing will take what still waits
		}
	})
	work.Go(func() {
		if _, err := h.gate.wait(listen); err == nil {
			close(h.ready)
		}
	})
	for _, f := range h.functions {
		switch b := f.Trigger(); {
		case b.Type == TimerTrigger:
			t := h.timer(f)
			work.Go(func() { t.loop(c) })
		case b.Type == QueueTrigger && b.IsSessionsEnabled:
			work.Go(func() { h.acceptSessions(c, f) })
		case b.Type == QueueTrigger:
			work.Go(func() { h.receive(c, f) })
		}
	}
	closeHTTP := h.serveHTTP(c)

	<-ctx.Done()
	if !h.options.Drain || h.failure.Load() != nil {
		kill()
	}
	closeHTTP()
	work.Wait()
	kill()
	supervised.Wait()
	h.transport.CloseIdleConnections()
	if err := h.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// timer makes the loop of a timer function.
func (h *Host) timer(f *function) *timer {
	b, s := f.Trigger(), f.schedule
	t := &timer{name: f.Name, schedule: s, startup: b.RunOnStartup, records: h.options.Records, now: h.now, holder: guid()}
	now := h.now()
	first := s.Next(now)
	if b.UseMonitor != nil && !*b.UseMonitor || s.Next(first).Sub(first) < time.Minute {
		t.records = nil // a monitor is of no use within the minute, says the real host
	}
	t.run = func(ctx context.Context, past bool, status *timerStatus) error {
		r, err := h.invoke(ctx, f, appendRequest(nil, timerRequest(f.FunctionDefinition, past, status, h.now(), guid())))
		if err == nil {
			h.logs(f, r)
			err = h.outputs(ctx, f, r)
		}
		return err
	}
	t.failed = func(err error) {
		h.log.Error().Str("function", f.Name).Str("error", err.Error()).Msg("timer failed")
	}
	return t
}

// serveHTTP serves the HTTP functions until the function it returns is called.
func (h *Host) serveHTTP(c contexts) (closeHTTP func()) {
	if h.listener == nil {
		return func() {}
	}
	server := &http.Server{Handler: h.routed, ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return c.call }}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(h.listener); !errors.Is(err, http.ErrServerClosed) {
			h.fail(fmt.Errorf("http functions: %w", err))
		}
	}()
	return func() {
		if err := server.Shutdown(c.call); err != nil {
			_ = server.Close() // killed, not drained: connections are dropped
		}
		<-done
	}
}
