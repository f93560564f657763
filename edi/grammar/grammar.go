package grammar

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// Grammar is one release of one standard. It never changes and is safe for
// concurrent use.
type Grammar struct {
	standard, release string
	elements          map[string]*ElementDef
	composites        map[string]*CompositeDef
	segments          map[string]*SegmentDef
	sets              map[string]*Set
}

const standardX12 = "X12"

// Standard is X12 or EDIFACT.
func (g *Grammar) Standard() string { return g.standard }

// Release is the release as the standard writes it: 004010, D96A.
func (g *Grammar) Release() string { return g.release }

// Sets are the ids of all sets or messages, in order.
func (g *Grammar) Sets() []string { return slices.Sorted(maps.Keys(g.sets)) }

// Segments are the ids of all segments, in order.
func (g *Grammar) Segments() []string { return slices.Sorted(maps.Keys(g.segments)) }

// Set is the set or message with that id, nil if there is none. Its tables
// are compiled when it is first asked for.
func (g *Grammar) Set(id string) *Set {
	s := g.sets[id]
	if s == nil {
		return nil
	}
	s.once.Do(s.compile)
	return s
}

// Elements are the ids of all elements, in order.
func (g *Grammar) Elements() []string { return slices.Sorted(maps.Keys(g.elements)) }

// Composites are the ids of all composites, in order.
func (g *Grammar) Composites() []string { return slices.Sorted(maps.Keys(g.composites)) }

// Segment is the segment with that id, nil if there is none.
func (g *Grammar) Segment(id string) *SegmentDef { return g.segments[id] }

// Element is the element with that id, nil if there is none.
func (g *Grammar) Element(id string) *ElementDef { return g.elements[id] }

// Composite is the composite with that id, nil if there is none.
func (g *Grammar) Composite(id string) *CompositeDef { return g.composites[id] }

// SegmentDef is a segment as the release has it.
type SegmentDef struct {
	ID       string
	Elements []ElementUse
	Notes    []Note
}

// CompositeDef is a composite element as the release has it.
type CompositeDef struct {
	ID         string
	Components []ElementUse
	Notes      []Note
}

// ElementUse is an element at its place in a segment, or a component in a
// composite. Exactly one of Element and Composite is set.
type ElementUse struct {
	Element   *ElementDef
	Composite *CompositeDef
	Required  bool
	Forbidden bool // by a Patch only: must not be sent
	Repeat    int  // most repetitions, 0 for no limit
}

// ID is that of the element or composite.
func (u ElementUse) ID() string {
	if u.Composite != nil {
		return u.Composite.ID
	}
	return u.Element.ID
}

// ElementDef is a simple element as the release has it.
type ElementDef struct {
	ID       string
	Type     Type
	Min, Max int // characters; sign, decimal mark and exponent mark of numbers not counted

	list  string // codes, a space between two
	once  sync.Once
	codes codeSet
}

// Coded reports whether the element has a code list.
func (e *ElementDef) Coded() bool { return e.list != "" }

// Codes are the values of the code list, in order; nil if there is none.
func (e *ElementDef) Codes() []string { return strings.Fields(e.list) }

// HasCode reports whether value is in the code list.
func (e *ElementDef) HasCode(value string) bool { return e.codeSet().has([]byte(value)) }

func (e *ElementDef) codeSet() *codeSet {
	e.once.Do(func() { e.codes = newCodeSet(e.list) })
	return &e.codes
}

// Type is the type of an element.
type Type uint8

// The types of X12, then those of EDIFACT.
const (
	TypeN0 Type = iota + 1 // whole number
	TypeN1                 // number with one implied decimal, and so on
	TypeN2
	TypeN3
	TypeN4
	TypeN5
	TypeN6
	TypeR  // number with a decimal point
	TypeID // code
	TypeAN // text
	TypeDT // date, YYMMDD or CCYYMMDD
	TypeTM // time, HHMM to HHMMSSDD
	TypeB  // bytes

	TypeAlpha        // a: letters
	TypeNumeric      // n: number
	TypeAlphanumeric // an: text
)

const typeNames = "N0 N1 N2 N3 N4 N5 N6 R ID AN DT TM B a n an"

func (t Type) String() string {
	names := strings.Fields(typeNames)
	if t < 1 || int(t) > len(names) {
		return "unknown"
	}
	return names[t-1]
}

// Decimals is the number of implied decimals of an N type, -1 for others.
func (t Type) Decimals() int {
	if t > TypeN6 || t < TypeN0 {
		return -1
	}
	return int(t - TypeN0)
}

func parseType(name string) (Type, bool) {
	i := slices.Index(strings.Fields(typeNames), name)
	return Type(i + 1), i >= 0
}

// Note is a dependency between elements of a segment or components of a
// composite.
type Note struct {
	Kind      NoteKind
	Positions []int // from 1
}

// NoteKind says how the positions of a note depend on each other.
type NoteKind uint8

// The kinds of notes, X12's letter and EDIFACT's number beside each.
const (
	NotePaired      NoteKind = iota + 1 // P, D2: all or none
	NoteRequired                        // R, D3: one or more
	NoteExclusion                       // E, D4: one or none
	NoteConditional                     // C, D5: if the first, then all
	NoteList                            // L, D6: if the first, then one or more of the rest
	NoteOne                             // D1: one and only one
	NoteNone                            // D7: if the first, then none of the rest
)
