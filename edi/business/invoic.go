package business

import (
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
)

// invoic adds the lines of an INVOIC up to its line total (MOA+79), and line
// total or taxable amount, charges and tax up to the invoice total (MOA+77 or
// 86); in a line, quantity × net price is its amount (MOA+203).
type invoic struct {
	roles  []role // by row
	lines  sum    // MOA+203
	begun  bool   // a line is open
	came   bool   // there is a line
	gap    bool   // a line has no amount
	extras bool   // there are allowances or charges of the whole
	taxes  sum    // MOA+124 in the tax groups of the summary
	taxed  bool   // there is one
	line   line
	stated [statedCount]statedAmount
}

// role is what a row is to an invoice.
type role uint8

const (
	noRole role = iota
	lineRole
	sectionRole
	quantityRole
	priceRole
	lineAmountRole
	wholeAmountRole
	taxAmountRole
	extraRole
)

// line is the line that is open.
type line struct {
	quantity, price, amount value
	at                      place
}

// value is a number that should come once.
type value struct {
	number
	times int
}

// statedAmount is an amount that the message states about itself.
type statedAmount struct {
	amount
	there, unread bool
	at            place
}

// The amounts of the whole, by their code in 5025.
const (
	linesTotal    = iota // 79
	taxableAmount        // 125
	taxTotal             // 124, 176
	chargesTotal         // 131: allowances and charges, with its sign
	invoiceTotal         // 77
	messageTotal         // 86
	statedCount
)

func newInvoic(s *grammar.Set) *invoic {
	p := &invoic{roles: make([]role, len(s.Rows))}
	summary := false
	for row, r := range s.Rows {
		summary = summary || r.Segment.ID == "UNS"
		p.roles[row] = roleOf(r.Segment.ID, s.Rows[s.Loops[r.Loop].First].Segment.ID, within(s, row, "LIN"), summary)
	}
	return p
}

// roleOf is the role of a segment in the loop that begins with trigger. In a
// line, what is about a part of it (taxes, allowances, packages) has none.
func roleOf(id, trigger string, inLine, summary bool) role {
	own := trigger == "LIN" || trigger == id
	switch {
	case id == "LIN":
		return lineRole
	case id == "UNS":
		return sectionRole
	case id == "QTY" && inLine && trigger == "LIN":
		return quantityRole
	case id == "PRI" && inLine && own:
		return priceRole
	case id == "MOA" && inLine && own:
		return lineAmountRole
	case id == "MOA" && summary && trigger == "MOA":
		return wholeAmountRole
	case id == "MOA" && summary && trigger == "TAX":
		return taxAmountRole
	case id == "ALC" && !inLine:
		return extraRole
	}
	return noRole
}

func (p *invoic) wants(_ *grammar.Set, row int) bool { return p.roles[row] != noRole }

func (p *invoic) reset() { *p = invoic{roles: p.roles} }

func (p *invoic) segment(c *Checker, severity edi.Severity) {
	code, v := string(c.seg.Component(1, 1)), c.seg.Component(1, 2)
	switch p.roles[c.row] {
	case lineRole:
		p.endLine(c, severity)
		p.begun, p.came = true, true
	case sectionRole:
		p.endLine(c, severity)
	case quantityRole:
		if code == "47" {
			p.line.quantity.take(v)
		}
	case priceRole:
		if code == "AAA" {
			p.price(c.seg)
		}
	case lineAmountRole:
		if code == "203" {
			p.line.amount.take(v)
			p.line.at = c.here(1, 2, v)
			addTo(&p.lines, v)
		}
	case wholeAmountRole:
		p.state(c, code, v)
	case taxAmountRole:
		if code == "124" {
			p.taxed = true
			addTo(&p.taxes, v)
		}
	case extraRole:
		p.extras = true
	}
}

func addTo(s *sum, v []byte) {
	n, ok := parse(v, 0)
	a, fits := n.amount()
	s.add(a, ok && fits)
}

