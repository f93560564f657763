package exchange

import (
	"context"
	"errors"

	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
)

const (
	judgingID   = "judging"
	judgingKind = "judging"
)

// Receive judges the file a wake-up names and applies what was accepted. Each
// slice ends with a checkpoint and a wake-up of its own; a file that has its
// outcome is left alone.
func (e *Exchange) Receive(ctx context.Context, w state.Wake) error {
	due, err := e.Store.Open(ctx, w, state.QueueEDIInbound, inbox.RecordID, verdictID, judgingID, appliedID)
	if err != nil {
		return err
	}
	rec, err := due.Rec(inbox.RecordID)
	if err != nil {
		return err
	}
	var f inbox.File
	if err := state.Decode(rec, inbox.RecordKind, inbox.RecordVersion, &f); err != nil {
		return err
	}
	v, err := e.readVerdict(ctx, due.Records)
	if errors.Is(err, state.ErrNotFound) {
		v, err = e.Judge(ctx, w, due, f)
	}
	if err != nil || v == nil {
		return err
	}
	return e.Apply(ctx, w, due, rec, f, v)
}

// Judge reads the whole file once and commits its verdict, with the wake-up
// that sends the acknowledgements. It returns nil when the slice was over
// first: the checkpoint then has a wake-up of its own.
func (e *Exchange) Judge(ctx context.Context, w state.Wake, due *state.Due, f inbox.File) (*Verdict, error) {
	var j judging
	rec, resume := due.Records[judgingID]
	if resume {
		if err := e.decodeKept(ctx, rec, judgingKind, &j); err != nil {
			return nil, err
		}
	}
	v, err := e.judge(ctx, f, &j, resume)
	if err != nil {
		return nil, err
	}
	b := e.Store.Batch(due.Key)
	b.Trace(w.Trace)
	due.Keep(b)
	if v == nil {
		kept, err := e.keep(ctx, f.Tenant, j)
		if err != nil {
			return nil, err
		}
		b.Put(judgingID, judgingKind, keptVersion, kept)
		b.Send(state.QueueEDIInbound)
		_, err = b.Commit(ctx)
		return nil, err
	}
	kept, err := e.keep(ctx, f.Tenant, v)
	if err != nil {
		return nil, err
	}
	b.Create(verdictID, verdictKind, keptVersion, kept)
	if resume {
		b.Remove(judgingID)
	}
	if len(v.Acks) > 0 {
		b.Want(state.QueueEDIOutbound, len(v.Acks))
		b.Send(state.QueueEDIOutbound)
	}
	receipt, err := b.Commit(ctx)
	if err != nil {
		return nil, err
	}
	due.Committed(receipt)
	return v, nil
}
