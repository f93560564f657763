package grammar

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"github.com/crossdock/crossdock/edi"
)

const maxValue = 99 // bytes of a value that a finding keeps

// add notes a finding about the segment being checked.
func (c *Checker) add(at spot, code string, severity edi.Severity, value []byte, message string) {
	if c.full(severity) {
		return
	}
	f := edi.Finding{
		Code: code, Severity: severity, Position: c.seg.Position(), SegmentID: edi.Printable(c.seg.Tag(), 20), InSet: c.inSet,
		Element: at.element, Component: at.component, Repetition: at.repetition,
		Value: edi.Printable([]byte(c.seg.Value(value)), maxValue), Message: message,
	}
	if c.row >= 0 {
		f.Loop = c.path(c.row)
		f.ElementID = c.w.set.Rows[c.row].Segment.elementID(at)
	} else if c.w.at > 0 {
		f.Loop = c.path(c.w.at)
	}
	c.keep(f)
}

// elementID is the id of the element or component at a place of the segment,
// empty if it has none there.
func (d *SegmentDef) elementID(at spot) string {
	if at.element < 1 || at.element > len(d.Elements) {
		return ""
	}
	use := d.Elements[at.element-1]
	if c := use.Composite; c != nil && at.component > 0 {
		if at.component > len(c.Components) {
			return ""
		}
		return c.Components[at.component-1].ID()
	}
	return use.ID()
}

// path is that of the loop a row is in.
func (c *Checker) path(row int) string {
	return c.w.set.Loops[c.w.set.Rows[row].Loop].Path
}

func (c *Checker) keep(f edi.Finding) { c.findings = edi.Keep(c.findings, f, c.o.Findings) }

// full reports whether a finding of that severity would change nothing.
func (c *Checker) full(severity edi.Severity) bool {
	n := len(c.findings)
	return n == c.o.Findings && c.findings[n-1].Code == edi.CodeFindingsOmitted && !severity.Worse(c.findings[n-1].Severity)
}

