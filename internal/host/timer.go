package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// A timer's memory is two records: its status, and a claim while it runs.
const (
	timerStatusID, timerStatusKind = "status", "timer-status"
	timerClaimID, timerClaimKind   = "claim", "timer-claim"
	timerVersion                   = 1
	claimFor                       = 15 * time.Second // renewed each third of it while the run lasts
)

// timerStatus is what a timer remembers across starts, in the form the real
// host stores.
type timerStatus struct {
	Last        time.Time
	Next        time.Time
	LastUpdated time.Time
}

// timerClaim makes a run the only one: of all hosts over the same state.
type timerClaim struct {
	Holder string
	Until  time.Time
}

// timer runs one timer function.
type timer struct {
	name     string
	schedule schedule
	startup  bool // runs at start, due or not
	records  state.Backend
	now      func() time.Time
	holder   string
	run      func(ctx context.Context, past bool, status *timerStatus) error
	failed   func(error)
}

func (t *timer) key() state.Key {
	return state.Key{Tenant: state.House, Aggregate: state.ID("timer", t.name)}
}

// loop runs the timer until listen ends. Runs never overlap: an occurrence
// that comes while one lasts is passed over.
func (t *timer) loop(c contexts) {
	due, past := t.first(c.listen)
	for at := due; sleepUntil(c.listen, at, t.now); {
		done, err := t.fire(c, due, past)
		if err != nil {
			// The occurrence is gone: what was due is read from state by the
			// next one.
			t.failed(err)
		}
		if !done {
			at = t.now().Add(claimFor) // another host runs it, or died in it
			continue
		}
		due, past = t.schedule.Next(t.now()), false
		at = due
	}
}

// first is the first occurrence: one that was missed, as past due, if no host
// ran then.
func (t *timer) first(ctx context.Context) (time.Time, bool) {
	now := t.now()
	status, _, err := t.status(ctx)
	switch {
	case err != nil:
		t.failed(err)
	case status != nil && !status.Next.IsZero() && status.Next.Before(now):
		return status.Next, true
	}
	if t.startup {
		return now, false
	}
	next := t.schedule.Next(now)
	if err == nil && status == nil && t.records != nil {
		if err := t.commit(ctx, put(timerStatusID, timerStatusKind, timerStatus{Next: next, LastUpdated: now})); err != nil {
			t.failed(err)
		}
	}
	return next, false
}

// fire runs one occurrence, unless another host did. It is not done while
// another host has it.
func (t *timer) fire(c contexts, due time.Time, past bool) (done bool, err error) {
	if t.records == nil {
		return true, t.run(c.call, past, nil)
	}
	status, claim, err := t.status(c.listen)
	if err != nil {
		return true, err
	}
	if status != nil && !status.Last.Before(due) {
		return true, nil
	}
	tag, err := t.claim(c.listen, claim)
	if err != nil || tag == "" {
		return err != nil, err
	}
	ctx, cancel := context.WithCancel(c.call)
	kept := make(chan string, 1)
	go func() { kept <- t.keep(ctx, tag) }()
	failed := t.run(c.call, past, status)
	cancel()
	if tag = <-kept; tag == "" {
		return true, errors.Join(failed, fmt.Errorf("timer %s: the run lasted longer than its claim, which another host took", t.name))
	}

	now := t.now()
	after := timerStatus{Last: due, Next: t.schedule.Next(now), LastUpdated: now}
	ctx, cancel = context.WithTimeout(context.WithoutCancel(c.call), settleFor)
	defer cancel()
	release := state.Operation{Verb: state.Delete, Record: state.Record{ID: timerClaimID, ETag: tag}}
	if c.call.Err() != nil {
		// The host was stopped in the run: the occurrence is still owed.
		return true, t.commit(ctx, release)
	}
	return true, errors.Join(failed, t.commit(ctx, put(timerStatusID, timerStatusKind, after), release))
}

// status reads what the timer remembers; nil for what it does not.
func (t *timer) status(ctx context.Context) (*timerStatus, *state.Record, error) {
	if t.records == nil {
		return nil, nil, nil
	}
	recs, err := t.records.Read(ctx, t.key(), "", timerStatusID, timerClaimID)
	if err != nil {
		return nil, nil, fmt.Errorf("timer %s: %w", t.name, err)
	}
	var status *timerStatus
	var claim *state.Record
	for _, rec := range recs {
		if rec.ID == timerClaimID {
			claim = &rec
			continue
		}
		if err := state.Decode(rec, timerStatusKind, timerVersion, &status); err != nil {
			return nil, nil, fmt.Errorf("timer %s: %w", t.name, err)
		}
	}
	return status, claim, nil
}

