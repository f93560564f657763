package x12

import (
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

// Interchange is one ISA to IEA. A Reader makes a new one for each; the
// counters and findings grow until its InterchangeEnd.
type Interchange struct {
	ISA
	Position   edi.Position   `json:"position"`
	Delimiters edi.Delimiters `json:"delimiters"`
	Index      int            `json:"index"` // in the file, from 1
	Groups     int            `json:"groups"`
	Sets       int            `json:"sets"`
	TA1        int            `json:"ta1,omitempty"`       // TA1 segments
	Declared   string         `json:"declared,omitempty"`  // IEA01 as sent
	Truncated  bool           `json:"truncated,omitempty"` // the file ended before its IEA, or nothing of it could be read
	Wrapped    bool           `json:"wrapped,omitempty"`   // line breaks inside segments are not data
	Findings   []edi.Finding  `json:"findings,omitempty"`

	numbers envelope.Numbers // GS06
}

// GS is the header of a functional group.
type GS struct {
	FunctionalID  string `json:"functionalId"`  // GS01
	Sender        string `json:"sender"`        // GS02
	Receiver      string `json:"receiver"`      // GS03
	Date          string `json:"date"`          // GS04, CCYYMMDD, YYMMDD before 004010
	Time          string `json:"time"`          // GS05
	ControlNumber string `json:"controlNumber"` // GS06 as sent
	Agency        string `json:"agency"`        // GS07
	Version       string `json:"version"`       // GS08
}

// Group is one GS to GE. Sets that stand outside any group are in one that
// is Implicit and has no header.
type Group struct {
	GS
	Implicit bool          `json:"implicit,omitempty"`
	Position edi.Position  `json:"position"`
	Index    int           `json:"index"` // in the interchange, from 1
	Sets     int           `json:"sets"`
	Declared string        `json:"declared,omitempty"` // GE01 as sent
	Findings []edi.Finding `json:"findings,omitempty"`

	numbers envelope.Numbers // ST02
}

// Set is one ST to SE.
type Set struct {
	ID             string        `json:"id"`                       // ST01
	ControlNumber  string        `json:"controlNumber"`            // ST02
	Implementation string        `json:"implementation,omitempty"` // ST03
	Position       edi.Position  `json:"position"`
	Index          int           `json:"index"` // in the group, from 1
	Mark           Mark          `json:"mark"`
	Segments       int           `json:"segments"` // so far; the one of the event included
	Findings       []edi.Finding `json:"findings,omitempty"`

	trailing bool // a trailing separator was reported
}

// EventKind says what an Event is about.
type EventKind int

// Kinds of events. Every level that starts ends, trailer or not.
const (
	InterchangeStart EventKind = iota + 1 // Segment is the ISA
	GroupStart                            // Segment is the GS, nil for an implicit group
	SetStart                              // Segment is the ST; a SetSegment of it follows
	SetSegment                            // each segment of a set, ST and SE included
	SetEnd                                // Segment is the SE, nil if it is missing
	GroupEnd                              // Segment is the GE, nil if it is missing
	InterchangeEnd                        // Segment is the IEA, nil if it is missing
	Other                                 // a segment outside the sets (TA1, ISB, stray ones) or stray data, Segment nil
)

func (k EventKind) String() string {
	names := [...]string{"none", "interchange start", "group start", "set start", "set segment", "set end", "group end", "interchange end", "other"}
	if k < 0 || int(k) >= len(names) {
		return "unknown"
	}
	return names[k]
}

// Event is one step through a file. It and its Segment are valid until the
// next event; Interchange, Group and Set stay, and are nil outside of one.
type Event struct {
	Kind        EventKind
	Segment     *edi.Segment
	Interchange *Interchange
	Group       *Group
	Set         *Set
	Finding     *edi.Finding // of an Other event; also kept on its level, if it is inside an interchange
	From, To    int64        // bytes of the file an Other event without a segment accounts for
}

// Options of a Reader. The zero value means the defaults.
type Options struct {
	Limits         edi.Limits
	Findings       int // most findings kept of one set, those of its SE aside, default 100
	Envelope       int // most findings kept of one group or interchange, those of its GE or IEA aside, default 15
	ControlNumbers int // most runs of control numbers remembered to find duplicates, default 250

	// Repetition says which repetition separator an interchange has, 0 for
	// none, where that is agreed with its sender: read is what ISA11 means by
	// its version. What can be no separator is none. nil takes what was read.
	Repetition func(isa ISA, read byte) byte
}

func (o Options) withDefaults() Options {
	if o.Findings <= 0 {
		o.Findings = 100
	}
	if o.Envelope <= 0 {
		o.Envelope = 15
	}
	if o.ControlNumbers <= 0 {
		o.ControlNumbers = 250
	}
	return o
}

// Mark is a place at which reading can be resumed: the ST of a set. It is a
// small JSON value, some hundred bytes as a rule and below 52 KiB with the
// default Options, whatever the file holds.
type Mark struct {
	Position    edi.Position     `json:"position"`           // of the ST
	Encoding    edi.Encoding     `json:"encoding,omitempty"` // of the file
	Source      int64            `json:"source,omitempty"`   // where the ST stands in a file that is decoded
	Interchange Interchange      `json:"interchange"`        // as it was before the set
	Group       Group            `json:"group"`              // as it was before the set
	GroupsSeen  envelope.Numbers `json:"groupsSeen,omitzero"`
	SetsSeen    envelope.Numbers `json:"setsSeen,omitzero"`
}

// Offset is where the source given to Resume must begin: the place of the
// ST in the file, which is that of Position unless the file is UTF-16.
func (m Mark) Offset() int64 {
	if m.Encoding != edi.Bytes {
		return m.Source
	}
	return m.Position.Offset
}