// misplaced notes what is wrong with the place of the segment, and what is
// missing before it.
func (c *Checker) misplaced(fault Fault) {
	if c.full(edi.Error) {
		return
	}
	if len(c.w.missing) > 0 {
		c.missing(c.seg.Position())
	}
	s := c.w.set
	switch fault {
	case Placed:
	case Unknown:
		c.add(spot{}, edi.CodeSegmentUnknown, edi.Error, nil, "release "+s.grammar.release+" has no such segment")
	case NotInSet:
		c.add(spot{}, edi.CodeSegmentNotInSet, edi.Error, nil, s.ID+" has no such segment")
	case Unexpected:
		c.add(spot{}, edi.CodeSegmentUnexpected, edi.Error, nil, "the segment belongs to a loop that is not open, or to a place that is past")
	case OutOfOrder:
		c.takeBack(c.row)
		c.add(spot{}, edi.CodeSegmentOutOfOrder, edi.Error, nil, "the segment belongs before others that came already")
	case TooOften:
		c.add(spot{}, edi.CodeSegmentTooOften, edi.Error, nil, "the segment comes more than "+times(s.Rows[c.row].Max))
	case LoopTooOften:
		c.add(spot{}, edi.CodeLoopTooOften, edi.Error, nil, "the loop comes more than "+times(s.Loops[s.Rows[c.row].Loop].Max))
	case NotUsed:
		c.add(spot{}, edi.CodeSegmentNotUsed, edi.Error, nil, "the agreement has no use for the segment")
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

// missing notes what the walker passed over. The position is where that
// became clear, the index in the set that of the last segment before the gap.
func (c *Checker) missing(at edi.Position) {
	s := c.w.set
	for _, row := range c.w.missing {
		message := "a mandatory segment is missing"
		if s.places[row].trigger {
			message = "a mandatory loop is missing"
		}
		if c.full(edi.Error) {
			return
		}
		c.gaps = append(c.gaps, gap{len(c.findings), row, c.w.loops[s.places[row].level].epoch})
		c.keep(edi.Finding{
			Code: edi.CodeSegmentMissing, Severity: edi.Error, Position: at,
			SegmentID: s.Rows[row].Segment.ID, InSet: c.last, Loop: c.path(row), Message: message,
		})
	}
}

// takeBack removes the finding that a segment is missing which came late.
func (c *Checker) takeBack(row int) {
	epoch := c.w.loops[c.w.set.places[row].level].epoch
	for i, g := range c.gaps {
		if g.row != row || g.epoch != epoch || g.finding >= len(c.findings) || c.findings[g.finding].Code != edi.CodeSegmentMissing {
			continue
		}
		c.findings = append(c.findings[:g.finding:g.finding], c.findings[g.finding+1:]...)
		c.gaps = append(c.gaps[:i], c.gaps[i+1:]...)
		for j := range c.gaps {
			if c.gaps[j].finding > g.finding {
				c.gaps[j].finding--
			}
		}
		return
	}
}

// flawed notes what judge found.
func (c *Checker) flawed(at spot, cell *cell, v []byte, f flaw) {
	code, severity := "", edi.Error
	if f == badCode {
		if severity = c.o.Codes; severity == Off {
			return
		}
	}
	if c.full(severity) {
		return
	}
	message := ""
	switch f {
	case tooShort:
		code, message = edi.CodeElementShort, fmt.Sprintf("element %s has at least %d characters", cell.def.ID, cell.min)
	case tooLong:
		code, message = edi.CodeElementLong, fmt.Sprintf("element %s has at most %d characters", cell.def.ID, cell.max)
	case badCharacter:
		code, message = edi.CodeElementCharacter, fmt.Sprintf("a character that element %s, of type %s, does not have", cell.def.ID, cell.def.Type)
	case badCode:
		code, message = edi.CodeElementCode, fmt.Sprintf("not in the code list of element %s in %s", cell.def.ID, c.w.set.grammar.release)
	case badNumber:
		code, message = edi.CodeElementNumber, fmt.Sprintf("not a number of type %s", cell.def.Type)
	case badDate:
		code, message = edi.CodeElementDate, "not a day of the calendar"
	case badTime:
		code, message = edi.CodeElementTime, "not a time of day"
	case notUsed:
		code, message = edi.CodeElementNotUsed, "the agreement has no use for it"
	}
	c.add(at, code, severity, v, message)
}

// absent notes the elements, or components if at is in an element, that are
// mandatory and not there.
func (c *Checker) absent(at spot, cells []cell, mask uint64) {
	if c.full(edi.Error) {
		return
	}
	for i := range cells {
		if mask&(1<<i) == 0 {
			continue
		}
		c.add(at.in(i+1), edi.CodeElementMissing, edi.Error, nil, "mandatory and not there")
	}
}

// in is the spot of the i-th element, or component if at is in an element.
func (at spot) in(i int) spot {
	if at.element == 0 {
		at.element = i
	} else {
		at.component = i
	}
	return at
}

// notes looks at dependencies.
func (c *Checker) notes(at spot, notes []noteMask, present uint64) {
	for i := range notes {
		if m := &notes[i]; !m.holds(present) {
			c.note(at, m, present)
		}
	}
}

// note notes that a dependency does not hold.
func (c *Checker) note(at spot, m *noteMask, present uint64) {
	if c.full(edi.Error) {
		return
	}
	p := present & m.all
	code, about := edi.CodeElementConditional, m.all&^p
	switch m.kind {
	case NoteExclusion, NoteNone:
		code, about = edi.CodeElementExclusion, p&^m.leading(p)
	case NoteOne:
		if p != 0 {
			code, about = edi.CodeElementExclusion, p&^m.leading(p)
		} else {
			about = m.first
		}
	case NoteRequired:
		about = m.first
	case NoteList:
		about &= -about
	}
	message := m.String()
	for rest := about; rest != 0; rest &= rest - 1 {
		c.add(at.in(bits.TrailingZeros64(rest)+1), code, edi.Error, nil, message)
	}
}

// leading is the one of those present that is taken to be meant.
func (m *noteMask) leading(present uint64) uint64 {
	if present&m.first != 0 {
		return m.first
	}
	return present & -present
}

// String is the note as a sentence.
func (m *noteMask) String() string {
	var list []string
	for _, at := range m.note.Positions {
		list = append(list, fmt.Sprintf("%02d", at))
	}
	of := strings.Join(list, ", ")
	first, rest := list[0], strings.Join(list[1:], ", ")
	switch m.kind {
	case NotePaired:
		return "all or none of " + of
	case NoteRequired:
		return "at least one of " + of
	case NoteExclusion:
		return "at most one of " + of
	case NoteConditional:
		return "if " + first + " is there, so is each of " + rest
	case NoteList:
		return "if " + first + " is there, so is at least one of " + rest
	case NoteOne:
		return "exactly one of " + of
	}
	return "if " + first + " is there, none of " + rest
}

// surplus notes elements beyond those the segment has, unless they are empty.
func (c *Checker) surplus(n, limit int) {
	if c.full(edi.Error) {
		return
	}
	for i := limit + 1; i <= n; i++ {
		if v := c.seg.Element(i); len(v) > 0 {
			c.add(spot{element: i}, edi.CodeElementTooMany, edi.Error, v, fmt.Sprintf("the segment has %d elements", limit))
			return
		}
	}
}

func (c *Checker) trailing(at spot) {
	c.add(at, edi.CodeTrailingSeparator, c.o.Trailing, nil, "a separator with nothing after it")
}

// bracket compares the identifiers of LS and the LE that ends it.
func (c *Checker) bracket(b bracket) {
	v := c.seg.Element(1)
	if b == opens {
		c.loopN = copy(c.loop[:], v)
		return
	}
	if n := min(len(v), len(c.loop)); string(v[:n]) != string(c.loop[:c.loopN]) {
		c.add(spot{element: 1}, edi.CodeLoopIdentifier, edi.Error, v, "LE01 is not the LS01 of the loop it ends")
	}
}
