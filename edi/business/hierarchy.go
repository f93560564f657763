package business

import (
	"fmt"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
)

// hierarchy follows the levels of a despatch advice: HL of the 856, CPS of
// the DESADV. It keeps the path from the root to the current level, so that a
// parent has to be on it: children come before the next level of their
// parent's rank.
type hierarchy struct {
	severity edi.Severity
	last     int64 // number of the last level
	path     []level
}

// level is an open level.
type level struct {
	number   int64
	code     byte // of HL03 if it is one letter we know, else 0
	claims   byte // of HL04: 0 or 1, or 0xFF for neither
	children bool
	at       place // of HL04, for what is found when the level is closed
}

// maxDepth is more than any tree has: S, O, T, P, I and parts of parts.
const maxDepth = 32

func newHierarchy(severity edi.Severity) *hierarchy { return &hierarchy{severity: severity} }

func (p *hierarchy) wants(s *grammar.Set, row int) bool {
	switch s.Rows[row].Segment.ID {
	case "HL":
		return s.ID == "856"
	case "CPS":
		return s.ID == "DESADV"
	}
	return false
}

func (p *hierarchy) reset(string) { p.last, p.path = 0, p.path[:0] }

func (p *hierarchy) segment(c *Checker) {
	seg := c.seg
	own, okOwn := whole(seg.Element(1))
	parent, okParent := whole(seg.Element(2))
	if !okOwn || own != p.last+1 {
		c.add(edi.CodeHierarchyNumber, p.severity, 1, 0, seg.Element(1), "levels are numbered from 1, each one more than the last")
	}
	if !okOwn {
		own = p.last + 1
	}
	p.last = own
	var l level
	l.number, l.claims = own, 0xFF
	if c.id() == "HL" {
		l.code = known(seg.Element(3))
		if v := seg.Element(4); len(v) == 1 && (v[0] == '0' || v[0] == '1') {
			l.claims = v[0] - '0'
			l.at = c.here(4, 0, v)
		}
	}
	switch {
	case len(seg.Element(2)) == 0:
		p.closeTo(c, 0)
		if l.code != 0 && l.code != 'S' {
			c.add(edi.CodeHierarchyParent, p.severity, 2, 0, nil, "only a shipment has no parent")
		}
	default:
		depth := p.find(parent)
		if !okParent || depth < 0 {
			c.add(edi.CodeHierarchyParent, p.severity, 2, 0, seg.Element(2), "no open level has the number of the parent")
			break
		}
		p.closeTo(c, depth+1)
		above := &p.path[depth]
		if above.claims == 0 && !above.children {
			c.addAt(above.at, edi.CodeHierarchyChildren, p.severity, "HL04 says that the level has no children, and one follows")
		}
		above.children = true
		if !holds(above.code, l.code) {
			c.add(edi.CodeHierarchyLevel, p.severity, 3, 0, seg.Element(3), fmt.Sprintf("the level does not stand under %c", above.code))
		}
	}
	if len(p.path) < maxDepth {
		p.path = append(p.path, l)
	}
}

// find is the depth of the open level with that number, -1 if there is none.
func (p *hierarchy) find(number int64) int {
	for i := len(p.path) - 1; i >= 0; i-- {
		if p.path[i].number == number {
			return i
		}
	}
	return -1
}

// closeTo closes all levels but the first n.
func (p *hierarchy) closeTo(c *Checker, n int) {
	for i := n; i < len(p.path); i++ {
		if l := &p.path[i]; l.claims == 1 && !l.children {
			c.addAt(l.at, edi.CodeHierarchyChildren, p.severity, "HL04 says that the level has children, and none follows")
		}
	}
	p.path = p.path[:n]
}

func (p *hierarchy) finish(c *Checker) { p.closeTo(c, 0) }

// known is the code of a level if it is one of the five of a shipment.
func known(v []byte) byte {
	if len(v) == 1 {
		switch v[0] {
		case 'S', 'O', 'T', 'P', 'I':
			return v[0]
		}
	}
	return 0
}

// holds reports whether a level may stand under another: orders in a
// shipment, pallets (T), packs (P) and items in what is around them. Items
// hold the packs they are in where items come before packs.
func holds(above, below byte) bool {
	if above == 0 || below == 0 {
		return true
	}
	switch below {
	case 'O':
		return above == 'S' || above == 'T' || above == 'P'
	case 'T':
		return above == 'S' || above == 'O' || above == 'T'
	case 'P':
		return true
	case 'I':
		return above != 'I'
	}
	return false // a shipment in anything
}

// whole is a number without sign or mark.
func whole(v []byte) (int64, bool) {
	n, ok := parse(v, 0)
	return n.units, ok && n.scale == 0 && n.units > 0 && v[0] != '-'
}
