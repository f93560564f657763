package simtest

import (
	"encoding/json"
	"fmt"

	"github.com/crossdock/crossdock/internal/state"
)

// What every platform refuses is refused here too, so that a capability that
// oversteps a limit fails in the simulated world first.

func invalid(format string, args ...any) error {
	return fmt.Errorf(format+": %w", append(args, state.ErrInvalid)...)
}

func checkKey(k state.Key) error {
	if !state.ValidTenant(k.Tenant) || !state.ValidAggregate(k.Aggregate) {
		return invalid("partition %q of tenant %q", k.Aggregate, k.Tenant)
	}
	return nil
}

func checkPath(path string) error {
	if !state.ValidPath(path) {
		return invalid("path %q", path)
	}
	return nil
}

func checkBody(what string, body json.RawMessage, most int) error {
	switch {
	case len(body) > most:
		return fmt.Errorf("%s: %d bytes, at most %d: %w", what, len(body), most, state.ErrTooLarge)
	case len(body) > 0 && !json.Valid(body):
		return invalid("%s: body is not JSON", what)
	}
	return nil
}

func checkMessage(m *state.Message) error {
	if m.ID == "" || len(m.ID) > 128 || len(m.Session) > 128 {
		return invalid("message %q of session %q", m.ID, m.Session)
	}
	return checkBody("message "+m.ID, m.Body, state.MaxMessageBytes)
}

func checkOutgoing(o *state.Outgoing) (size int, err error) {
	if o.ID == "" || !state.ValidID(state.OutgoingID(o.ID)) {
		return 0, invalid("outgoing %q", o.ID)
	}
	set := 0
	if o.Message != nil {
		set, size = set+1, len(o.Message.Body)
		if err := checkMessage(o.Message); err != nil {
			return 0, err
		}
	}
	for _, r := range []*state.Row{o.Row, o.Strike} {
		if r == nil {
			continue
		}
		set, size = set+1, len(r.Body)
		if err := checkBody("row "+r.ID, r.Body, state.MaxRecordBytes); err != nil {
			return 0, err
		}
	}
	if set != 1 {
		return 0, invalid("outgoing %s holds %d things, want one", o.ID, set)
	}
	return size, nil
}

func checkBatch(key state.Key, ops []state.Operation, out []state.Outgoing) error {
	if err := checkKey(key); err != nil {
		return err
	}
	switch n := len(ops) + len(out); {
	case n == 0:
		return invalid("empty batch")
	case n > state.MaxBatchOperations:
		return fmt.Errorf("batch of %d operations: %w", n, state.ErrTooLarge)
	}
	size := 0
	for i := range ops {
		op := &ops[i]
		if op.Verb < state.Create || op.Verb > state.Delete || !state.ValidID(op.Record.ID) {
			return invalid("operation %d on record %q", op.Verb, op.Record.ID)
		}
		if op.Verb == state.Delete {
			continue
		}
		if err := checkBody("record "+op.Record.ID, op.Record.Body, state.MaxRecordBytes); err != nil {
			return err
		}
		size += len(op.Record.ID) + len(op.Record.Kind) + len(op.Record.Body)
	}
	for i := range out {
		n, err := checkOutgoing(&out[i])
		if err != nil {
			return err
		}
		size += n
	}
	if size > state.MaxBatchBytes {
		return fmt.Errorf("batch of %d bytes: %w", size, state.ErrTooLarge)
	}
	return nil
}
