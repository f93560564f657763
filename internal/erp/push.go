package erp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/mappings"
)

// Push brings the ERP to the wanted version of the document a wake-up names,
// one version after the other. Each is keyed by tenant, document and version.
// A document that names another waits until the ERP has that.
func (e *ERP) Push(ctx context.Context, w state.Wake) error {
	due, err := e.Store.Open(ctx, w, state.QueueERPSync, trade.DocumentRecordID, waitingID)
	if err != nil {
		return err
	}
	rec, err := due.Rec(trade.DocumentRecordID)
	if err != nil {
		return err
	}
	var doc trade.DocumentRecord
	if err := state.Decode(rec, trade.DocumentRecordKind, trade.DocumentRecordVersion, &doc); err != nil {
		return err
	}
	ready, err := e.ready(ctx, w, due, doc)
	if err != nil || !ready {
		return err
	}
	for due.Target.Done < due.Target.Wanted {
		version := due.Next()
		current, err := e.version(ctx, due.Key, doc, version)
		if err != nil {
			return err
		}
		reference, err := e.put(ctx, due.Key, current, version, w.Trace)
		if err != nil {
			return err
		}
		b := e.Store.Batch(due.Key)
		due.Reach(b, version)
		b.Put(trade.ERPRecordID, trade.ERPRecordKind, trade.ERPRecordVersion,
			trade.ERPRecord{Version: version, Reference: reference, At: e.Store.Now()})
		if err := strike(b, due); err != nil {
			return err
		}
		receipt, err := b.Commit(ctx)
		if err != nil {
			return err
		}
		due.Committed(receipt)
	}
	return nil
}

// version returns a version of a document: its record holds the current one,
// records of their own the earlier ones.
func (e *ERP) version(ctx context.Context, key state.Key, doc trade.DocumentRecord, version int) (trade.DocumentRecord, error) {
	if version == doc.Version {
		return doc, nil
	}
	// Into a record of its own: JSON decoded over the current one would
	// overwrite the bytes of its body, which the caller still holds.
	var earlier trade.DocumentRecord
	_, err := e.Store.ReadInto(ctx, key, trade.DocumentVersionID(version), trade.DocumentRecordKind, trade.DocumentRecordVersion, &earlier)
	return earlier, err
}

// put sends one version and returns the ERP's own number for the document.
func (e *ERP) put(ctx context.Context, key state.Key, doc trade.DocumentRecord, version int, trace string) (string, error) {
	body, err := e.Store.Fetch(ctx, state.Content{Inline: doc.Body, Path: doc.File})
	if err != nil {
		return "", err
	}
	url, d, ok := e.Endpoint(key.Tenant)
	if !ok {
		return "", &Refusal{Message: fmt.Sprintf("tenant %s has no ERP; name one in its tenant file", key.Tenant)}
	}
	call, ok := d.Documents[doc.Noun]
	if !ok {
		return "", &Refusal{Message: fmt.Sprintf("erp/%s.jsonc does not say how a document of the noun %q is brought to the ERP", d.Kind, doc.Noun)}
	}
	ctx, cancel := context.WithTimeout(ctx, call.Timeout)
	defer cancel()
	target := strings.TrimSuffix(url, "/") + call.Target(key.Aggregate, doc.Partner, version)
	req, err := http.NewRequestWithContext(ctx, call.Method, target, bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("push %s: %w", key.Aggregate, err)
	}
	req.Header.Set("Content-Type", call.ContentType)
	req.Header.Set(call.IdempotencyKey, fmt.Sprintf("%s/%s@%d", key.Tenant, key.Aggregate, version))
	if trace != "" {
		req.Header.Set("traceparent", trace)
	}
	resp, err := e.Client.Do(req)
	if err != nil {
		// Whether the ERP saved it is unknown; the key makes the repeat safe.
		return "", &Unreachable{Err: fmt.Errorf("push %s version %d: %w", key.Aggregate, version, err)}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return "", &Unreachable{Err: fmt.Errorf("push %s version %d: answer: %w", key.Aggregate, version, err)}
	}
	return e.saved(d, resp, answer)
}

// saved decides what an answer to a push means.
func (e *ERP) saved(d *mappings.ERPDescriptor, resp *http.Response, answer []byte) (string, error) {
	if err := e.judge(d, resp, answer); err != nil {
		return "", err
	}
	var saved struct {
		Reference string `json:"reference"`
	}
	if err := json.Unmarshal(answer, &saved); err != nil || saved.Reference == "" {
		// A login page or a proxy's greeting with status 200 has saved nothing.
		return "", &Unreachable{Err: fmt.Errorf("answer %d without a reference: %s", resp.StatusCode, excerpt(answer))}
	}
	return saved.Reference, nil
}
