package state_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/internal/state"
)

// What the broker gave up is a failure that an operator sees: the target of a
// wake-up is parked, and any other message is kept under the house.
func TestDrain(t *testing.T) {
	r := newRig(t)
	key := state.Key{Tenant: "acme", Aggregate: "file.1"}
	b := r.Batch(key)
	b.Want(queue, 1)
	if _, err := b.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.deadLetter(queue, wake(t, state.Wake{Tenant: key.Tenant, Aggregate: key.Aggregate}))
	r.deadLetter(state.QueueFiles, json.RawMessage(`{"subject":"po.edi"}`))
	for round, want := range []int{2, 0} {
		if n, err := r.Drain(t.Context(), r.platform.Queues, state.QueueNames()); n != want || err != nil {
			t.Fatalf("drain %d: %d, %v, want %d", round, n, err, want)
		}
		if d := r.depth(queue).DeadLetter + r.depth(state.QueueFiles).DeadLetter; d != 0 {
			t.Errorf("%d dead letters are left", d)
		}
		got, house := r.failures("acme"), r.failures(state.House)
		if len(got) != 1 || got[0].Aggregate != "file.1" || got[0].Queue != queue || got[0].Class != "dead-letter" || !strings.HasPrefix(got[0].Cause, "MaxDeliveryCountExceeded: ") {
			t.Errorf("failures %+v", got)
		}
		if len(house) != 1 || house[0].Queue != state.QueueFiles || string(house[0].Payload) != `{"subject":"po.edi"}` {
			t.Errorf("failures of the house %+v", house)
		}
	}
	recs, err := r.Read(t.Context(), key, "", state.TargetID(queue))
	if err != nil {
		t.Fatal(err)
	}
	if target, err := state.DecodeTarget(recs[state.TargetID(queue)]); err != nil || !target.Parked {
		t.Errorf("target %+v, %v, want it parked", target, err)
	}
}

// However large and odd a dead letter is, it is recorded and goes.
func TestDrainTakesAnyMessage(t *testing.T) {
	quotes, err := json.Marshal(strings.Repeat(`"\`, 40<<10))
	if err != nil {
		t.Fatal(err)
	}
	event := state.Wake{Tenant: "acme", Aggregate: "job.1", Event: json.RawMessage(`"` + strings.Repeat("x", 150<<10) + `"`)}
	for name, body := range map[string]json.RawMessage{
		"quotes": quotes, "a large event": wake(t, event), "large": json.RawMessage(`"` + strings.Repeat("x", 190<<10) + `"`),
		"newer": json.RawMessage(`{"kind":"wake","v":99,"tenant":"acme","aggregate":"a"}`),
	} {
		r := newRig(t)
		r.deadLetter(queue, body)
		if n, err := r.Drain(t.Context(), r.platform.Queues, state.QueueNames()); n != 1 || err != nil {
			t.Errorf("%s: %d, %v", name, n, err)
		}
		if n := len(r.failures("acme")) + len(r.failures(state.House)); n != 1 {
			t.Errorf("%s: %d failures", name, n)
		}
	}
}

// refusing refuses the commits to one aggregate.
type refusing struct {
	state.Backend
	aggregate string
	err       error
}

func (r refusing) Commit(ctx context.Context, key state.Key, ops []state.Operation, out []state.Outgoing) (state.Receipt, error) {
	if key.Aggregate == r.aggregate {
		return state.Receipt{}, r.err
	}
	return r.Backend.Commit(ctx, key, ops, out)
}

// A dead letter that cannot be recorded stays, and holds up no other.
func TestDrainGoesOn(t *testing.T) {
	for _, c := range []struct {
		err   error
		taken int // of the two behind it
	}{{state.ErrTooLarge, 2}, {state.ErrUnavailable, 1}} { // while state is away nothing of the queue can be recorded
		r := newRig(t)
		r.deadLetter(queue, wake(t, state.Wake{Tenant: "acme", Aggregate: "bad"}))
		r.deadLetter(queue, wake(t, state.Wake{Tenant: "acme", Aggregate: "good"}))
		r.deadLetter(state.QueueERPSync, wake(t, state.Wake{Tenant: "acme", Aggregate: "good"}))
		store := state.New(refusing{r.platform.Records, "bad", c.err}, r.platform.Files, r.platform.Queues, state.Options{})
		n, err := store.Drain(t.Context(), r.platform.Queues, state.QueueNames())
		if n != c.taken || !errors.Is(err, c.err) || !strings.Contains(err.Error(), queue) {
			t.Errorf("%v: %d, %v, want %d", c.err, n, err, c.taken)
		}
		if d := r.depth(queue).DeadLetter; d != 3-c.taken {
			t.Errorf("%v: %d dead letters are left", c.err, d)
		}
	}
}

func TestPayload(t *testing.T) {
	for body, want := range map[string]string{
		`{"a":1}`: `{"a":1}`, "ISA*00~\n": `"ISA*00~\n"`, "\xff\x00": `{"base64":"/wA="}`, "": `""`,
		strings.Repeat("\x00", 10_000): `{"bytes":10000}`, strings.Repeat("1", state.MaxPayload+1): `{"bytes":32769}`,
	} {
		if got := state.Payload([]byte(body)); string(got) != want {
			t.Errorf("%.20q: %.60s, want %s", body, got, want)
		}
	}
	for c := range 256 {
		for n := 1; n <= state.MaxPayload; n *= 8 {
			if got := state.Payload(bytes.Repeat([]byte{byte(c)}, n)); len(got) > state.MaxPayload || !json.Valid(got) {
				t.Fatalf("%d bytes of %#x: %d bytes", n, c, len(got))
			}
		}
	}
}
