// Package redact takes out of a file what is nobody else's business, so that it
// can go with a report of a fault: names, addresses, numbers of things, texts
// and prices are replaced by others of the same characters and length.
//
// Segments, codes, dates, counts, quantities and control numbers stay, and each
// byte keeps its place, so that the findings are the same before and after: a
// set in which they would differ keeps its prices. The same value always becomes
// the same other one, under one key; without the key nobody can tell which it
// was. It holds one set at a time. It cannot know what a sender hid in a code
// or in a place that is none for it: look before you send.
package redact

import (
	"bytes"
	"fmt"
	"io"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/internal/ascii"
)

// Result is what became of a file.
type Result struct {
	Sets   int
	Values int // replaced
	Priced int // sets that keep their prices, or have zeros for them, for their totals' sake
}

// File writes a text with its values replaced. The key decides by what; files
// that belong together have the same. The error is one of reading or writing.
func File(dst io.Writer, t *document.Text, key []byte) (Result, error) {
	r := &redactor{dst: dst, words: newWords(key), checks: map[*grammar.Set]checks{}}
	t.Record(r.over)
	for step, err := range document.Read(t, document.Options{}) {
		if err != nil {
			return r.result, err
		}
		raw, from := t.Take(step.To)
		if err := r.step(step, raw, from); err != nil {
			return r.result, err
		}
	}
	return r.result, r.write(t.Rest())
}

type redactor struct {
	dst    io.Writer
	words  *words
	checks map[*grammar.Set]checks
	result Result
	set    *set // that is open

	headless bool // the interchange has no header that is a segment: it stands in stray data
}

func (r *redactor) write(b []byte) error {
	if _, err := r.dst.Write(b); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// over takes data that is read before it is known what comes after it: it is
// of no segment. A word is not cut, unless nothing else is there.
func (r *redactor) over(raw []byte) (int, error) {
	n := len(raw)
	for n > 0 && ascii.Alphanumeric(raw[n-1]) {
		n--
	}
	if n == 0 {
		n = len(raw)
	}
	return n, r.stray(raw[:n])
}

// stray is data that is no segment.
func (r *redactor) stray(raw []byte) error {
	out := masked(raw, r.headless)
	if r.set == nil {
		return r.write(out)
	}
	r.set.lines = append(r.set.lines, line{raw: out})
	return nil
}

// step takes the next step of the file, whose bytes begin at from.
func (r *redactor) step(step *document.Step, raw []byte, from int64) error {
	if step.Kind == document.InterchangeStart {
		r.headless = step.Segment == nil
	}
	switch {
	case step.Kind == document.SetStart:
		r.set = newSet(step, r.checks)
		r.result.Sets++
	case step.Kind == document.SetEnd:
		out, values, priced := r.set.redacted(r.words)
		r.result.Values += values
		if priced {
			r.result.Priced++
		}
		r.set = nil
		return r.write(out)
	case step.Segment == nil || step.Segment.Part() > 1:
		return r.stray(raw)
	case r.set != nil:
		begin := int(step.Segment.Position().Offset - from)
		r.set.lines = append(r.set.lines, line{
			raw: bytes.Clone(raw), from: begin, to: begin + len(step.Segment.Raw()), places: places(step, begin),
		})
	default:
		out, values := replaced(raw, places(step, int(step.Segment.Position().Offset-from)), r.words, all)
		r.result.Values += values
		return r.write(out)
	}
	return nil
}

// place is a value that is replaced: where it stands in the bytes of a step.
type place struct {
	at    []int // of each of its bytes, which a line break may part
	price bool
}

// places finds what is replaced in the segment of a step, that stands at start
// in its bytes.
func places(step *document.Step, start int) []place {
	seg := step.Segment
	def := step.Definition()
	var found []place
	var index []int
	for e := range document.Elements(seg, def) {
		kind := kindOf(step, e)
		if kind == kept {
			continue
		}
		if index == nil {
			index = offsets(seg)
		}
		p := place{price: kind == price}
		for i := range e.Raw {
			if at := e.At + i; at < len(index) {
				p.at = append(p.at, start+index[at])
			}
		}
		found = append(found, p)
	}
	return found
}

// offsets are where the bytes of the segment's elements stand in its raw form:
// line breaks of wrapped lines are in that alone.
func offsets(seg *edi.Segment) []int {
	raw := seg.Raw()
	n := len(seg.Tag())
	for i := 1; i <= seg.Len(); i++ {
		n += 1 + len(seg.Element(i))
	}
	index := make([]int, 0, len(raw))
	for i, b := range raw {
		if n < len(raw) && (b == '\r' || b == '\n') {
			continue
		}
		index = append(index, i)
	}
	return index
}
