package exchange

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
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

// Interchange is the verdict on one interchange: ISA or UNB is its header.
type Interchange struct {
	Index       int           `json:"index"`
	Position    edi.Position  `json:"position"`
	ISA         *x12.ISA      `json:"isa,omitempty"`
	UNB         *edifact.UNB  `json:"unb,omitempty"`
	Implicit    bool          `json:"implicit,omitempty"` // messages without a UNB
	Sets        int           `json:"sets"`               // found
	TA1         int           `json:"ta1,omitempty"`      // TA1 segments
	CONTRL      int           `json:"contrl,omitempty"`   // of Sets, CONTRL messages
	Fate        edi.Fate      `json:"fate"`               // the envelope's own: what a TA1 says
	Findings    []edi.Finding `json:"findings,omitempty"`
	Partner     string        `json:"partner,omitempty"`
	Agreement   string        `json:"agreement,omitempty"` // version judged by
	Test        bool          `json:"test,omitempty"`
	DuplicateOf string        `json:"duplicateOf,omitempty"` // file that used the control number before
	Refused     bool          `json:"refused,omitempty"`     // nothing of it is applied, whatever its sets are
	Groups      []Group       `json:"groups,omitempty"`
}

// Group is the verdict on one group: GS or UNG is its header, if it has one.
// Its sets are in Lines.
type Group struct {
	Index    int           `json:"index"`
	Position edi.Position  `json:"position"`
	GS       *x12.GS       `json:"gs,omitempty"`
	UNG      *edifact.UNG  `json:"ung,omitempty"`
	Implicit bool          `json:"implicit,omitempty"`
	Declared string        `json:"declared,omitempty"` // sets, as its trailer says
	Received int           `json:"received"`           // sets found
	Fate     edi.Fate      `json:"fate"`               // the group's own
	Findings []edi.Finding `json:"findings,omitempty"`
	Refused  bool          `json:"refused,omitempty"` // nothing of it is applied, for an error in one of its sets
	Accepted int           `json:"accepted"`          // sets with no error of their own
	Noted    int           `json:"noted,omitempty"`   // of those accepted, sets with errors noted
	Content  int           `json:"content,omitempty"` // of those rejected, sets whose form is right
	Answers  int           `json:"answers,omitempty"` // 997 and 999 among the sets, which nothing acknowledges
	Start    Line          `json:"start"`             // of its first set
}

// Set is the verdict on one transaction set or message: one line of Lines.
type Set struct {
	ID             string          `json:"id"` // ST01, or UNH 0065
	ControlNumber  string          `json:"controlNumber"`
	Implementation string          `json:"implementation,omitempty"` // ST03
	UNH            *edifact.UNH    `json:"unh,omitempty"`
	Interchange    int             `json:"interchange"`
	Group          int             `json:"group"`
	Index          int             `json:"index"` // in its group
	Position       edi.Position    `json:"position"`
	Segments       int             `json:"segments"`
	Fate           edi.Fate        `json:"fate"`
	Findings       []edi.Finding   `json:"findings,omitempty"`
	Grammar        string          `json:"grammar,omitempty"` // release whose tables it was checked by
	Map            string          `json:"map,omitempty"`
	MapVersion     string          `json:"mapVersion,omitempty"`
	Noun           string          `json:"noun,omitempty"`
	Repeat         mappings.Repeat `json:"repeat,omitempty"` // the agreement's rule for a number that comes again
	Number         string          `json:"number,omitempty"` // the document's own
	Release        string          `json:"release,omitempty"`
	About          string          `json:"about,omitempty"` // number of the order it is about
}

// Ack is one acknowledgement the verdict asks for.
type Ack struct {
	Kind        string `json:"kind"`
	Interchange int    `json:"interchange"`
	Group       int    `json:"group,omitempty"`
	More        []int  `json:"more,omitempty"`    // groups that are told of in the same interchange, after it
	Receipt     bool   `json:"receipt,omitempty"` // a CONTRL that says that it came stands in front
}

// sets is how many sets acknowledge: each has a number.
func (a Ack) sets() int {
	if a.Receipt {
		return 2
	}
	return 1 + len(a.More)
}

// Kinds of acknowledgement.
const (
	KindTA1     = "TA1"
	Kind997     = "997"
	Kind999     = "999"
	KindCONTRL  = "CONTRL"
	Kind824     = "824"     // what became of the content of sets
	KindReceipt = "receipt" // a CONTRL that says no more than that it came
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
	if ic == nil || ic.Refused || s.Fate == edi.Rejected {
		return false
	}
	g := ic.group(s.Group)
	return g != nil && g.applies()
}

// applies reports whether accepted sets of the group are to be applied, as far
// as it goes.
func (g *Group) applies() bool { return g.Fate != edi.Rejected && !g.Refused }

// Number is the control number of the interchange: ISA13, or UNB 0020.
func (ic *Interchange) Number() string {
	if ic.ISA != nil {
		return ic.ISA.ControlNumber
	}
	return ic.UNB.Reference
}

// party is who wrote to whom.
func (ic *Interchange) party() mappings.Party {
	if isa := ic.ISA; isa != nil {
		return mappings.Party{
			Standard: mappings.StandardX12, SenderQualifier: isa.SenderQualifier, SenderID: isa.SenderID,
			ReceiverQualifier: isa.ReceiverQualifier, ReceiverID: isa.ReceiverID,
		}
	}
	return mappings.Party{
		Standard: mappings.StandardEDIFACT, SenderQualifier: ic.UNB.Sender.Qualifier, SenderID: ic.UNB.Sender.ID,
		ReceiverQualifier: ic.UNB.Receiver.Qualifier, ReceiverID: ic.UNB.Receiver.ID,
	}
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
