package mappings

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/crossdock/crossdock/edi"
)

// Header is what the segments around a document say, and how all are written.
type Header struct {
	ControlNumber  string   // ST02 and SE02, UNH 0062 and UNT 0062
	Implementation string   // ST03, from 005010; empty as a rule
	Message        []string // components of UNH S009: ORDERS D 96A UN EAN008
	Delimiters     edi.Delimiters
	LineEnd        string // after each segment terminator
	Replacement    byte   // stands for each delimiter in a value; 0: such a value cannot be written without a release character
	Whole          bool   // the empty elements at the end of a segment stand too
}

// envelope adds the header and the trailer of the set.
func (w *Writing) envelope(root *turn, h Header) {
	set := w.b.set
	w.path = w.path[:0]
	first, last := w.add(root, 0), w.add(root, len(set.Rows)-1)
	if w.b.d.standard == "edifact" {
		w.put(first, 1, 0, h.ControlNumber)
		for i, m := range h.Message {
			if m != "" {
				w.put(first, 2, i+1, m)
			}
		}
	} else {
		w.put(first, 1, 0, set.ID)
		w.put(first, 2, 0, h.ControlNumber)
		if h.Implementation != "" {
			w.put(first, 3, 0, h.Implementation)
		}
	}
	w.put(last, 1, 0, strconv.Itoa(w.used.segments))
	w.put(last, 2, 0, h.ControlNumber)
}

// replace puts the replacement for delimiters in the values, and reports
// whether there were any: what is read again then is not what was written.
func (w *Writing) replace(h Header) bool {
	replaced := false
	if h.Replacement == 0 {
		return false
	}
	for i, b := range w.text {
		if h.Delimiters.Has(b) {
			w.text[i], replaced = h.Replacement, true
		}
	}
	return replaced
}

// emit appends all segments in the order of the set's rows.
func (w *Writing) emit(dst []byte, root *turn, h Header) *emitter {
	e := &w.emitter
	*e = emitter{w: w, h: h, out: dst, order: e.order[:0], ends: e.ends[:0]}
	e.turn(root)
	return e
}

// emitter appends segments and remembers where each ends.
type emitter struct {
	w     *Writing
	h     Header
	out   []byte
	order []*segment
	ends  []int // before the terminator
	turns []int // by loop of the grammar, where they are counted
}

func (e *emitter) turn(t *turn) {
	if e.turns != nil {
		e.turns[t.loop.grammar]++
	}
	tree := e.w.b.tree[t.loop.grammar]
	if tree != nil && tree.children > 0 {
		has := "0"
		if t.children {
			has = "1"
		}
		e.w.put(t.parts[0].segment, tree.children, 0, has) // its trigger, added first
	}
	slices.SortStableFunc(t.parts, func(a, b part) int { return cmp.Compare(a.row, b.row) })
	for _, p := range t.parts {
		e.part(p)
	}
}

func (e *emitter) part(p part) {
	if p.turn != nil {
		e.turn(p.turn)
	} else {
		e.segment(p.segment)
	}
}

func (e *emitter) segment(seg *segment) {
	w, d := e.w, e.h.Delimiters
	for _, c := range w.b.constants[seg.row] {
		if seg.get(c.element, c.component) == nil && (c.with == 0 || seg.holds(c.with)) {
			w.put(seg, c.element, c.component, c.value)
		}
	}
	slices.SortStableFunc(seg.cells, func(a, b value) int {
		return cmp.Or(cmp.Compare(a.element, b.element), cmp.Compare(a.component, b.component))
	})
	e.out = append(e.out, w.b.set.Rows[seg.row].Segment.ID...)
	element, component := 0, 1
	for _, c := range seg.cells {
		for ; element < c.element; element++ {
			e.out = append(e.out, d.Element)
			component = 1
		}
		for ; component < c.component; component++ {
			e.out = append(e.out, d.Component)
		}
		e.value(seg, c)
	}
	if rows := w.b.set.Rows; e.h.Whole && seg.row > 0 && seg.row < len(rows)-1 {
		for ; element < len(rows[seg.row].Segment.Elements); element++ {
			e.out = append(e.out, d.Element)
		}
	}
	e.ends = append(e.ends, len(e.out))
	e.out = append(e.out, d.Segment)
	e.out = append(e.out, e.h.LineEnd...)
	e.order = append(e.order, seg)
}

// holds reports whether anything of an element is to be written.
func (seg *segment) holds(element int) bool {
	return slices.ContainsFunc(seg.cells, func(c value) bool { return c.element == element })
}

// value writes a value with its release characters. Without one, a value that
// holds a delimiter is a finding; so is a line break always, for readers take
// those for the work of whoever carried the file.
func (e *emitter) value(seg *segment, c value) {
	d := e.h.Delimiters
	text := e.w.text[c.start:c.end]
	for _, b := range text {
		switch {
		case b == '\r' || b == '\n':
			e.refuse(seg, c, "the value holds a line break")
			return
		case d.Has(b) && d.Release == 0:
			e.refuse(seg, c, fmt.Sprintf("the value holds the delimiter %q, and the interchange has no release character", b))
			return
		case d.Has(b):
			e.out = append(e.out, d.Release)
		}
		e.out = append(e.out, b)
	}
}

// refuse tells of a value that cannot stand in a segment.
func (e *emitter) refuse(seg *segment, c value, reason string) {
	e.w.tell(edi.Finding{
		Code: CodeFieldUnwritable, Severity: edi.Error, SegmentID: e.w.b.set.Rows[seg.row].Segment.ID, InSet: len(e.order) + 1,
		Loop: e.w.loopPath(seg.row), Element: c.element, Component: c.component, Value: edi.Printable(e.w.text[c.start:c.end], 99),
		Message: of(e.w.pathOf(seg), reason),
	})
}

// pathOf is the path of the field that a segment was made for.
func (w *Writing) pathOf(seg *segment) string { return pathOf(w.steps[seg.path.from:seg.path.to]) }

func (w *Writing) loopPath(row int) string { return w.b.set.Loops[w.b.set.Rows[row].Loop].Path }

// of is a sentence about a field of the document.
func of(path, sentence string) string {
	if path == "" {
		return sentence
	}
	return path + ": " + sentence
}

// verify feeds what was emitted from start on to the checker and the reading.
// before is how many segments of the set came before.
func (w *Writing) verify(e *emitter, start, before int) {
	for i, end := range e.ends {
		seg := &w.written
		seg.Parse(e.out[start:end:end], e.h.Delimiters)
		row := w.checker.Segment(seg, before+i+1)
		w.reading.Placed(seg, before+i+1, row)
		start = end + 1 + len(e.h.LineEnd)
	}
}

// report tells what the checker found, in the names of the document's fields.
func (w *Writing) report(order []*segment) {
	for _, f := range w.checker.Finish(edi.Position{}) {
		if f.InSet > 0 && f.InSet <= len(order) {
			f.Message = of(w.pathOf(order[f.InSet-1]), f.Message)
		}
		w.checked(f)
	}
}

// checked tells what the grammar finds in what was written.
func (w *Writing) checked(f edi.Finding) {
	failed := w.failed
	if w.tell(f); w.options.Permissive {
		w.failed = failed
	}
}