// claim takes the timer for one run and returns the claim's ETag, empty if
// another host has it.
func (t *timer) claim(ctx context.Context, held *state.Record) (string, error) {
	op := t.claimed()
	op.Verb = state.Create
	if held != nil {
		var c timerClaim
		if err := state.Decode(*held, timerClaimKind, timerVersion, &c); err != nil {
			return "", fmt.Errorf("timer %s: %w", t.name, err)
		}
		if c.Holder != t.holder && t.now().Before(c.Until) {
			return "", nil
		}
		op.Verb, op.Record.ETag = state.Replace, held.ETag
	}
	tag, err := t.swap(ctx, op)
	if errors.Is(err, state.ErrConflict) {
		return "", nil
	}
	return tag, err
}

// keep renews the claim while a run lasts and returns its last ETag, empty
// once another host took it: this one was paused for longer than it holds.
func (t *timer) keep(ctx context.Context, tag string) string {
	for sleepUntil(ctx, t.now().Add(claimFor/3), t.now) {
		op := t.claimed()
		op.Verb, op.Record.ETag = state.Replace, tag
		// Not under ctx: a renewal cut off halfway would leave its ETag unknown.
		call, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleFor)
		next, err := t.swap(call, op)
		cancel()
		switch {
		case err == nil:
			tag = next
		case errors.Is(err, state.ErrConflict):
			if tag = t.mine(ctx); tag == "" {
				return ""
			}
		default:
			t.failed(err)
		}
	}
	return tag
}

// mine is the ETag of the claim if it is this host's own: an earlier renewal
// whose answer was lost. It is empty if the claim is another's.
func (t *timer) mine(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleFor)
	defer cancel()
	_, held, err := t.status(ctx)
	var c timerClaim
	if err == nil && held != nil {
		err = state.Decode(*held, timerClaimKind, timerVersion, &c)
	}
	if err != nil {
		t.failed(err)
	}
	if err != nil || c.Holder != t.holder {
		return ""
	}
	return held.ETag
}

func (t *timer) claimed() state.Operation {
	return put(timerClaimID, timerClaimKind, timerClaim{t.holder, t.now().Add(claimFor)})
}

// swap commits one write and returns the ETag it gave.
func (t *timer) swap(ctx context.Context, op state.Operation) (string, error) {
	receipt, err := t.records.Commit(ctx, t.key(), []state.Operation{op}, nil)
	if err != nil {
		return "", fmt.Errorf("timer %s: %w", t.name, err)
	}
	return receipt.ETags[0], nil
}

func (t *timer) commit(ctx context.Context, ops ...state.Operation) error {
	if _, err := t.records.Commit(ctx, t.key(), ops, nil); err != nil {
		return fmt.Errorf("timer %s: %w", t.name, err)
	}
	return nil
}

func put(id, kind string, body any) state.Operation {
	raw, err := json.Marshal(body)
	if err != nil { // times and strings always marshal, up to the year 9999
		panic(fmt.Sprintf("host: %s: %v", kind, err))
	}
	return state.Operation{Verb: state.Put, Record: state.Record{ID: id, Kind: kind, Version: timerVersion, Body: raw}}
}

func sleepUntil(ctx context.Context, at time.Time, now func() time.Time) bool {
	t := time.NewTimer(at.Sub(now()))
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// timerRequest is the invocation of a timer function.
func timerRequest(f FunctionDefinition, past bool, status *timerStatus, now time.Time, random string) *request {
	b := []byte(`{"Schedule":{"AdjustForDST":true},"ScheduleStatus":`)
	if status == nil {
		b = append(b, "null"...)
	} else {
		const layout = `"2006-01-02T15:04:05Z"`
		b = append(b, `{"Last":`...)
		b = status.Last.UTC().AppendFormat(b, layout)
		b = append(b, `,"Next":`...)
		b = status.Next.UTC().AppendFormat(b, layout)
		b = append(b, `,"LastUpdated":`...)
		b = status.LastUpdated.UTC().AppendFormat(b, layout)
		b = append(b, '}')
	}
	b = append(b, `,"IsPastDue":`...)
	b = fmt.Append(b, past)
	b = append(b, '}')
	return &request{function: f.Name, binding: f.Trigger().Name, data: value{kind: object, text: string(b)}, now: now, random: random}
}
