package business

import (
	"fmt"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
)

// counts compares stated numbers of lines and sums of quantities with what
// came: CTT01 and CTT02, G3101, CNT+2 and CNT+1.
type counts struct {
	severity edi.Severity
	lineSpec
	lines int
	first bool // a quantity of the line came
	sums  [4]sum
}

// The sums that a stated quantity may be; partners differ.
const (
	sumAll       = iota
	sumQualified // those with the qualifier of the document
	sumFirst     // the first of each line
	sumDigits    // X12's hash: digits only, marks and signs left out
)

// lineSpec says what a set counts as lines.
type lineSpec struct {
	line      string // the segment that is a line
	quantity  string // the segment that has its quantity; empty if there is no total of them
	element   int    // of an X12 quantity
	qualifier string // of an EDIFACT quantity
	total     string // the segment that states the counts
}

// specOf is what the set counts; the zero value if nothing.
func specOf(s *grammar.Set) lineSpec {
	switch s.ID {
	case "850", "855":
		return lineSpec{"PO1", "PO1", 2, "", "CTT"}
	case "860", "865":
		return lineSpec{"POC", "POC", 3, "", "CTT"}
	case "810":
		return lineSpec{"IT1", "IT1", 2, "", "CTT"}
	case "846":
		return lineSpec{"LIN", "QTY", 2, "", "CTT"}
	case "832", "852":
		return lineSpec{"LIN", "", 0, "", "CTT"}
	case "856":
		return lineSpec{"HL", "SN1", 2, "", "CTT"}
	case "880":
		return lineSpec{"", "G17", 1, "", "G31"}
	case "ORDERS", "ORDRSP", "ORDCHG":
		return lineSpec{"LIN", "QTY", 0, "21", "CNT"}
	case "DESADV":
		return lineSpec{"LIN", "QTY", 0, "12", "CNT"}
	case "INVOIC":
		return lineSpec{"LIN", "QTY", 0, "47", "CNT"}
	case "RECADV":
		return lineSpec{"LIN", "QTY", 0, "48", "CNT"}
	case "PRICAT", "INVRPT", "SLSRPT":
		return lineSpec{"LIN", "QTY", 0, "", "CNT"}
	}
	return lineSpec{}
}

func newCounts(s *grammar.Set, severity edi.Severity) *counts {
	return &counts{severity: severity, lineSpec: specOf(s)}
}

func (p *counts) wants(s *grammar.Set, row int) bool {
	switch id := s.Rows[row].Segment.ID; id {
	case p.line, p.total:
		return true
	case p.quantity:
		return p.line == "" || within(s, row, p.line)
	}
	return false
}

func (p *counts) reset(string) {
	p.lines, p.first, p.sums = 0, false, [4]sum{}
}

func (p *counts) segment(c *Checker) {
	id := c.id()
	if id == p.line {
		p.lines++
		p.first = false
	}
	if id == p.quantity {
		p.add(c.seg)
	}
	if id != p.total {
		return
	}
	switch id {
	case "CTT":
		p.compareLines(c, 1, 0, c.seg.Element(1))
		p.compareSum(c, 2, 0, c.seg.Element(2))
	case "G31":
		p.compareSum(c, 1, 0, c.seg.Element(1))
	case "CNT":
		switch string(c.seg.Component(1, 1)) {
		case "1":
			p.compareSum(c, 1, 2, c.seg.Component(1, 2))
		case "2":
			p.compareLines(c, 1, 2, c.seg.Component(1, 2))
		}
	}
}

// add adds the quantity of a segment to the sums it belongs to.
func (p *counts) add(seg *edi.Segment) {
	v, qualifier := seg.Element(p.element), ""
	if p.element == 0 {
		v, qualifier = seg.Component(1, 2), p.qualifier
	}
	if len(v) == 0 {
		return
	}
	n, ok := parse(v, 0)
	a, fits := n.amount()
	ok = ok && fits
	p.sums[sumAll].add(a, ok)
	if qualifier == "" || string(seg.Component(1, 1)) == qualifier {
		p.sums[sumQualified].add(a, ok)
	}
	if !p.first {
		p.sums[sumFirst].add(a, ok)
		p.first = true
	}
	h, ok := hash(v)
	a, fits = h.amount()
	p.sums[sumDigits].add(a, ok && fits)
}

// hash is v without mark and sign.
func hash(v []byte) (n number, ok bool) {
	digits := 0
	for _, b := range v {
		if '0' <= b && b <= '9' {
			n.units = n.units*10 + int64(b-'0')
			digits++
		}
		if digits > maxDigits {
			return number{}, false
		}
	}
	return n, true
}

func (p *counts) compareLines(c *Checker, element, component int, v []byte) {
	n, ok := parse(v, 0)
	if len(v) == 0 || ok && n.scale == 0 && n.units == int64(p.lines) {
		return
	}
	c.add(edi.CodeTotalLines, p.severity, element, component, v, fmt.Sprintf("there are %d lines", p.lines))
}

func (p *counts) compareSum(c *Checker, element, component int, v []byte) {
	if len(v) == 0 || p.quantity == "" {
		return
	}
	n, ok := parse(v, 0)
	stated, fits := n.amount()
	if ok && fits {
		for _, s := range p.sums {
			if s.unknown || s.total == stated {
				return
			}
		}
	}
	c.add(edi.CodeTotalQuantity, p.severity, element, component, v, "the quantities of the lines have another sum")
}

func (p *counts) finish(*Checker) {}
