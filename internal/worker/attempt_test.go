package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossdock/crossdock/internal/state"
)

// TestSettle holds what becomes of a message to the kind of its error.
func TestSettle(t *testing.T) {
	stale := fmt.Errorf("commit: %w", state.ErrConflict)
	for _, c := range []struct {
		name    string
		err     error
		attempt int
		outcome string
		class   string
		after   time.Duration // until the next try; 0: there is none
	}{
		{"done", nil, 0, "done", "", 0},
		{"nothing due", fmt.Errorf("wrapped: %w", state.ErrNothingDue), 3, "nothing_due", "", 0},
		{"asks for a time", fmt.Errorf("push: %w", slow{7 * time.Minute}), 0, "postponed", "", 7 * time.Minute},
		{"leaves the time to us", slow{}, 2, "postponed", "", 30 * time.Second},
		{"not found", fmt.Errorf("read: %w", state.ErrNotFound), 0, "postponed", "", 10 * time.Second},
		{"conflict", stale, 0, "postponed", "", 10 * time.Second},
		{"slice over", fmt.Errorf("read: %w", context.DeadlineExceeded), 1, "postponed", "", 20 * time.Second},
		{"newer", fmt.Errorf("decode: %w", state.ErrNewer), 0, "postponed", "", 10 * time.Second},
		{"newer, often", state.ErrNewer, 500, "postponed", "", 501 * 10 * time.Second},
		{"refused", fmt.Errorf("push: %w", never{}), 0, "parked", "refused", 0},
		{"exhausted", slow{time.Minute}, 9, "parked", "exhausted", 0},
		{"last but one", slow{time.Minute}, 8, "postponed", "", time.Minute},
		{"bug", errPlain, 0, "postponed", "", 10 * time.Second},
		{"bug, often", errPlain, 4, "parked", "bug", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := Options{MaxAttempts: 10, Backoff: func(attempt int) time.Duration { return time.Duration(attempt) * 10 * time.Second }}
			r := newRig(t, o, func(*rig) []Function {
				return []Function{Wakes("f", queue, func(context.Context, state.Wake) error { return c.err })}
			})
			r.want()
			if err := r.Deliver(t.Context(), "f", []byte(wake(c.attempt))); err != nil {
				t.Fatal(err)
			}
			target, _ := r.target()
			want := state.Target{Wanted: 1, Parked: c.class != "", Since: target.Since}
			if c.after > 0 {
				want.Attempt, want.NotBefore = c.attempt+1, r.clock.now().UTC().Add(c.after)
			}
			if diff := cmp.Diff(want, target); diff != "" {
				t.Errorf("target (-want +got):\n%s", diff)
			}
			if got, want := r.scheduled(), map[bool]int{true: 1}[c.after > 0]; got != want {
				t.Errorf("%d wake-ups scheduled, want %d", got, want)
			}
			line := r.log.last(t)
			if line["outcome"] != c.outcome {
				t.Errorf("outcome %v, want %s", line["outcome"], c.outcome)
			}
			failures := r.failures("acme")
			if c.class == "" {
				if len(failures) != 0 {
					t.Errorf("failures %+v", failures)
				}
				return
			}
			wantFailure := []state.Failure{{Tenant: "acme", Aggregate: "order.1", Queue: queue, Class: c.class, Cause: c.err.Error(), Attempts: c.attempt + 1}}
			if diff := cmp.Diff(wantFailure, failures, cmpopts.IgnoreFields(state.Failure{}, "ID", "At", "Trace")); diff != "" {
				t.Errorf("failures (-want +got):\n%s", diff)
			}
			if !validTrace(failures[0].Trace) || line["error"] != c.err.Error() {
				t.Errorf("trace %q, logged %v", failures[0].Trace, line)
			}
		})
	}
}

// TestH19_HoldsWhileStateIsUnreachable cuts state off before, between and
// after the steps of an invocation, for shorter and for longer than its
// deadline.
func TestH19_HoldsWhileStateIsUnreachable(t *testing.T) {
	for _, c := range []struct {
		name    string
		err     error // of the function, once state is there
		back    int   // after how many sleeps state is there again; 0: it is not
		ok      bool
		outcome string
	}{
		{"function, back in time", nil, 5, true, "done"},
		{"function, never back", nil, 0, false, "unavailable"},
		{"postponement, back in time", slow{}, 5, true, "postponed"},
		{"postponement, never back", slow{}, 0, false, "unsettled"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, Options{}, func(r *rig) []Function {
				return []Function{Wakes("f", queue, func(ctx context.Context, w state.Wake) error {
					if c.err != nil {
						r.backend.reads.Store(r.clock.slept == 0)
						return c.err
					}
					_, err := r.store.Open(ctx, w, queue)
					return err
				})}
			})
			r.want()
			r.backend.reads.Store(true)
			r.clock.wake = func(slept int) { r.backend.reads.Store(c.back == 0 || slept < c.back) }
			started := r.clock.now()
			rec := r.post("/f", request(wake(0)))
			took := r.clock.now().Sub(started)
			if c.ok {
				succeeded(t, rec)
			} else {
				status(t, rec, http.StatusInternalServerError)
				if took != Deadline {
					t.Errorf("answered after %s, want to be held until %s", took, Deadline)
				}
			}
			line := r.log.last(t)
			if line["outcome"] != c.outcome {
				t.Errorf("outcome %v", line)
			}
			if held, _ := line["held"].(float64); held < 4 || held > 60 {
				t.Errorf("held %v times in %s", line["held"], took)
			}
			if !c.ok && !strings.Contains(fmt.Sprint(line["error"]), "connection refused") {
				t.Errorf("the detail is not logged: %v", line)
			}
		})
	}
}

