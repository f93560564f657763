package business

import (
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
)

// totals adds up invoices. What partners count in differs, so that a total is
// doubted only if no usual reading gives it.
type totals struct {
	severity edi.Severity
	invoice  invoice
}

// invoice is what is kept of one kind of invoice.
type invoice interface {
	wants(s *grammar.Set, row int) bool
	reset()
	segment(c *Checker, severity edi.Severity)
	finish(c *Checker, severity edi.Severity)
}

func newTotals(s *grammar.Set, severity edi.Severity) *totals {
	p := &totals{severity: severity}
	switch s.ID {
	case "810":
		p.invoice = &invoice810{}
	case "880":
		p.invoice = &invoice880{}
	case "INVOIC":
		p.invoice = newInvoic(s)
	}
	return p
}

func (p *totals) wants(s *grammar.Set, row int) bool {
	return p.invoice != nil && p.invoice.wants(s, row)
}

func (p *totals) reset(string) {
	if p.invoice != nil {
		p.invoice.reset()
	}
}

func (p *totals) segment(c *Checker) { p.invoice.segment(c, p.severity) }

func (p *totals) finish(c *Checker) {
	if p.invoice != nil {
		p.invoice.finish(c, p.severity)
	}
}

// rounded is a sum of products and how far rounding may have moved it: half a
// cent for each product that has fractions of one.
type rounded struct {
	sum
	fractions int64
}

func (r *rounded) addProduct(a, b number) {
	if a.scale+b.scale > 2 {
		r.fractions++
	}
	r.add(product(a, b))
}

// tolerance is how far a total may be from the sum.
func (r *rounded) tolerance() amount {
	a, _ := product(number{units: r.fractions}, number{units: 5, scale: 3})
	return a
}

// near reports whether two amounts differ by no more than the tolerance.
func near(a, b, tolerance amount) bool {
	d, ok := a.plus(b.negated())
	return ok && !tolerance.less(d.abs())
}

// invoice810 adds lines, allowances, charges and taxes up to TDS01.
type invoice810 struct {
	lines  rounded
	extras [4]sum // charges less allowances, taxes; of the lines, of the whole
	total  amount
	stated bool
	at     place
}

const (
	lineCharges = iota
	allCharges
	lineTaxes
	allTaxes
)

func (p *invoice810) wants(s *grammar.Set, row int) bool {
	switch s.Rows[row].Segment.ID {
	case "IT1", "SAC", "TXI", "TDS":
		return true
	}
	return false
}

func (p *invoice810) reset() { *p = invoice810{} }

func (p *invoice810) segment(c *Checker, _ edi.Severity) {
	seg := c.seg
	inLine := within(c.set, c.row, "IT1")
	switch c.id() {
	case "IT1":
		p.line(seg)
	case "TXI":
		which := allTaxes
		if inLine {
			which = lineTaxes
		}
		p.extra(which, seg.Element(2), 0, false)
	case "SAC":
		which := allCharges
		if inLine {
			which = lineCharges
		}
		switch string(seg.Element(1)) {
		case "A":
			p.extra(which, seg.Element(5), 2, true)
		case "C":
			p.extra(which, seg.Element(5), 2, false)
		}
	case "TDS":
		n, ok := parse(seg.Element(1), 2)
		if p.total, p.stated = n.amount(); !ok {
			p.stated = false
		}
		p.at = c.here(1, 0, seg.Element(1))
	}
}

// line adds IT102 × IT104. A price that is not for one of the units is left
// to the partners, unless it is for a hundred or a thousand.
func (p *invoice810) line(seg *edi.Segment) {
	quantity, okQuantity := parse(seg.Element(2), 0)
	price, okPrice := parse(seg.Element(4), 0)
	switch string(seg.Element(5)) {
	case "", "PE", "CT", "NT", "QT", "WE":
	case "HP":
		price.scale += 2
	case "TP":
		price.scale += 3
	default:
		okPrice = false
	}
	if !okQuantity || !okPrice || len(seg.Element(2)) == 0 || len(seg.Element(4)) == 0 {
		p.lines.unknown = true
		return
	}
	p.lines.addProduct(quantity, price)
}

func (p *invoice810) extra(which int, v []byte, implied int, negative bool) {
	n, ok := parse(v, implied)
	a, fits := n.amount()
	if negative {
		a = a.negated()
	}
	p.extras[which].add(a, ok && fits && len(v) > 0)
}

// finish compares the total with the lines, with and without each of the
// extras.
func (p *invoice810) finish(c *Checker, severity edi.Severity) {
	if !p.stated || p.lines.unknown {
		return
	}
	for _, e := range p.extras {
		if e.unknown {
			return
		}
	}
	for mask := range 1 << len(p.extras) {
		total, ok := p.lines.total, true
		for i := range p.extras {
			if mask&(1<<i) != 0 && ok {
				total, ok = total.plus(p.extras[i].total)
			}
		}
		if !ok || near(total, p.total, p.lines.tolerance()) {
			return
		}
	}
	c.addAt(p.at, edi.CodeTotalAmount, severity, "lines, allowances, charges and taxes do not add up to the total")
}

// invoice880 adds the lines up to G3301; allowances have too many forms, so
// that an invoice with any is not looked at.
type invoice880 struct {
	lines rounded
}

func (p *invoice880) wants(s *grammar.Set, row int) bool {
	switch s.Rows[row].Segment.ID {
	case "G17", "G72", "G33":
		return true
	}
	return false
}

func (p *invoice880) reset()                        { *p = invoice880{} }
func (p *invoice880) finish(*Checker, edi.Severity) {}

func (p *invoice880) segment(c *Checker, severity edi.Severity) {
	seg := c.seg
	switch c.id() {
	case "G72":
		p.lines.unknown = true
	case "G17":
		quantity, okQuantity := parse(seg.Element(1), 0)
		price, okPrice := parse(seg.Element(3), 0)
		if !okQuantity || !okPrice {
			p.lines.unknown = true
			return
		}
		p.lines.addProduct(quantity, price)
	case "G33":
		n, ok := parse(seg.Element(1), 2)
		if total, fits := n.amount(); ok && fits && !p.lines.unknown && !near(total, p.lines.total, p.lines.tolerance()) {
			c.add(edi.CodeTotalAmount, severity, 1, 0, seg.Element(1), "the lines do not add up to the total")
		}
	}
}
