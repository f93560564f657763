package state

import (
	"encoding/json"
	"fmt"
)

// CheckKey is ErrInvalid for a partition that no platform takes. These checks
// are what every driver enforces, so that what works on one platform works on
// all.
func CheckKey(key Key) error {
	if !ValidTenant(key.Tenant) || !ValidAggregate(key.Aggregate) {
		return fmt.Errorf("partition %q of tenant %q: %w", key.Aggregate, key.Tenant, ErrInvalid)
	}
	return nil
}

// CheckID is ErrInvalid for a record id that no platform takes.
func CheckID(id string) error {
	if !ValidID(id) {
		return fmt.Errorf("record id %q: %w", id, ErrInvalid)
	}
	return nil
}

// checkBody holds a body to JSON and to its limit; no body is none.
func checkBody(what, id string, body json.RawMessage, most int) error {
	if len(body) > most {
		return fmt.Errorf("%s %s: %d bytes, at most %d: %w", what, id, len(body), most, ErrTooLarge)
	}
	if len(body) > 0 && !json.Valid(body) {
		return fmt.Errorf("%s %s: body is not JSON: %w", what, id, ErrInvalid)
	}
	return nil
}

// CheckBatch holds a batch to what Cosmos DB takes in one transaction, where
// each outgoing is one more record: ErrInvalid or ErrTooLarge otherwise.
func CheckBatch(key Key, ops []Operation, out []Outgoing) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	switch n := len(ops) + len(out); {
	case n == 0:
		return fmt.Errorf("batch without an operation: %w", ErrInvalid)
	case n > MaxBatchOperations:
		return fmt.Errorf("batch of %d operations, at most %d: %w", n, MaxBatchOperations, ErrTooLarge)
	}
	size := 0
	for i := range ops {
		op := &ops[i]
		if op.Verb < Create || op.Verb > Delete {
			return fmt.Errorf("operation %d: verb %d: %w", i, op.Verb, ErrInvalid)
		}
		if err := CheckID(op.Record.ID); err != nil {
			return err
		}
		if op.Verb == Delete {
			continue
		}
		if err := checkBody("record", op.Record.ID, op.Record.Body, MaxRecordBytes); err != nil {
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
	if size > MaxBatchBytes {
		return fmt.Errorf("batch of %d bytes, at most %d: %w", size, MaxBatchBytes, ErrTooLarge)
	}
	return nil
}

// CheckPath is ErrInvalid for a path that may not name a file.
func CheckPath(p string) error {
	if !ValidPath(p) {
		return fmt.Errorf("path %q: %w", p, ErrInvalid)
	}
	return nil
}

func checkOutgoing(o *Outgoing) (size int, err error) {
	if err := CheckID(OutgoingID(o.ID)); o.ID == "" || err != nil {
		return 0, fmt.Errorf("outgoing id %q: %w", o.ID, ErrInvalid)
	}
	set := 0
	if o.Message != nil {
		set++
		size = len(o.Message.Body)
		if err := CheckMessage(o.Message); err != nil {
			return 0, err
		}
	}
	for _, r := range []*Row{o.Row, o.Strike} {
		if r == nil {
			continue
		}
		set++
		size = len(r.Body)
		if err := checkBody("row", r.ID, r.Body, MaxRecordBytes); err != nil {
			return 0, err
		}
	}
	if set != 1 {
		return 0, fmt.Errorf("outgoing %s: holds %d of message, row and strike, want one: %w", o.ID, set, ErrInvalid)
	}
	return size, nil
}

// CheckMessage holds a message to what Service Bus takes; which queues there
// are, the Queues know.
func CheckMessage(m *Message) error {
	const most = 128 // characters of a message or session id, as Service Bus has it
	if m.ID == "" || len(m.ID) > most {
		return fmt.Errorf("message id %q: %w", m.ID, ErrInvalid)
	}
	if len(m.Session) > most {
		return fmt.Errorf("message %s: session %q: %w", m.ID, m.Session, ErrInvalid)
	}
	return checkBody("message", m.ID, m.Body, MaxMessageBytes)
}
