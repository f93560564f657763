package redact

import (
	"bytes"
	"slices"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/business"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/grammar"
)

// extent says how far prices are replaced.
type extent int

const (
	all    extent = iota
	zeros         // by zeros: whatever is summed up then is zero
	prices        // not at all
	extents
)

// set is a set that is read to its end before it is written.
type set struct {
	grammar *grammar.Set
	checks  checks
	date    string
	d       edi.Delimiters
	lines   []line
}

// checks find what may not change about a set.
type checks struct {
	form  *grammar.Checker
	sense *business.Checker
}

// line is one step of a set.
type line struct {
	raw      []byte
	from, to int // of the segment in raw, without its terminator; equal if there is none
	places   []place
}

func newSet(step *document.Step, known map[*grammar.Set]checks) *set {
	g := step.Set.Grammar
	if _, ok := known[g]; !ok && g != nil {
		known[g] = checks{g.NewChecker(grammar.CheckOptions{}), business.New(g, business.Options{})}
	}
	return &set{grammar: g, checks: known[g], date: step.Interchange.Date, d: step.Interchange.Delimiters}
}

// redacted is the set with as much replaced as leaves its findings as they
// are, how many values that is, and whether prices were held back.
func (s *set) redacted(w *words) (out []byte, values int, priced bool) {
	before := s.findings(s.lines)
	for e := range extents {
		var lines []line
		out, values = nil, 0
		for _, l := range s.lines {
			raw, n := replaced(l.raw, l.places, w, e)
			lines = append(lines, line{raw: raw, from: l.from, to: l.to})
			out = append(out, raw...)
			values += n
		}
		if e == prices || slices.Equal(before, s.findings(lines)) {
			return out, values, e != all
		}
	}
	return out, values, true
}

// findings are what is found about the lines, the values aside.
func (s *set) findings(lines []line) []edi.Finding {
	if s.grammar == nil {
		return nil
	}
	form, sense := s.checks.form, s.checks.sense
	form.Reset()
	sense.Reset(s.date)
	n := 0
	for _, l := range lines {
		if l.from == l.to {
			continue
		}
		n++
		seg := edi.ParseSegment(l.raw[l.from:l.to], s.d)
		sense.Segment(seg, n, form.Segment(seg, n))
	}
	found := slices.Concat(form.Finish(edi.Position{}), sense.Finish())
	for i := range found {
		found[i].Value = ""
	}
	return found
}

// replaced is raw with the values at the places replaced.
func replaced(raw []byte, found []place, w *words, e extent) (out []byte, values int) {
	out = bytes.Clone(raw)
	var value []byte
	for _, p := range found {
		if p.price && e == prices {
			continue
		}
		value = value[:0]
		for _, at := range p.at {
			value = append(value, raw[at])
		}
		if p.price && e == zeros {
			for i, b := range value {
				if '1' <= b && b <= '9' {
					value[i] = '0'
				}
			}
		} else {
			w.replace(value)
		}
		changed := false
		for i, at := range p.at {
			changed = changed || out[at] != value[i]
			out[at] = value[i]
		}
		if changed {
			values++
		}
	}
	return out, values
}
