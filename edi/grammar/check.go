package grammar

import (
	"bytes"
	"fmt"
	"math/bits"

	"github.com/crossdock/crossdock/edi"
)

// CheckOptions of a [Checker]. The zero value means the defaults.
type CheckOptions struct {
	Findings int          // most findings kept, default 100
	Codes    edi.Severity // of a value that is not in its code list, default Error; Off
	Trailing edi.Severity // of separators with nothing after them, default Off: the readers of envelopes tell it once a set

	Characters Characters // that X12 values are made of, default any
}

// Off as a severity turns a check off.
const Off edi.Severity = "off"

// Checker places the segments of one set and checks what is in them. It
// belongs to one goroutine; Reset makes it begin again. It allocates only the
// findings it keeps.
//
// The elements of the header and the trailer are left to the reader of the
// envelope.
type Checker struct {
	w        *Walker
	plans    []*plan // by row
	end      int     // row of the trailer
	fresh    bool    // the delimiters of the set are not known yet
	o        CheckOptions
	findings []edi.Finding
	gaps     []gap
	last     int // index in the set of the last segment
	d        edi.Delimiters
	scan     scan

	repertoire *[256]bool // nil for any

	seg   *edi.Segment // being checked
	inSet int
	row   int
	loop  [8]byte // LS01 of the open bracket
	loopN int
}

// spot is a place in the segment being checked.
type spot struct{ element, component, repetition int }

// gap is a finding of something missing, which is taken back if it comes
// late.
type gap struct {
	finding, row int
	epoch        uint64
}

const defaultFindings = 100

// NewChecker returns a Checker at the beginning of the set.
func (s *Set) NewChecker(o CheckOptions) *Checker {
	if o.Findings <= 0 {
		o.Findings = defaultFindings
	}
	if o.Codes == "" {
		o.Codes = edi.Error
	}
	if o.Trailing == "" {
		o.Trailing = Off
	}
	return &Checker{w: s.NewWalker(), o: o, plans: s.plans, end: len(s.Rows) - 1, fresh: true}
}

// Set is that the checker checks against.
func (c *Checker) Set() *Set { return c.w.set }

// Reset goes back to the beginning of a set. Findings returned before stay as
// they are.
func (c *Checker) Reset() {
	c.w.Reset()
	c.findings, c.gaps = nil, c.gaps[:0]
	c.last, c.fresh = 0, true
}

// Findings are those so far, at most as many as the options say, the last one
// then saying that there are more.
func (c *Checker) Findings() []edi.Finding { return c.findings }

// Segment places the next segment of the set and checks it. inSet is its
// index in the set, that of the header being 1. The row is -1 where the
// segment has no place; one that is out of order has that it would have.
func (c *Checker) Segment(seg *edi.Segment, inSet int) (row int) {
	data, start, ends := seg.Parts()
	row, fault := c.w.Place(data[start:ends[0]])
	c.seg, c.inSet, c.row = seg, inSet, row
	if fault != Placed || len(c.w.missing) > 0 {
		c.misplaced(fault)
	}
	c.last = inSet
	if row > 0 && row < c.end {
		c.elements(data[start:], ends, uint32(start))
	}
	return row
}

// Finish ends a set at a place in the file and returns its findings: what is
// still missing, its trailer aside, is found.
func (c *Checker) Finish(at edi.Position) []edi.Finding {
	c.w.Finish()
	c.missing(at)
	return c.findings
}

// elements checks what is in the segment: data begins with its tag, at start
// of what ends counts from.
func (c *Checker) elements(data []byte, ends []uint32, start uint32) {
	p := c.plans[c.row]
	if c.fresh {
		c.delimit(c.seg.Delimiters())
	}
	n := len(ends) - 1
	data = data[:ends[n]-start]
	fast, separators := c.scan.look(data)
	from := ends[0] - start + 1
	var present uint64
	for i, end := range ends[1 : min(n, len(p.cells))+1] {
		v, inside := data[from:end-start], separators>>from
		from = end - start + 1
		if len(v) == 0 {
			continue
		}
		present |= 1 << i
		cell := &p.cells[i]
		if !fast {
			c.element(i+1, cell, v)
			continue
		}
		inside &= 1<<len(v) - 1
		switch {
		case cell.kind == kindComposite:
			c.packed(i+1, cell.composite, v, inside)
		case inside != 0:
			c.element(i+1, cell, v)
		case cell.kind == kindText && cell.fits(len(v)):
		case cell.kind == kindCode && cell.codes.has(v):
		default:
			if f := cell.judge(v, true, 0); f != sound {
				c.flawed(spot{element: i + 1}, cell, v, f)
			}
		}
	}
	if absent := p.required &^ present; absent != 0 {
		c.absent(spot{}, p.cells, absent)
	}
	if (present^present>>1)&p.pairs != 0 {
		c.notes(spot{}, p.notes, present)
	} else if len(p.others) > 0 {
		c.notes(spot{}, p.others, present)
	}
	if n > len(p.cells) {
		c.surplus(n, len(p.cells))
	}
	if c.repertoire != nil {
		c.outside(n)
	}
	if c.o.Trailing != Off && data[len(data)-1] == c.d.Element {
		c.trailing(spot{element: n})
	}
	if p.bracket != noBracket {
		c.bracket(p.bracket)
	}
}

// delimit takes the delimiters of a set, which its segments share.
func (c *Checker) delimit(d edi.Delimiters) {
	c.fresh = false
	if d != c.d {
		c.d, c.scan, c.repertoire = d, newScan(d, c.w.set.grammar.standard != standardX12), c.o.Characters.repertoire(d)
	}
}

