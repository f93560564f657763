package host

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// lockFor is how long a message or session is locked at a time.
const lockFor = time.Minute

// settleFor bounds the settling of a message when the host stops.
const settleFor = 5 * time.Second

// contexts are the two ends of a running host: no new work once listen is
// done, and no work at all once call is.
type contexts struct {
	listen, call context.Context
}

// receive serves a queue without sessions, or a dead-letter queue.
func (h *Host) receive(c contexts, f *function) {
	slots := make(chan struct{}, h.config.MaxConcurrentCalls)
	var calls sync.WaitGroup
	defer calls.Wait()
	for again := (pause{h: h, f: f}); ; {
		free := 0
		select {
		case slots <- struct{}{}:
			free++
		case <-c.listen.Done():
			return
		}
		for free < 32 && tryPut(slots) {
			free++
		}
		ds, err := h.queues.Receive(c.listen, f.queue, free, lockFor)
		for range free - len(ds) {
			<-slots
		}
		for _, d := range ds {
			calls.Go(func() {
				defer func() { <-slots }()
				stop := h.renewMessage(c.call, f, d)
				defer stop()
				h.deliver(c, f, d)
			})
		}
		if !again.after(c.listen, err) {
			return
		}
	}
}

func tryPut(slots chan struct{}) bool {
	select {
	case slots <- struct{}{}:
		return true
	default:
		return false
	}
}

// acceptSessions serves a queue with sessions: as many at a time as there
// are slots, each by one goroutine, one message after the other.
func (h *Host) acceptSessions(c contexts, f *function) {
	slots := make(chan struct{}, h.config.MaxConcurrentSessions)
	var sessions sync.WaitGroup
	defer sessions.Wait()
	for again := (pause{h: h, f: f}); ; {
		select {
		case slots <- struct{}{}:
		case <-c.listen.Done():
			return
		}
		s, err := h.queues.AcceptSession(c.listen, f.queue, lockFor)
		if err != nil {
			<-slots
		} else {
			sessions.Go(func() {
				defer func() { <-slots }()
				h.serveSession(c, f, s)
			})
		}
		if !again.after(c.listen, err) {
			return
		}
	}
}

// serveSession takes the messages of a session until none came for the idle
// time, which frees the slot for another session.
func (h *Host) serveSession(c contexts, f *function, s state.Session) {
	r := &renewer{h: h, f: f, renew: s.Renew}
	r.start(c.call)
	defer func() {
		r.stop()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.call), settleFor)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			h.log.Warn().Str("function", f.Name).Str("session", s.ID()).Str("error", err.Error()).Msg("session not closed")
		}
	}()
	for c.listen.Err() == nil {
		idle, cancel := context.WithTimeout(c.listen, h.config.SessionIdleTimeout)
		d, err := s.Next(idle)
		cancel()
		if err != nil {
			if !errors.Is(err, context.DeadlineExceeded) && c.listen.Err() == nil {
				h.log.Warn().Str("function", f.Name).Str("session", s.ID()).Str("error", err.Error()).Msg("session lost")
			}
			return
		}
		r.begin()
		h.deliver(c, f, d)
		r.end()
	}
}

// deliver runs the invocation of a delivery and settles it.
func (h *Host) deliver(c contexts, f *function, d state.Delivery) {
	body := make([]byte, 0, 1536+2*len(d.Body))
	body = appendRequest(body, messageRequest(f.FunctionDefinition, d, h.now(), guid()))
	r, err := h.invoke(c.call, f, body)
	if err == nil {
		err = h.outputs(c.call, f, r)
	}

	ctx := c.call
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), settleFor)
		defer cancel()
	}
	verb, settle := "complete", h.queues.Complete
	if err != nil {
		verb, settle = "abandon", h.queues.Abandon
		h.log.Error().Str("function", f.Name).Str("message", d.ID).Int("delivery", d.DeliveryCount).
			Str("error", err.Error()).Msg("invocation failed")
	} else {
		h.logs(f, r)
	}
	if err := settle(ctx, f.queue, d.Token); err != nil {
		// The lock ends by itself, and the message comes again.
		h.log.Warn().Str("function", f.Name).Str("message", d.ID).Str("error", err.Error()).Msg(verb + " failed")
	}
}

// logs passes on what a handler that succeeded asked to be logged.
func (h *Host) logs(f *function, r result) {
	for _, line := range r.Logs {
		h.log.Info().Str("category", "Function."+f.Name+".User").Msg(line)
	}
}

// outputs sends what the function answered for its queue bindings.
func (h *Host) outputs(ctx context.Context, f *function, r result) error {
	for _, b := range f.Bindings {
		if b.Type != QueueOut {
			continue
		}
		v, ok := r.output(f.FunctionDefinition, b)
		if !ok {
			continue
		}
		var msgs []state.Message
		for _, body := range messages(b, v) {
			msgs = append(msgs, state.Message{ID: guid(), Queue: b.QueueName, Body: asJSON(body)})
		}
		if err := h.queues.Send(ctx, msgs...); err != nil {
			return fmt.Errorf("output %s: %w", b.Name, err)
		}
	}
	return nil
}

// pause keeps a listener from asking a broken driver without rest.
type pause struct {
	h    *Host
	f    *function
	fail int
}

// after is false when the listener ends.
func (p *pause) after(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	if err == nil {
		p.fail = 0
		return true
	}
	wait := min(100*time.Millisecond<<min(p.fail, 10), 5*time.Second)
	p.fail++
	p.h.log.Error().Str("function", p.f.Name).Str("queue", p.f.queue).Str("error", err.Error()).Msg("receive failed")
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
