// Package erp brings what Crossdock knows to a tenant's ERP: each version of
// an order once, in order.
//
// It speaks HTTP as the ERP's descriptor says and decides what an answer
// means: done, try later, or refused. It keeps no queue and no retry of its
// own; what is owed stands in the order's target, and the worker tries again.
// The key of every push is tenant, order and version, so an ERP that saved
// without answering recognises the repeat.
package erp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/mappings"
)

// Pusher pushes orders.
type Pusher struct {
	Store *state.Store
	// Endpoint returns a tenant's ERP and how it is spoken to.
	Endpoint func(tenant string) (url string, d *mappings.ERPDescriptor, ok bool)
	Client   *http.Client
}

// maxAnswer bounds what is read of an ERP's answer.
const maxAnswer = 1 << 20

// Push brings the ERP to the wanted version of the order a wake-up names,
// one version after the other. Each is keyed by tenant, order and version.
func (p *Pusher) Push(ctx context.Context, w state.Wake) error {
	due, err := p.Store.Open(ctx, w, state.QueueERPSync, trade.DocumentRecordID)
	if err != nil {
		return err
	}
	rec, err := due.Rec(trade.DocumentRecordID)
	if err != nil {
		return err
	}
	var order trade.DocumentRecord
	if err := state.Decode(rec, trade.DocumentRecordKind, trade.DocumentRecordVersion, &order); err != nil {
		return err
	}
	for due.Target.Done < due.Target.Wanted {
		version := due.Next()
		body, err := p.body(ctx, due.Key, order, version)
		if err != nil {
			return err
		}
		reference, err := p.put(ctx, due.Key, version, body, w.Trace)
		if err != nil {
			return err
		}
		b := p.Store.Batch(due.Key)
		due.Reach(b, version)
		b.Put(trade.ERPRecordID, trade.ERPRecordKind, trade.ERPRecordVersion,
			trade.ERPRecord{Version: version, Reference: reference, At: p.Store.Now()})
		receipt, err := b.Commit(ctx)
		if err != nil {
			return err
		}
		due.Committed(receipt)
	}
	return nil
}

// body returns the canonical JSON of a version: the record holds the current
// one, records of their own the earlier ones.
func (p *Pusher) body(ctx context.Context, key state.Key, order trade.DocumentRecord, version int) (json.RawMessage, error) {
	if version != order.Version {
		// Into a record of its own: JSON decoded over the current one would
		// overwrite the bytes of its body, which the caller still holds.
		var earlier trade.DocumentRecord
		id := trade.DocumentVersionID(version)
		if _, err := p.Store.ReadInto(ctx, key, id, trade.DocumentRecordKind, trade.DocumentRecordVersion, &earlier); err != nil {
			return nil, err
		}
		order = earlier
	}
	return p.Store.Fetch(ctx, state.Content{Inline: order.Body, Path: order.File})
}

// put sends one version and returns the ERP's own number for the order.
func (p *Pusher) put(ctx context.Context, key state.Key, version int, body []byte, trace string) (string, error) {
	url, d, ok := p.Endpoint(key.Tenant)
	if !ok {
		return "", &Refusal{Message: fmt.Sprintf("tenant %s has no ERP; name one in its tenant file", key.Tenant)}
	}
	ctx, cancel := context.WithTimeout(ctx, d.Order.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, d.Order.Method, strings.TrimSuffix(url, "/")+d.Order.Target(key.Aggregate, version), bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("push %s: %w", key.Aggregate, err)
	}
	req.Header.Set("Content-Type", d.Order.ContentType)
	req.Header.Set(d.Order.IdempotencyKey, fmt.Sprintf("%s/%s@%d", key.Tenant, key.Aggregate, version))
	if trace != "" {
		req.Header.Set("traceparent", trace)
	}
	resp, err := p.Client.Do(req)
	if err != nil {
		// Whether the ERP saved it is unknown; the key makes the repeat safe.
		return "", &Unreachable{Err: fmt.Errorf("push %s version %d: %w", key.Aggregate, version, err)}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return "", &Unreachable{Err: fmt.Errorf("push %s version %d: answer: %w", key.Aggregate, version, err)}
	}
	return p.judge(d, resp, answer)
}

// judge decides what an answer means.
func (p *Pusher) judge(d *mappings.ERPDescriptor, resp *http.Response, answer []byte) (string, error) {
	switch d.Outcome(resp.StatusCode) {
	case mappings.OutcomeDone:
		var saved struct {
			Reference string `json:"reference"`
		}
		if err := json.Unmarshal(answer, &saved); err != nil || saved.Reference == "" {
			// A login page or a proxy's greeting with status 200 has saved nothing.
			return "", &Unreachable{Err: fmt.Errorf("answer %d without a reference: %s", resp.StatusCode, excerpt(answer))}
		}
		return saved.Reference, nil
	case mappings.OutcomeRefused:
		return "", &Refusal{Message: fmt.Sprintf("answer %d: %s", resp.StatusCode, excerpt(answer))}
	default:
		return "", &Unreachable{
			Err:   fmt.Errorf("answer %d: %s", resp.StatusCode, excerpt(answer)),
			After: retryAfter(resp.Header.Get("Retry-After"), p.Store.Now()),
		}
	}
}

// Unreachable is an ERP that did not take a version now: try later.
type Unreachable struct {
	Err   error
	After time.Duration // what the ERP asked for; 0: it did not say
}

func (e *Unreachable) Error() string { return fmt.Sprintf("erp: %v", e.Err) }
func (e *Unreachable) Unwrap() error { return e.Err }

// RetryAfter is when a later try may do, in the ERP's own words; 0 leaves it
// to the worker.
func (e *Unreachable) RetryAfter() time.Duration { return e.After }

// Refusal is an answer that a repeat will not change: a person must act.
type Refusal struct{ Message string }

func (e *Refusal) Error() string { return "erp: refused: " + e.Message }

// Refused says that no retry will mend it.
func (e *Refusal) Refused() bool { return true }

// retryAfter reads the header in both its forms, seconds and a date.
func retryAfter(h string, now time.Time) time.Duration {
	const longest = time.Hour // an absurd value must not park an order for good
	var d time.Duration
	if s, err := strconv.Atoi(h); err == nil {
		d = time.Duration(min(s, int(longest/time.Second))) * time.Second // no more, lest it overflow
	} else if t, err := http.ParseTime(h); err == nil {
		d = t.Sub(now)
	}
	return min(max(d, 0), longest)
}

func excerpt(b []byte) string {
	const limit = 200
	s := strings.ToValidUTF8(string(bytes.TrimSpace(b[:min(len(b), limit)])), "")
	if s == "" {
		return "empty answer"
	}
	return strconv.Quote(s)
}

// NewClient returns the HTTP client of a Pusher: it keeps as many connections
// as there are pushes at a time, and follows no redirect: an order must not go
// where the tenant's file does not say.
func NewClient(connections int) *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = nil
	t.MaxIdleConns, t.MaxIdleConnsPerHost = connections, connections
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}
