package document

import (
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/x12"
)

// Kind says what a Step is about.
type Kind int

// Kinds of steps. Every level that starts ends, trailer or not.
const (
	InterchangeStart Kind = iota + 1 // Segment is the ISA or UNB; nil if there is none
	GroupStart                       // Segment is the GS or UNG; nil if there is none
	SetStart                         // Segment is nil; a SetSegment of the ST or UNH follows
	SetSegment                       // each segment of a set, header and trailer included
	SetEnd                           // Segment is nil
	GroupEnd                         // Segment is the GE or UNE; nil if there is none
	InterchangeEnd                   // Segment is the IEA or UNZ; nil if there is none
	Other                            // a segment outside the sets, or stray data: Segment is nil then
)

// Step is one step through a file. It and its Segment are valid until the
// next; Interchange, Group and Set stay, and are nil outside of one.
type Step struct {
	Kind        Kind
	Segment     *edi.Segment
	From, To    int64 // bytes of the file the step accounts for, blanks before the segment included; none if equal
	Interchange *Interchange
	Group       *Group
	Set         *Set
	InSet       int           // of a SetSegment: its index in the set, the header being 1
	Row         int           // of a SetSegment in Set.Grammar; -1 if it has no place or there is no grammar
	Depth       int           // of a SetSegment: loops it is in, the trigger being a member of the outer one, levels of HL or CPS included
	Findings    []edi.Finding // found since the step before
}

// Interchange is what an ISA or UNB says.
type Interchange struct {
	Standard   edi.Standard
	Index      int    // in the file, from 1
	At         int64  // where it begins, with UNA if there is one
	Implicit   bool   // there is no header
	Sender     string // id, its qualifier before it if it has one: 14:4000001000005
	Receiver   string
	Date, Time string // as sent
	Version    string // ISA12, or 0001 and 0002 of UNB
	Number     string // control number or reference, as sent
	Test       bool   // marked as a test
	Delimiters edi.Delimiters
	Header     string           // of EDIFACT the UNA as sent, empty if there is none
	Tables     *grammar.Grammar // of the envelope

	ISA      *x12.ISA      // of X12
	UNB      *edifact.UNB  // of EDIFACT
	TA1      int           // TA1 segments of X12, known at its end
	Findings []edi.Finding // about the interchange itself, known at its end
}

// Group is what a GS or UNG says.
type Group struct {
	Index    int    // in the interchange, from 1
	Implicit bool   // there is no header
	Kind     string // GS01 or 0038
	Number   string
	Version  string // GS08, or 0052 and 0054

	GS       *x12.GS       // of X12
	UNG      *edifact.UNG  // of EDIFACT
	Declared string        // GE01 or 0060 as sent, known at its end
	Findings []edi.Finding // about the group itself, known at its end
}

// Set is what a ST or UNH says.
type Set struct {
	Index   int    // in the group, from 1
	ID      string // ST01 or 0065
	Number  string
	Release string // GS08, or 0052 and 0054 together
	Grammar *grammar.Set
	Tables  *grammar.Grammar // of the release nearest to Release
	Exact   bool             // the tables are those of the release

	Implementation string        // ST03
	UNH            *edifact.UNH  // of EDIFACT
	Segments       int           // known at its end
	Findings       []edi.Finding // about the set, known at its end
}
