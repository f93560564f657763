package erp

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/mappings"
)

// waiting says since when a document waits for the one it names.
type waiting struct {
	For   string    `json:"for"` // aggregate of the document it names
	Since time.Time `json:"since"`
	Tries int       `json:"tries"`
}

const (
	waitingID   = "waiting"
	waitingKind = "waiting"

	firstWait = 5 * time.Second
	longWait  = 15 * time.Minute
)

// waitingRow is what the list of waiting documents says of one.
type waitingRow struct {
	Kind    string `json:"kind"`
	Number  string `json:"number"`
	Partner string `json:"partner"`
	Key     string `json:"key"`
	Source  string `json:"source"`
	For     string `json:"for"` // aggregate of the document it names
}

// ready reports whether a document may be pushed: what it names is in the ERP.
// If not, it has committed the next look, or that the patience agreed is over.
func (e *ERP) ready(ctx context.Context, w state.Wake, due *state.Due, doc trade.DocumentRecord) (bool, error) {
	named := e.After(due.Key.Tenant, doc)
	about := doc.About
	if about == "" {
		about = doc.Number
	}
	if named.Noun == "" || due.Target.Done > 0 {
		return true, nil
	}
	there, key, err := e.there(ctx, due.Key.Tenant, named, about, doc)
	if err != nil || there {
		return there, err
	}
	now := e.Store.Now()
	at := waiting{For: key.Aggregate, Since: now}
	rec, known := due.Records[waitingID]
	if known {
		if err := state.Decode(rec, waitingKind, 1, &at); err != nil {
			return false, err
		}
	}
	left := at.Since.Add(named.Patience).Sub(now)
	if left <= 0 {
		// Off the list first: once it is given up nothing looks at it again.
		b := e.Store.Batch(due.Key)
		due.Keep(b)
		b.Strike(state.ListWaiting, due.Key.Aggregate, at.Since)
		if _, err := b.Commit(ctx); err != nil {
			return false, err
		}
		_, err := e.Store.Park(ctx, w, state.QueueERPSync, state.Failure{
			Class: "waiting", Attempts: at.Tries, Trace: w.Trace,
			Cause: fmt.Sprintf("the %s %s waited %s for the %s %s, which did not come into the ERP",
				strings.ReplaceAll(doc.Noun, "-", " "), doc.Number, now.Sub(at.Since).Round(time.Second), strings.ReplaceAll(named.Noun, "-", " "), about),
		})
		return false, err
	}
	pause := min(firstWait<<min(at.Tries, 10), longWait, left)
	at.Tries++
	b := e.Store.Batch(due.Key)
	b.Trace(w.Trace)
	due.Keep(b)
	b.Put(waitingID, waitingKind, 1, at)
	if !known {
		b.Post(state.ListWaiting, due.Key.Aggregate, at.Since, waitingRow{
			Kind: doc.Noun, Number: doc.Number, Partner: doc.Partner, Key: due.Key.Aggregate, Source: doc.Source, For: key.Aggregate,
		})
	}
	b.SendAt(state.QueueERPSync, now.Add(pause))
	_, err = b.Commit(ctx)
	return false, err
}

// there reports whether the ERP has what a document names: a document of the
// partner's that was pushed, or one of ours that was sent.
func (e *ERP) there(ctx context.Context, tenant string, named mappings.After, about string, doc trade.DocumentRecord) (bool, state.Key, error) {
	direction, queue := trade.In, state.QueueERPSync
	if named.Ours {
		direction, queue = trade.Out, state.QueueEDIOutbound
	}
	key := state.Key{Tenant: tenant, Aggregate: state.ID(trade.KeyParts(direction, named.Noun, doc.Partner, about, doc.Release, doc.Test)...)}
	target := state.TargetID(queue)
	recs, err := e.Store.Read(ctx, key, "", trade.DocumentRecordID, target)
	if err != nil {
		return false, key, err
	}
	if _, ok := recs[trade.DocumentRecordID]; !ok {
		return false, key, nil
	}
	rec, ok := recs[target]
	if !ok {
		return true, key, nil // nobody brings it anywhere
	}
	t, err := state.DecodeTarget(rec)
	return err == nil && t.Done >= t.Wanted, key, err
}

// strike takes a document off the list of those that wait, in a batch.
func strike(b *state.Batch, due *state.Due) error {
	rec, ok := due.Records[waitingID]
	if !ok {
		return nil
	}
	delete(due.Records, waitingID)
	var at waiting
	if err := state.Decode(rec, waitingKind, 1, &at); err != nil {
		return err
	}
	b.Remove(waitingID)
	b.Strike(state.ListWaiting, due.Key.Aggregate, at.Since)
	return nil
}