// packed checks a composite that is not empty and holds nothing special; the
// bits of separators are where its components are divided.
func (c *Checker) packed(i int, cp *composite, v []byte, separators uint64) {
	var present uint64
	from := 0
	for j := range cp.cells {
		to := len(v)
		if separators != 0 {
			to = bits.TrailingZeros64(separators)
		}
		if n := to - from; n > 0 {
			present |= 1 << j
			cell, one := &cp.cells[j], v[from:to]
			switch {
			case cell.kind == kindText && cell.fits(n):
			case cell.kind == kindCode && cell.codes.has(one):
			default:
				if f := cell.judge(one, true, 0); f != sound && !c.excused(cp, cell, v, f) {
					c.flawed(spot{i, j + 1, 0}, cell, one, f)
				}
			}
		}
		if from = to + 1; separators == 0 {
			break
		}
		separators &= separators - 1
	}
	if from <= len(v) {
		c.leftover(spot{i, len(cp.cells) + 1, 0}, cp, v[from:])
	}
	if cp.required&^present != 0 || len(cp.notes) > 0 || c.o.Trailing != Off {
		c.whole(spot{element: i}, cp, v, present)
	}
}

// leftover notes components beyond those the composite has, unless they are
// empty.
func (c *Checker) leftover(at spot, cp *composite, rest []byte) {
	if c.full(edi.Error) {
		return
	}
	for _, b := range rest {
		if b != c.d.Component {
			one, _, _ := cut(rest, c.d.Component, c.d.Release)
			c.add(at, edi.CodeComponentTooMany, edi.Error, one, fmt.Sprintf("composite %s has %d components", cp.def.ID, len(cp.cells)))
			return
		}
		rest = rest[1:]
		at.component++
	}
}

// whole checks what is present of a composite.
func (c *Checker) whole(at spot, cp *composite, v []byte, present uint64) {
	if absent := cp.required &^ present; absent != 0 {
		c.absent(at, cp.cells, absent)
	}
	if len(cp.notes) > 0 {
		c.notes(at, cp.notes, present)
	}
	if c.o.Trailing != Off && v[len(v)-1] == c.d.Component {
		c.trailing(at)
	}
}

// element checks an element that may hold anything.
func (c *Checker) element(i int, cell *cell, v []byte) {
	if cell.kind == kindForbidden {
		c.flawed(spot{element: i}, cell, v, notUsed)
		return
	}
	if c.d.Repetition == 0 || bytes.IndexByte(v, c.d.Repetition) < 0 {
		c.once(spot{element: i}, cell, v)
		return
	}
	for k := 1; ; k++ {
		one, rest, more := cut(v, c.d.Repetition, c.d.Release)
		if cell.repeat != 0 && k > int(cell.repeat) {
			c.add(spot{element: i, repetition: k}, edi.CodeRepetitionTooMany, edi.Error, one, "the element repeats more often than it may")
			return
		}
		if len(one) > 0 {
			c.once(spot{element: i, repetition: k}, cell, one)
		}
		if !more {
			return
		}
		v = rest
	}
}

// once checks one repetition of an element.
func (c *Checker) once(at spot, cell *cell, v []byte) {
	if cell.composite != nil {
		c.components(at, cell.composite, v)
		return
	}
	if one, rest, more := cut(v, c.d.Component, c.d.Release); more {
		if len(bytes.Trim(rest, string(rune(c.d.Component)))) > 0 {
			c.add(spot{at.element, 2, at.repetition}, edi.CodeComponentTooMany, edi.Error, v, "the element has no components")
			return
		}
		if c.o.Trailing != Off {
			c.trailing(at)
		}
		if v = one; len(v) == 0 {
			return
		}
	}
	if f := cell.judge(v, false, c.d.Release); f != sound {
		c.flawed(at, cell, v, f)
	}
}

// components checks a composite that is not empty and may hold anything.
func (c *Checker) components(at spot, cp *composite, v []byte) {
	var present uint64
	rest, more := v, true
	for j := range cp.cells {
		var one []byte
		one, rest, more = cut(rest, c.d.Component, c.d.Release)
		if len(one) > 0 {
			present |= 1 << j
			cell := &cp.cells[j]
			if f := cell.judge(one, false, c.d.Release); f != sound && !c.excused(cp, cell, v, f) {
				c.flawed(spot{at.element, j + 1, at.repetition}, cell, one, f)
			}
		}
		if !more {
			break
		}
	}
	if more {
		c.leftover(spot{at.element, len(cp.cells) + 1, at.repetition}, cp, rest)
	}
	c.whole(at, cp, v, present)
}

// excused reports whether a code that is not in the directory's list may be in
// the one that the composite names.
func (c *Checker) excused(cp *composite, cell *cell, v []byte, f flaw) bool {
	return f == badCode && cell.named && c.foreign(cp, v)
}

// foreign reports whether the composite names the list its codes are of: then
// it need not be that of the directory.
func (c *Checker) foreign(cp *composite, v []byte) bool {
	rest, more := v, true
	for j := 0; more; j++ {
		var one []byte
		if one, rest, more = cut(rest, c.d.Component, c.d.Release); cp.agencies&(1<<j) != 0 && len(one) > 0 {
			return true
		}
	}
	return false
}

// cut divides v at the first separator that no release character precedes.
func cut(v []byte, separator, release byte) (before, after []byte, found bool) {
	if separator == 0 {
		return v, nil, false
	}
	for i := 0; i < len(v); i++ {
		switch {
		case v[i] == release && release != 0:
			i++
		case v[i] == separator:
			return v[:i:i], v[i+1:], true
		}
	}
	return v, nil, false
}
