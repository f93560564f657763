package mappings

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/crossdock/crossdock/edi"
)

// Feed writes the segments of one set for a document that is a feed: the first
// line is the document without its items, each line after it an item. It holds
// one item at a time, and returns how many segments were written. What is
// found is told as Append tells it; with a finding of severity error the
// writing has stopped, and what dst holds is no set. The error is one of the
// lines, the delimiters or dst.
func (w *Writing) Feed(dst io.Writer, lines iter.Seq2[json.RawMessage, error], h Header) (segments int, findings []edi.Finding, err error) {
	if err := h.Delimiters.Check(); err != nil {
		return 0, nil, fmt.Errorf("delimiters: %w", err)
	}
	if w.b.feed == nil || len(w.b.feed.loops) == 0 {
		return 0, nil, fmt.Errorf("write %s: %w: the map is of no feed", w.b.d.name, ErrDocument)
	}
	f := newFeedWriting(w, dst, h)
	first := true
	for line, err := range lines {
		if err == nil && first {
			err = f.header(line)
		} else if err == nil {
			err = f.item(line)
		}
		if err != nil || w.failed {
			return 0, w.told(), err
		}
		first = false
	}
	if first {
		return 0, nil, fmt.Errorf("write %s: %w: there is no header", w.b.d.name, ErrDocument)
	}
	err = f.end()
	if err != nil || w.failed {
		return 0, w.told(), err
	}
	return f.segments, w.told(), nil
}

// feedWriting is one feed being written.
type feedWriting struct {
	w    *Writing
	dst  io.Writer
	e    emitter
	name string // of the list
	spec *spec
	path []*loop // from the outermost loop that items stand in to their own
	root *turn   // of what is written before and after the items
	base struct{ text, steps, segments, turns int }
	last [][]byte // what was written of the loops around the last item

	head    json.RawMessage
	pending []json.RawMessage // items not yet read back
	read    int               // lines read back
	items   int

	segments int
	told     int // findings of the checker
	turns    []int
	sums     []int64
}

func newFeedWriting(w *Writing, dst io.Writer, h Header) *feedWriting {
	s := w.b.feed
	f := &feedWriting{
		w: w, dst: dst, e: emitter{w: w, h: h}, name: s.parent.fields[s.field].name, spec: s.parent.fields[s.field].specs[0],
		turns: make([]int, len(w.b.set.Loops)), sums: make([]int64, len(w.b.counts)),
	}
	place, _ := f.spec.spot()
	for l := place.loop; l.grammar != 0; l = l.parent {
		f.path = append([]*loop{l}, f.path...)
	}
	f.last = make([][]byte, len(f.path)-1)
	f.e.turns = f.turns
	w.checker.Reset()
	w.reading = w.b.NewReading(ReadingOptions{Findings: w.options.Findings, Lines: 1 << 30, Bytes: 1 << 30, Line: f.readBack})
	return f
}

// header writes what stands before the items.
func (f *feedWriting) header(doc json.RawMessage) error {
	w := f.w
	root, err := w.build(doc, f.e.h.Delimiters.Decimal)
	if err != nil {
		return err
	}
	w.envelope(root, f.e.h)
	f.root, f.head = root, bytes.Clone(doc)
	f.base.text, f.base.steps, f.base.segments, f.base.turns = len(w.text), len(w.steps), w.used.segments, w.used.turns
	f.parts(func(row int) bool { return row < f.path[0].first })
	return f.flush()
}

// parts emits those parts of the set whose row is wanted.
func (f *feedWriting) parts(wanted func(row int) bool) {
	slices.SortStableFunc(f.root.parts, func(a, b part) int { return cmp.Compare(a.row, b.row) })
	for _, p := range f.root.parts {
		if wanted(p.row) {
			f.e.part(p)
		}
	}
}

// item writes one item.
func (f *feedWriting) item(doc json.RawMessage) error {
	w := f.w
	node := w.doc.parse(doc)
	if node == nil {
		return fmt.Errorf("write %s: item %d: %w: not JSON", w.b.d.name, f.items, ErrDocument)
	}
	w.text, w.steps, w.used.segments, w.used.turns = w.text[:f.base.text], w.steps[:f.base.steps], f.base.segments, f.base.turns
	clear(w.carried)
	w.path = append(w.path[:0], pathStep{f.name, f.items})
	f.items++
	scratch := w.turn(w.b.loops[0])
	w.item(f.spec, node, home{turn: scratch})
	f.pending = append(f.pending, bytes.Clone(doc))
	f.around(scratch.parts[0].turn, 0, false)
	return f.flush()
}

