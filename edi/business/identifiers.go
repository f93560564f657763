package business

import (
	"bytes"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/internal/ascii"
)

// identifiers checks the last digit of GS1 numbers: articles (GTIN) where a
// qualifier says that they are some, and shipping units (SSCC).
type identifiers struct {
	severity edi.Severity
	pairs    [][]int // by row: positions of an X12 qualifier 235 with its number after it
}

const (
	qualifierElement = "235"
	productElement   = "234"
	productComposite = "C212"
)

func newIdentifiers(s *grammar.Set, severity edi.Severity) *identifiers {
	p := &identifiers{severity: severity, pairs: make([][]int, len(s.Rows))}
	for row, r := range s.Rows {
		uses := r.Segment.Elements
		for i := range uses {
			if uses[i].ID() == productComposite || i+1 < len(uses) && uses[i].ID() == qualifierElement && uses[i+1].ID() == productElement {
				p.pairs[row] = append(p.pairs[row], i+1)
			}
		}
	}
	return p
}

func (p *identifiers) wants(s *grammar.Set, row int) bool {
	id := s.Rows[row].Segment.ID
	return len(p.pairs[row]) > 0 || id == "MAN" || id == "GIN"
}

func (p *identifiers) reset(string)    {}
func (p *identifiers) finish(*Checker) {}

func (p *identifiers) segment(c *Checker) {
	switch c.id() {
	case "MAN":
		p.marks(c)
		return
	case "GIN":
		p.goods(c)
		return
	}
	edifact := c.set.Grammar().Standard() != "X12"
	for _, at := range p.pairs[c.row] {
		if edifact {
			if lengths := articleLengths(c.seg.Component(at, 2)); lengths != "" {
				p.check(c, at, 1, c.seg.Component(at, 1), lengths)
			}
			continue
		}
		if lengths := productLengths(c.seg.Element(at)); lengths != "" {
			p.check(c, at+1, 0, c.seg.Element(at+1), lengths)
		}
	}
}

// The lengths a number may have, a byte each.
const (
	gtin8  = "\x08"
	gtin12 = "\x0C"
	gtin13 = "\x0D"
	gtin14 = "\x0E"
	gtins  = gtin8 + gtin12 + gtin13 + gtin14
	sscc   = "\x12"
)

// productLengths is those of the numbers that X12's 235 calls GTIN, empty for
// other qualifiers.
func productLengths(qualifier []byte) string {
	switch string(qualifier) {
	case "UP":
		return gtin12
	case "EN":
		return gtin13
	case "UK":
		return gtin14
	case "EO":
		return gtin8
	}
	return ""
}

// articleLengths is those of the numbers that EDIFACT's 7143 calls GTIN. EN is
// used for all of them.
func articleLengths(qualifier []byte) string {
	switch string(qualifier) {
	case "EN", "SRV":
		return gtins
	case "UP":
		return gtin12
	}
	return ""
}

// marks checks MAN: GM is an SSCC with its application identifier 00 or
// without, AA one without.
func (p *identifiers) marks(c *Checker) {
	for _, at := range []int{1, 4} {
		switch string(c.seg.Element(at)) {
		case "GM", "AA":
			p.shipping(c, at+1, 0, c.seg.Element(at+1))
			if v := c.seg.Element(at + 2); len(v) > 0 {
				p.shipping(c, at+2, 0, v)
			}
		}
	}
}

// goods checks GIN+BJ: up to ten SSCC, two a composite.
func (p *identifiers) goods(c *Checker) {
	if string(c.seg.Element(1)) != "BJ" {
		return
	}
	for i := 2; i <= min(c.seg.Len(), 6); i++ {
		for j := 1; j <= 2; j++ {
			if v := c.seg.Component(i, j); len(v) > 0 {
				p.shipping(c, i, j, v)
			}
		}
	}
}

func (p *identifiers) shipping(c *Checker, element, component int, v []byte) {
	if len(v) == 20 {
		v = bytes.TrimPrefix(v, []byte("00"))
	}
	p.check(c, element, component, v, sscc)
}

// check checks a number that may have any of the lengths.
func (p *identifiers) check(c *Checker, element, component int, v []byte, lengths string) {
	switch {
	case len(v) == 0:
	case len(v) > 0xFF || bytes.IndexByte([]byte(lengths), byte(len(v))) < 0 || !ascii.Digits(v):
		c.add(edi.CodeIdentifierLength, p.severity, element, component, v, "the number has not the digits that its qualifier says")
	case CheckDigit(v[:len(v)-1]) != v[len(v)-1]:
		c.add(edi.CodeCheckDigit, p.severity, element, component, v, "the check digit does not fit the digits before it")
	}
}

// CheckDigit is the check digit of GS1 that follows the digits: weighted 3 and
// 1 by turns from the right, they and it add up to a multiple of ten.
func CheckDigit(digits []byte) byte {
	sum := 0
	for i, b := range digits {
		weight := 1
		if (len(digits)-i)%2 == 1 {
			weight = 3
		}
		sum += weight * int(b-'0')
	}
	return '0' + byte((10-sum%10)%10)
}
