package local

import (
	"encoding/json"
	"fmt"

	"github.com/crossdock/crossdock/internal/state"
)

func checkKey(key state.Key) error {
	if !state.ValidTenant(key.Tenant) || !state.ValidAggregate(key.Aggregate) {
		return fmt.Errorf("partition %q of tenant %q: %w", key.Aggregate, key.Tenant, state.ErrInvalid)
	}
	return nil
}

func checkID(id string) error {
	if !state.ValidID(id) {
		return fmt.Errorf("record id %q: %w", id, state.ErrInvalid)
	}
	return nil
}

// checkBody holds a body to JSON and to its limit; no body is none.
func checkBody(what, id string, body json.RawMessage, most int) error {
	if len(body) > most {
		return fmt.Errorf("%s %s: %d bytes, at most %d: %w", what, id, len(body), most, state.ErrTooLarge)
	}
	if len(body) > 0 && !json.Valid(body) {
		return fmt.Errorf("%s %s: body is not JSON: %w", what, id, state.ErrInvalid)
	}
	return nil
}

// checkBatch holds a batch to what Cosmos DB takes in one transaction, where
// each outgoing is one more record.
func checkBatch(key state.Key, ops []state.Operation, out []state.Outgoing) error {
	if err := checkKey(key); err != nil {
		return err
	}
	switch n := len(ops) + len(out); {
	case n == 0:
		return fmt.Errorf("batch without an operation: %w", state.ErrInvalid)
	case n > state.MaxBatchOperations:
		return fmt.Errorf("batch of %d operations, at most %d: %w", n, state.MaxBatchOperations, state.ErrTooLarge)
	}
	size := 0
	for i := range ops {
		op := &ops[i]
		if op.Verb < state.Create || op.Verb > state.Delete {
			return fmt.Errorf("operation %d: verb %d: %w", i, op.Verb, state.ErrInvalid)
		}
		if err := checkID(op.Record.ID); err != nil {
			return err
		}
		if op.Verb == state.Delete {
			continue
		}
		if err := checkBody("record", op.Record.ID, op.Record.Body, state.MaxRecordBytes); err != nil {
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
		return fmt.Errorf("batch of %d bytes, at most %d: %w", size, state.MaxBatchBytes, state.ErrTooLarge)
	}
	return nil
}

func checkOutgoing(o *state.Outgoing) (size int, err error) {
	if err := checkID(state.OutgoingID(o.ID)); o.ID == "" || err != nil {
		return 0, fmt.Errorf("outgoing id %q: %w", o.ID, state.ErrInvalid)
	}
	set := 0
	if o.Message != nil {
		set++
		size = len(o.Message.Body)
		if err := checkMessage(o.Message); err != nil {
			return 0, err
		}
	}
	for _, r := range []*state.Row{o.Row, o.Strike} {
		if r == nil {
			continue
		}
		set++
		size = len(r.Body)
		if err := checkBody("row", r.ID, r.Body, state.MaxRecordBytes); err != nil {
			return 0, err
		}
	}
	if set != 1 {
		return 0, fmt.Errorf("outgoing %s: holds %d of message, row and strike, want one: %w", o.ID, set, state.ErrInvalid)
	}
	return size, nil
}

// checkMessage holds a message to what Service Bus takes; which queues there
// are, the Queues know.
func checkMessage(m *state.Message) error {
	const most = 128 // characters of a message or session id, as Service Bus has it
	if m.ID == "" || len(m.ID) > most {
		return fmt.Errorf("message id %q: %w", m.ID, state.ErrInvalid)
	}
	if len(m.Session) > most {
		return fmt.Errorf("message %s: session %q: %w", m.ID, m.Session, state.ErrInvalid)
	}
	return checkBody("message", m.ID, m.Body, state.MaxMessageBytes)
}