func TestH17_DeadlineIsPostponed(t *testing.T) {
	o := Options{Deadline: 50 * time.Millisecond, Now: time.Now}
	r := newRig(t, o, func(*rig) []Function {
		return []Function{Wakes("f", queue, func(ctx context.Context, _ state.Wake) error {
			<-ctx.Done()
			return fmt.Errorf("step: %w", ctx.Err())
		})}
	})
	r.want()
	succeeded(t, r.post("/f", request(wake(0))))
	if target, _ := r.target(); target.Attempt != 1 || r.scheduled() != 1 {
		t.Errorf("target %+v, %d scheduled", target, r.scheduled())
	}
}

// TestH18_Poison quarantines what does not parse, once however often it
// comes, and fails the invocation if it cannot.
func TestH18_Poison(t *testing.T) {
	for name, body := range map[string]string{
		"not JSON":      "ISA*00*",
		"another kind":  `{"kind":"order","v":1}`,
		"bad tenant":    `{"kind":"wake","v":1,"tenant":"../x","aggregate":"a"}`,
		"no aggregate":  `{"kind":"wake","v":1,"tenant":"acme"}`,
		"empty":         "",
		"binary":        "\xff\x00\xfe",
		"null":          "null",
		"large":         strings.Repeat("x", 100<<10),
		"large, binary": strings.Repeat("\xff", 40<<10),
	} {
		t.Run(name, func(t *testing.T) {
			r := one(t, func(context.Context, state.Wake) error { t.Error("called"); return nil })
			r.backend.writes.Store(true)
			status(t, r.post("/f", request(body)), http.StatusInternalServerError)
			r.backend.writes.Store(false)
			for range 2 {
				succeeded(t, r.post("/f", request(body)))
			}
			failures := r.failures(state.House)
			if len(failures) != 1 || failures[0].Class != "poison" || failures[0].Queue != queue || failures[0].Cause == "" {
				t.Fatalf("failures %+v", failures)
			}
			kept := string(failures[0].Payload)
			switch {
			case len(body) > state.MaxPayload:
				if kept != fmt.Sprintf(`{"bytes":%d}`, len(body)) {
					t.Errorf("payload %.80s", kept)
				}
			case name == "binary":
				if kept != `{"base64":"/wD+"}` {
					t.Errorf("payload %s", kept)
				}
			case json.Valid([]byte(body)):
				if kept != body {
					t.Errorf("payload %s", kept)
				}
			case kept != string(mustJSON(body)):
				t.Errorf("payload %s", kept)
			}
		})
	}
	t.Run("no envelope", func(t *testing.T) {
		r := one(t, func(context.Context, state.Wake) error { t.Error("called"); return nil })
		for _, raw := range []string{"", "{", "[]", `{"Data":{}}`, `{"Metadata":{}}`, `{"Data":7}`, "\x00"} {
			succeeded(t, r.post("/f", raw))
		}
		if n := len(r.failures(state.House)); n != 7 {
			t.Errorf("%d failures, want 7", n)
		}
	})
	t.Run("too large", func(t *testing.T) {
		r := one(t, func(context.Context, state.Wake) error { return nil })
		status(t, r.post("/f", strings.Repeat(" ", MaxBody+1)), http.StatusRequestEntityTooLarge)
		if r.log.last(t)["outcome"] != "unread" {
			t.Errorf("logged %v", r.log.last(t))
		}
	})
}

// TestNewerWakeIsHeld keeps a message of a newer program for one that knows
// it: its content is not ours to rewrite.
func TestNewerWakeIsHeld(t *testing.T) {
	r := one(t, func(context.Context, state.Wake) error { t.Error("called"); return nil })
	started := r.clock.now()
	err := r.Deliver(t.Context(), "f", []byte(`{"kind":"wake","v":99,"tenant":"acme","aggregate":"order.1"}`))
	if !errors.Is(err, state.ErrNewer) || r.clock.now().Sub(started) != Deadline {
		t.Errorf("%v after %s", err, r.clock.now().Sub(started))
	}
}

