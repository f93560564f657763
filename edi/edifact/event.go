package edifact

import (
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

// Interchange is one UNB to UNZ. A Reader makes a new one for each; the
// counters and findings grow until its InterchangeEnd. Segments that stand
// outside any interchange are in one that is Implicit and has no header.
type Interchange struct {
	UNB
	UNA        string         `json:"una,omitempty"` // as sent, its terminator included
	Implicit   bool           `json:"implicit,omitempty"`
	Position   edi.Position   `json:"position"` // of UNA, else of UNB
	Delimiters edi.Delimiters `json:"delimiters"`
	Index      int            `json:"index"` // in the file, from 1
	Groups     int            `json:"groups"`
	Messages   int            `json:"messages"`
	CONTRL     int            `json:"contrl,omitempty"`    // messages that are acknowledgements
	Packages   int            `json:"packages,omitempty"`  // UNO to UNP, whose objects are passed over
	Declared   string         `json:"declared,omitempty"`  // 0036 of UNZ as sent
	Truncated  bool           `json:"truncated,omitempty"` // the file ended before its UNZ
	Wrapped    bool           `json:"wrapped,omitempty"`   // line breaks inside segments are not data
	Findings   []edi.Finding  `json:"findings,omitempty"`

	Mixed bool `json:"mixed,omitempty"` // groups, and messages outside of them

	numbers envelope.Numbers // 0048
}

// Group is one UNG to UNE. Messages that stand outside any group, as nearly
// all do, are in one that is Implicit and has no header.
type Group struct {
	UNG
	Implicit bool          `json:"implicit,omitempty"`
	Position edi.Position  `json:"position"`
	Index    int           `json:"index"` // in the interchange, from 1
	Messages int           `json:"messages"`
	Packages int           `json:"packages,omitempty"`
	Declared string        `json:"declared,omitempty"` // 0060 of UNE as sent
	Findings []edi.Finding `json:"findings,omitempty"`

	First string `json:"first,omitempty"` // type of its first message

	numbers envelope.Numbers // 0062
}

// Message is one UNH to UNT.
type Message struct {
	UNH
	Position edi.Position  `json:"position"`
	Index    int           `json:"index"` // in the group, from 1
	Mark     Mark          `json:"mark"`
	Segments int           `json:"segments"` // so far; the one of the event included
	Findings []edi.Finding `json:"findings,omitempty"`

	trailing, characters bool // said once
}

// EventKind says what an Event is about.
type EventKind int

// Kinds of events. Every level that starts ends, trailer or not.
const (
	InterchangeStart EventKind = iota + 1 // Segment is the UNB, nil for an implicit interchange; it accounts for the UNA too
	GroupStart                            // Segment is the UNG, nil for an implicit group
	MessageStart                          // Segment is the UNH; a MessageSegment of it follows
	MessageSegment                        // each segment of a message, UNH and UNT included
	MessageEnd                            // Segment is the UNT, nil if it is missing
	GroupEnd                              // Segment is the UNE, nil if there is none
	InterchangeEnd                        // Segment is the UNZ, nil if it is missing
	Other                                 // a segment outside the messages (USH, stray ones) or stray data, Segment nil
)

func (k EventKind) String() string {
	names := [...]string{
		"none", "interchange start", "group start", "message start", "message segment", "message end", "group end", "interchange end", "other",
	}
	if k < 0 || int(k) >= len(names) {
		return "unknown"
	}
	return names[k]
}

// Event is one step through a file. It and its Segment are valid until the
// next event; Interchange, Group and Message stay, and are nil outside of one.
type Event struct {
	Kind        EventKind
	Segment     *edi.Segment
	Interchange *Interchange
	Group       *Group
	Message     *Message
	Finding     *edi.Finding // of an Other event; also kept on its level, if it is inside an interchange
	From, To    int64        // bytes of the file an event that has no segment of its own accounts for
}

// Options of a Reader. The zero value means the defaults.
type Options struct {
	Limits         edi.Limits
	Findings       int          // most findings kept of one message, those of its UNT aside, default 100
	Envelope       int          // most findings kept of one group or interchange, those of its UNE or UNZ aside, default 15
	ControlNumbers int          // most runs of references remembered to find duplicates, default 150
	Characters     edi.Severity // of a character that the set named by UNB does not have: Warning, the default, once a message, or Error, once a segment

	// Agreed says how an interchange is read where that is agreed with its
	// sender: by which character set whatever UNB names, "" for that, and what
	// a character outside of it is, "" for Characters.
	Agreed func(UNB) (set Charset, outside edi.Severity)
}

func (o Options) withDefaults() Options {
	if o.Findings <= 0 {
		o.Findings = 100
	}
	if o.Envelope <= 0 {
		o.Envelope = 15
	}
	if o.ControlNumbers <= 0 {
		o.ControlNumbers = 150
	}
	if o.Characters == "" {
		o.Characters = edi.Warning
	}
	return o
}

// Mark is a place at which reading can be resumed: the UNH of a message. It
// is a small JSON value, some hundred bytes as a rule and below 52 KiB with
// the default Options, whatever the file holds.
type Mark struct {
	Position     edi.Position     `json:"position"`           // of the UNH
	Encoding     edi.Encoding     `json:"encoding,omitempty"` // of the file
	Source       int64            `json:"source,omitempty"`   // where the UNH stands in a file that is decoded
	Interchange  Interchange      `json:"interchange"`        // as it was before the message
	Group        Group            `json:"group"`              // as it was before the message
	GroupsSeen   envelope.Numbers `json:"groupsSeen,omitzero"`
	MessagesSeen envelope.Numbers `json:"messagesSeen,omitzero"`
}

// Offset is where the source given to Resume must begin: the place of the
// UNH in the file, which is that of Position unless the file is UTF-16.
func (m Mark) Offset() int64 {
	if m.Encoding != edi.Bytes {
		return m.Source
	}
	return m.Position.Offset
}