// around emits the turns of loops around an item, but for those that hold what
// the item before had around it, and the item.
func (f *feedWriting) around(t *turn, depth int, fresh bool) {
	if depth == len(f.last) {
		f.e.turn(t)
		return
	}
	slices.SortStableFunc(t.parts, func(a, b part) int { return cmp.Compare(a.row, b.row) })
	start, order, turns := len(f.e.out), len(f.e.order), slices.Clone(f.turns)
	f.turns[t.loop.grammar]++
	var inner *turn
	for _, p := range t.parts {
		if p.turn != nil && p.turn.loop == f.path[depth+1] {
			inner = p.turn
			continue
		}
		f.e.part(p)
	}
	if written := f.e.out[start:]; !fresh && f.last[depth] != nil && bytes.Equal(written, f.last[depth]) {
		f.e.out, f.e.order, f.e.ends = f.e.out[:start], f.e.order[:order], f.e.ends[:order]
		copy(f.turns, turns)
	} else {
		f.last[depth], fresh = bytes.Clone(written), true
	}
	f.around(inner, depth+1, fresh)
}

// end writes what stands after the items.
func (f *feedWriting) end() error {
	w := f.w
	w.text, w.steps, w.used.segments, w.used.turns = w.text[:f.base.text], w.steps[:f.base.steps], f.base.segments, f.base.turns
	w.path = w.path[:0]
	w.totals(f.root, func(c int) int64 {
		check := &w.b.counts[c]
		if check.loops == nil {
			return f.sums[c]
		}
		n := 0
		for _, g := range check.loops {
			n += f.turns[g]
		}
		return int64(n) * 1_000_000
	})
	last := len(w.b.set.Rows) - 1
	after := w.b.set.Loops[f.path[0].grammar].Last
	f.parts(func(row int) bool { return row > after && row < last })
	for _, p := range f.root.parts {
		if p.row == last {
			p.segment.drop(1, 0)
			w.put(p.segment, 1, 0, strconv.Itoa(f.segments+len(f.e.order)+1))
			f.e.segment(p.segment)
		}
	}
	if err := f.flush(); err != nil {
		return err
	}
	_, findings := w.reading.Finish()
	for _, found := range findings {
		if found.Severity == edi.Error {
			w.tell(found)
		}
	}
	f.tell(w.checker.Finish(edi.Position{}), 0)
	return nil
}

// flush checks what was emitted, reads it again, and writes it.
func (f *feedWriting) flush() error {
	w, before := f.w, f.segments
	for i := range w.b.counts {
		f.sums[i] += w.sum(&w.b.counts[i], f.e.order)
	}
	w.verify(&f.e, 0, before)
	f.segments += len(f.e.order)
	f.tell(w.checker.Findings(), before)
	_, err := f.dst.Write(f.e.out)
	f.e.out, f.e.order, f.e.ends = f.e.out[:0], f.e.order[:0], f.e.ends[:0]
	if err != nil {
		return fmt.Errorf("write %s: %w", w.b.d.name, err)
	}
	return nil
}

// tell passes on the checker's findings since the last call.
func (f *feedWriting) tell(findings []edi.Finding, before int) {
	for ; f.told < len(findings); f.told++ {
		found := findings[f.told]
		if i := found.InSet - before - 1; i >= 0 && i < len(f.e.order) {
			found.Message = of(f.w.pathOf(f.e.order[i]), found.Message)
		}
		f.w.checked(found)
	}
}

// readBack compares a line that was read with the one it was written from.
func (f *feedWriting) readBack(line json.RawMessage) error {
	w := f.w
	path := w.path
	w.path = nil
	if f.read == 0 {
		w.differs(f.head, line)
	} else if len(f.pending) > 0 {
		w.path = []pathStep{{f.name, f.read - 1}}
		where := w.where()
		w.differs(f.pending[0], line)
		f.pending = f.pending[1:]
		w.lost = slices.DeleteFunc(w.lost, func(lost string) bool { return strings.HasPrefix(lost, where) })
	}
	f.read++
	w.path = path
	return nil
}
