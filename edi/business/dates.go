package business

import (
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/internal/ascii"
)

// dates compares the dates of a set with that of its interchange, and looks
// whether those of EDIFACT have the form they say they have.
type dates struct {
	severity  edi.Severity
	days      int
	reference int // days since 1970 of the interchange, if known
	known     bool
	at        [][]int // by row: positions of X12 dates
}

func newDates(s *grammar.Set, severity edi.Severity, days int) *dates {
	p := &dates{severity: severity, days: days, at: make([][]int, len(s.Rows))}
	for row, r := range s.Rows {
		for i, u := range r.Segment.Elements {
			if u.Element != nil && u.Element.Type == grammar.TypeDT {
				p.at[row] = append(p.at[row], i+1)
			}
		}
	}
	return p
}

func (p *dates) wants(s *grammar.Set, row int) bool {
	return len(p.at[row]) > 0 || s.Rows[row].Segment.ID == "DTM" && s.Grammar().Standard() != "X12"
}

func (p *dates) reset(date string) {
	p.reference, p.known = day([]byte(date))
}

func (p *dates) finish(*Checker) {}

func (p *dates) segment(c *Checker) {
	for _, at := range p.at[c.row] {
		v := c.seg.Element(at)
		if d, ok := day(v); ok {
			p.compare(c, at, 0, v, d)
		}
	}
	if len(p.at[c.row]) == 0 {
		p.period(c)
	}
}

// period checks the date, time or period of a DTM by its form (2379).
func (p *dates) period(c *Checker) {
	v := c.seg.Component(1, 2)
	length, date := form(c.seg.Component(1, 3))
	if len(v) == 0 || length == 0 {
		return
	}
	ok := len(v) == length && ascii.Digits(v)
	if ok && date > 0 {
		var d int
		if d, ok = day(v[:date]); ok {
			p.compare(c, 1, 2, v, d)
		}
	}
	if !ok {
		c.add(edi.CodeElementDate, p.severity, 1, 2, v, "not a date of the form that the segment names")
	}
}

// form is the length of a value and of the date it begins with, 0 for forms
// that are not looked at.
func form(code []byte) (length, date int) {
	switch string(code) {
	case "101":
		return 6, 6
	case "102":
		return 8, 8
	case "201":
		return 10, 6
	case "202":
		return 12, 6
	case "203":
		return 12, 8
	case "204":
		return 14, 8
	case "401":
		return 4, 0
	case "602":
		return 4, 0
	case "609":
		return 4, 0
	case "610", "616":
		return 6, 0
	}
	return 0, 0
}

// compare notes a date that is far from the interchange's. The year 9999 says
// that there is no end.
func (p *dates) compare(c *Checker, element, component int, v []byte, d int) {
	if !p.known || len(v) >= 8 && string(v[:4]) == "9999" {
		return
	}
	if d < p.reference-p.days || d > p.reference+p.days {
		c.add(edi.CodeDateImplausible, p.severity, element, component, v, "the date is years away from that of the interchange")
	}
}

// day is the days from 1970 to a date YYMMDD or CCYYMMDD of the calendar; of
// two digits of a year, those below 70 are of the century that began in 2000.
func day(v []byte) (int, bool) {
	if len(v) != 6 && len(v) != 8 || !ascii.Digits(v) {
		return 0, false
	}
	two := func(i int) int { return int(v[i]-'0')*10 + int(v[i+1]-'0') }
	year := 1900 + two(0)
	if year < 1970 {
		year += 100
	}
	if len(v) == 8 {
		year = two(0)*100 + two(2)
	}
	month, d := two(len(v)-4), two(len(v)-2)
	if month < 1 || month > 12 || d < 1 || d > 31 {
		return 0, false
	}
	// Years are counted from March, so that a leap day is the last of its year.
	if month <= 2 {
		year--
		month += 12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + d - 1 - 719468, true
}
