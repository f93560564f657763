package business

import (
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
)

// Options of a [Checker]. Each pack finds with the severity given, Warning by
// default; [grammar.Off] turns it off.
type Options struct {
	Counts      edi.Severity `json:"counts,omitempty"`      // CTT, CNT, G31: lines and hash totals
	Hierarchy   edi.Severity `json:"hierarchy,omitempty"`   // HL, CPS
	Identifiers edi.Severity `json:"identifiers,omitempty"` // GTIN, SSCC
	Totals      edi.Severity `json:"totals,omitempty"`      // TDS, G33, MOA
	Dates       edi.Severity `json:"dates,omitempty"`       // far from the interchange's
	Days        int          `json:"days,omitempty"`        // how far is far, default five years
	Findings    int          `json:"findings,omitempty"`    // most findings kept, default 100
}

const (
	defaultDays     = 5 * 365
	defaultFindings = 100
	maxValue        = 99 // bytes of a value that a finding keeps
)

// Checker runs the packs over the segments of one set. It belongs to one
// goroutine; Reset makes it begin again.
type Checker struct {
	set      *grammar.Set
	limit    int
	packs    []pack
	asked    []uint8 // by row: which packs want it
	findings []edi.Finding
	seg      *edi.Segment
	inSet    int
	row      int
}

// pack is one kind of check.
type pack interface {
	wants(s *grammar.Set, row int) bool
	reset(date string)
	segment(c *Checker)
	finish(c *Checker)
}

// New returns a Checker for sets of s.
func New(s *grammar.Set, o Options) *Checker {
	c := &Checker{set: s, limit: o.Findings, asked: make([]uint8, len(s.Rows))}
	if c.limit <= 0 {
		c.limit = defaultFindings
	}
	if o.Days <= 0 {
		o.Days = defaultDays
	}
	add := func(severity edi.Severity, begin func(edi.Severity) pack) {
		if severity == "" {
			severity = edi.Warning
		}
		if severity != grammar.Off {
			c.packs = append(c.packs, begin(severity))
		}
	}
	add(o.Counts, func(v edi.Severity) pack { return newCounts(s, v) })
	add(o.Hierarchy, func(v edi.Severity) pack { return newHierarchy(v) })
	add(o.Identifiers, func(v edi.Severity) pack { return newIdentifiers(s, v) })
	add(o.Totals, func(v edi.Severity) pack { return newTotals(s, v) })
	add(o.Dates, func(v edi.Severity) pack { return newDates(s, v, o.Days) })
	for i, p := range c.packs {
		for row := range s.Rows {
			if p.wants(s, row) {
				c.asked[row] |= 1 << i
			}
		}
	}
	c.Reset("")
	return c
}

// Reset begins a set of an interchange of that date, YYMMDD or CCYYMMDD; with
// another the dates of the set are not compared with it. Findings returned
// before stay as they are.
func (c *Checker) Reset(date string) {
	c.findings = nil
	for _, p := range c.packs {
		p.reset(date)
	}
}

// Segment takes the next segment of the set, with its index in it and the row
// that package grammar gave it.
func (c *Checker) Segment(seg *edi.Segment, inSet, row int) {
	if row < 0 || row >= len(c.asked) || c.asked[row] == 0 {
		return
	}
	c.seg, c.inSet, c.row = seg, inSet, row
	for i, p := range c.packs {
		if c.asked[row]&(1<<i) != 0 {
			p.segment(c)
		}
	}
}

// Findings are those so far.
func (c *Checker) Findings() []edi.Finding { return c.findings }

// Finish ends the set and returns its findings.
func (c *Checker) Finish() []edi.Finding {
	for _, p := range c.packs {
		p.finish(c)
	}
	return c.findings
}

// id is the tag of the row the segment has.
func (c *Checker) id() string { return c.set.Rows[c.row].Segment.ID }

// place is where a finding may be made later; it holds no more than it needs,
// so that a place for each segment costs nothing.
type place struct {
	position                       edi.Position
	inSet, row, element, component int
	value                          [maxValue]byte
	length                         int
}

// here is an element, or component, of the segment.
func (c *Checker) here(element, component int, value []byte) place {
	p := place{position: c.seg.Position(), inSet: c.inSet, row: c.row, element: element, component: component}
	p.length = copy(p.value[:], value)
	return p
}

// add notes a finding about an element, or component, of the segment.
func (c *Checker) add(code string, severity edi.Severity, element, component int, value []byte, message string) {
	c.addAt(c.here(element, component, value), code, severity, message)
}

// addAt notes a finding at a place that was kept.
func (c *Checker) addAt(p place, code string, severity edi.Severity, message string) {
	r := c.set.Rows[p.row]
	c.keep(edi.Finding{
		Code: code, Severity: severity, Position: p.position, SegmentID: r.Segment.ID, InSet: p.inSet,
		Loop: c.set.Loops[r.Loop].Path, Element: p.element, Component: p.component,
		Value: edi.Printable(p.value[:p.length], maxValue), Message: message,
	})
}

func (c *Checker) keep(f edi.Finding) { c.findings = edi.Keep(c.findings, f, c.limit) }

// within reports whether the row is in the loop that begins with the segment,
// or in one inside it.
func within(s *grammar.Set, row int, trigger string) bool {
	for l := s.Rows[row].Loop; l > 0; l = s.Loops[l].Parent {
		if s.Rows[s.Loops[l].First].Segment.ID == trigger {
			return true
		}
	}
	return false
}
