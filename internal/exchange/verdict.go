package exchange

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// Verdict is what was decided about a file, once. It is a record of the
// file's aggregate; what it says of each set stands in Lines.
type Verdict struct {
	Standard     string        `json:"standard"`
	Catalog      string        `json:"catalog,omitempty"` // version of the catalogue it is made by, and applied by
	At           time.Time     `json:"at"`
	Interchanges []Interchange `json:"interchanges,omitempty"`
	Findings     []edi.Finding `json:"findings,omitempty"` // about what lies outside any interchange
	Sets         int           `json:"sets"`
	Accepted     int           `json:"accepted"` // sets to be applied
	Acks         []Ack         `json:"acks,omitempty"`
	Lines        Lines         `json:"lines"`
}

// Interchange is the verdict on one interchange.
type Interchange struct {
	x12.InterchangeResult              // the envelope's own fate: what a TA1 says
	Index                 int          `json:"index"`
	Position              edi.Position `json:"position"`
	Partner               string       `json:"partner,omitempty"`
	Agreement             string       `json:"agreement,omitempty"` // version judged by
	Test                  bool         `json:"test,omitempty"`
	DuplicateOf           string       `json:"duplicateOf,omitempty"` // file that used the control number before
	Refused               bool         `json:"refused,omitempty"`     // nothing of it is applied, whatever its sets are
	Groups                []Group      `json:"groups,omitempty"`
}

// Group is the verdict on one functional group. Its sets are in Lines.
type Group struct {
	x12.GroupResult
	Index    int  `json:"index"`
	Accepted int  `json:"accepted"`        // sets with no error of their own
	Noted    int  `json:"noted,omitempty"` // of those accepted, sets with errors noted
	Start    Line `json:"start"`           // of its first set
}

// Set is the verdict on one transaction set: one line of Lines.
type Set struct {
	x12.SetResult
	Interchange int             `json:"interchange"`
	Group       int             `json:"group"`
	Index       int             `json:"index"` // in its group
	Position    edi.Position    `json:"position"`
	Segments    int             `json:"segments"`
	Map         string          `json:"map,omitempty"`
	MapVersion  string          `json:"mapVersion,omitempty"`
	Repeat      mappings.Repeat `json:"repeat,omitempty"` // the agreement's rule for a number that comes again
	Number      string          `json:"number,omitempty"` // the document's own
	Release     string          `json:"release,omitempty"`
}

// Ack is one acknowledgement the verdict asks for.
type Ack struct {
	Kind        string `json:"kind"` // TA1 or 997
	Interchange int    `json:"interchange"`
	Group       int    `json:"group,omitempty"`
}

// Kinds of acknowledgement.
const (
	KindTA1 = "TA1"
	Kind997 = "997"
)

const (
	verdictID   = "verdict"
	verdictKind = "verdict"
)

// interchange returns the verdict on the interchange of an index, which
// counts from 1 in the file.
func (v *Verdict) interchange(index int) *Interchange {
	if index < 1 || index > len(v.Interchanges) {
		return nil
	}
	return &v.Interchanges[index-1]
}

// group returns the verdict on the group of an index, which counts from 1 in
// the interchange.
func (ic *Interchange) group(index int) *Group {
	if index < 1 || index > len(ic.Groups) {
		return nil
	}
	return &ic.Groups[index-1]
}

// Applies reports whether a set is to be applied: it, its group and its
// interchange were all accepted.
func (v *Verdict) Applies(s Set) bool {
	ic := v.interchange(s.Interchange)
	if ic == nil || ic.Refused || s.Fate == x12.Rejected {
		return false
	}
	g := ic.group(s.Group)
	return g != nil && g.Fate != x12.Rejected
}

// readVerdict reads the verdict from the records of a file's aggregate:
// state.ErrNotFound while there is none.
func (e *Exchange) readVerdict(ctx context.Context, recs map[string]state.Record) (*Verdict, error) {
	rec, ok := recs[verdictID]
	if !ok {
		return nil, fmt.Errorf("verdict: %w", state.ErrNotFound)
	}
	v := new(Verdict)
	return v, e.decodeKept(ctx, rec, verdictKind, v)
}

// keptVersion is that of every record of this package whose body is a Content.
const keptVersion = 1

// decodeKept reads a record whose body is a Content into v.
func (e *Exchange) decodeKept(ctx context.Context, rec state.Record, kind string, v any) error {
	var c state.Content
	if err := state.Decode(rec, kind, keptVersion, &c); err != nil {
		return err
	}
	if err := e.fetch(ctx, c, v); err != nil {
		return fmt.Errorf("record %s: %w", rec.ID, err)
	}
	return nil
}

func (e *Exchange) fetch(ctx context.Context, c state.Content, v any) error {
	body, err := e.Store.Fetch(ctx, c)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, v)
}

// keep makes v a Content of the tenant.
func (e *Exchange) keep(ctx context.Context, tenant string, v any) (state.Content, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return state.Content{}, err
	}
	return e.Store.Keep(ctx, tenant, body)
}