// take keeps a value; one that is no number counts as two.
func (n *value) take(v []byte) {
	read, ok := parse(v, 0)
	n.number = read
	n.times++
	if !ok {
		n.times++
	}
}

// price keeps a net price for one unit, or for ten, a hundred and so on.
func (p *invoic) price(seg *edi.Segment) {
	price := &p.line.price
	price.take(seg.Component(1, 2))
	basis := seg.Component(1, 5)
	if len(basis) == 0 {
		return
	}
	n, ok := parse(basis, 0)
	for ok && n.scale == 0 && n.units >= 10 && n.units%10 == 0 {
		n.units /= 10
		price.scale++
	}
	if !ok || n.scale != 0 || n.units != 1 {
		price.times = 2
	}
}

// endLine compares the amount of the line that ends with its price.
func (p *invoic) endLine(c *Checker, severity edi.Severity) {
	l := &p.line
	if p.begun && l.amount.times == 0 {
		p.gap = true
	}
	if p.begun && l.amount.times == 1 && l.quantity.times == 1 && l.price.times == 1 {
		var r rounded
		r.addProduct(l.quantity.number, l.price.number)
		if a, ok := l.amount.number.amount(); ok && !r.unknown && !near(r.total, a, r.tolerance()) {
			c.addAt(l.at, edi.CodeTotalAmount, severity, "quantity and net price give another amount")
		}
	}
	p.line, p.begun = line{}, false
}

// state keeps an amount of the whole.
func (p *invoic) state(c *Checker, code string, v []byte) {
	var which int
	switch code {
	case "79":
		which = linesTotal
	case "125":
		which = taxableAmount
	case "124", "176":
		which = taxTotal
	case "131":
		which = chargesTotal
	case "77":
		which = invoiceTotal
	case "86":
		which = messageTotal
	default:
		return
	}
	s := &p.stated[which]
	n, ok := parse(v, 0)
	a, fits := n.amount()
	s.unread = s.unread || !ok || !fits || s.there && s.amount != a
	s.amount, s.there = a, true
	s.at = c.here(1, 2, v)
}

// is reports whether the amount is stated, and one number.
func (s *statedAmount) is() bool { return s.there && !s.unread }

func (p *invoic) finish(c *Checker, severity edi.Severity) {
	if s := &p.stated[linesTotal]; s.is() && p.came && !p.gap && !p.lines.unknown && s.amount != p.lines.total {
		c.addAt(s.at, edi.CodeTotalAmount, severity, "the amounts of the lines have another sum")
	}
	tax := &p.stated[taxTotal]
	if !tax.there && p.taxed {
		tax.amount, tax.there, tax.unread = p.taxes.total, true, p.taxes.unknown
	}
	for _, which := range []int{invoiceTotal, messageTotal} {
		if s := &p.stated[which]; s.is() && p.doubted(s.amount) {
			c.addAt(s.at, edi.CodeTotalAmount, severity, "lines or taxable amount, charges and tax have another sum")
		}
	}
}

// doubted reports whether no reading gives the total: the taxable amount or
// that of the lines, with or without charges, with or without tax. Where the
// tax is not stated, or charges are not summed up, nothing is doubted.
func (p *invoic) doubted(total amount) bool {
	tax, charges := &p.stated[taxTotal], &p.stated[chargesTotal]
	if !tax.is() || charges.unread || p.extras && !charges.there {
		return false
	}
	known := false
	for _, which := range []int{taxableAmount, linesTotal} {
		base := &p.stated[which]
		if base.unread {
			return false
		}
		if !base.there {
			continue
		}
		known = true
		for mask := range 4 {
			sum, ok := base.amount, true
			for i, extra := range []amount{tax.amount, charges.amount} {
				if mask&(1<<i) != 0 && ok {
					sum, ok = sum.plus(extra)
				}
			}
			if !ok || sum == total {
				return false
			}
		}
	}
	return known
}
