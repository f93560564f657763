// Package erp brings what partners sent to a tenant's ERP, each version of a
// document once, in order; and takes from it what it has to say to partners.
//
// It speaks HTTP as the ERP's descriptor says and decides what an answer
// means: done, try later, or refused. It keeps no queue and no retry of its
// own; what is owed stands in a document's target, and the worker tries again.
// The key of every push is tenant, document and version, so an ERP that saved
// without answering recognises the repeat; that of an event is its id, so one
// that is listed twice is one document. It writes no EDI.
package erp

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/mappings"
)

// ERP holds what the functions erp_sync and erp_event work with.
type ERP struct {
	Store *state.Store
	// Endpoint returns a tenant's ERP and how it is spoken to.
	Endpoint func(tenant string) (url string, d *mappings.ERPDescriptor, ok bool)
	// After returns what a document waits for.
	After func(tenant string, doc trade.DocumentRecord) mappings.After
	// Outgoing says how a document leaves for a partner.
	Outgoing func(tenant, partner, noun, standard, set string) (mappings.Outgoing, error)
	Client   *http.Client
}

// maxAnswer bounds what is read of an ERP's answer.
const maxAnswer = 1 << 20

// judge decides what an answer means: nil is done.
func (e *ERP) judge(d *mappings.ERPDescriptor, resp *http.Response, answer []byte) error {
	switch d.Outcome(resp.StatusCode) {
	case mappings.OutcomeDone:
		return nil
	case mappings.OutcomeRefused:
		return &Refusal{Message: fmt.Sprintf("answer %d: %s", resp.StatusCode, excerpt(answer))}
	default:
		return &Unreachable{
			Err:   fmt.Errorf("answer %d: %s", resp.StatusCode, excerpt(answer)),
			After: retryAfter(resp.Header.Get("Retry-After"), e.Store.Now()),
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
	const longest = time.Hour // an absurd value must not park a document for good
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

// NewClient returns the HTTP client of an ERP: it keeps as many connections
// as there are pushes at a time, and follows no redirect: a document must not go
// where the tenant's file does not say.
func NewClient(connections int) *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = nil
	t.MaxIdleConns, t.MaxIdleConnsPerHost = connections, connections
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}