// TestEvents postpones an event and takes it again as the wake-up it became.
func TestEvents(t *testing.T) {
	var got []state.Wake
	var result error
	r := newRig(t, Options{}, func(*rig) []Function {
		return []Function{Events("f", queue, func(body []byte) (state.Wake, error) {
			return state.Wake{Tenant: "acme", Aggregate: "order.1", Event: json.RawMessage(body)}, nil
		}, func(_ context.Context, w state.Wake) error { got = append(got, w); return result })}
	})
	event := `{"subject":"po.edi"}`
	result = slow{time.Second}
	succeeded(t, r.post("/f", request(event)))
	if target, ok := r.target(); !ok || target.Attempt != 1 || r.scheduled() != 1 {
		t.Fatalf("target %+v, %d scheduled", target, r.scheduled())
	}
	next := state.Wake{Kind: state.WakeKind, Version: state.WakeVersion, Tenant: "acme", Aggregate: "order.1", Attempt: 1, Event: json.RawMessage(event)}
	result = nil
	succeeded(t, r.post("/f", request(string(mustJSON(next)))))
	if _, ok := r.target(); ok {
		t.Error("the target of an event that is done is still there")
	}
	if len(got) != 2 || string(got[1].Event) != event || got[1].Attempt != 1 {
		t.Errorf("wake-ups %+v", got)
	}
}

// TestStaleReadIsNotADeadEnd lets the function miss what a postponement finds
// in its way: neither may lose the wake-up.
func TestStaleReadIsNotADeadEnd(t *testing.T) {
	calls := 0
	r := newRig(t, Options{}, func(*rig) []Function {
		return []Function{Wakes("f", queue, func(context.Context, state.Wake) error {
			if calls++; calls < 3 {
				return state.ErrNotFound
			}
			return nil
		})}
	})
	b := r.store.Batch(key)
	b.Create(state.TargetID(queue), "target", 1, state.Target{Wanted: 1, Attempt: 5})
	if _, err := b.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	succeeded(t, r.post("/f", request(wake(0))))
	if calls != 3 || r.clock.slept != 2 {
		t.Errorf("%d calls, %d waits", calls, r.clock.slept)
	}
}

// TestHostGone leaves a message whose host dropped the connection to the
// broker.
func TestHostGone(t *testing.T) {
	r := one(t, func(ctx context.Context, _ state.Wake) error { return ctx.Err() })
	r.want()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Deliver(ctx, "f", []byte(wake(0))); !errors.Is(err, context.Canceled) {
		t.Errorf("delivery: %v", err)
	}
	if target, _ := r.target(); target.Attempt != 0 {
		t.Errorf("target %+v", target)
	}
}

// TestTimerFailure fails the run, holds it while state is unreachable, and
// has nothing to postpone.
func TestTimerFailure(t *testing.T) {
	for want, err := range map[string]error{
		"failed": errPlain, "unavailable": errCut, "nothing_due": state.ErrNothingDue, "done": nil,
	} {
		r := newRig(t, Options{}, func(*rig) []Function {
			return []Function{Timer("clock", func(context.Context, Tick) error { return err })}
		})
		got := r.Deliver(t.Context(), "clock", nil)
		if failed := want == "failed" || want == "unavailable"; failed != (got != nil) || r.log.last(t)["outcome"] != want {
			t.Errorf("%s: %v, logged %v", want, got, r.log.last(t))
		}
		if held := r.clock.slept > 3; held != (want == "unavailable") {
			t.Errorf("%s: %d waits", want, r.clock.slept)
		}
	}
}

func TestDeliverUnknown(t *testing.T) {
	r := newRig(t, Options{}, func(*rig) []Function {
		return []Function{HTTP("ops", "/api/ops/", http.NotFoundHandler())}
	})
	for _, name := range []string{"nobody", "ops"} {
		if err := r.Deliver(t.Context(), name, nil); !errors.Is(err, state.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBackoff(t *testing.T) {
	w := New(nil, nil, Options{})
	for attempt, want := range map[int]time.Duration{0: time.Second, 1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 12: 30 * time.Minute, 1000: 30 * time.Minute} {
		for range 50 {
			if got := w.backoff(attempt); got < want*4/5 || got > want*6/5 {
				t.Errorf("attempt %d: %s, want about %s", attempt, got, want)
			}
		}
	}
}

// BenchmarkInvocation is what the worker itself costs: decoding, deadline,
// trace and log line of a wake-up that has nothing due.
func BenchmarkInvocation(b *testing.B) {
	w := New(nil, []Function{Wakes("f", queue, func(context.Context, state.Wake) error { return state.ErrNothingDue })}, Options{})
	h, body := w.Handler(), request(wake(0))
	b.ReportAllocs()
	for b.Loop() {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/f", strings.NewReader(body)))
		if rec.Code != http.StatusOK {
			b.Fatal(rec.Code)
		}
	}
}
