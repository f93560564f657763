package mappings

import (
	"encoding/json"
	"math/bits"

	"github.com/crossdock/crossdock/edi"
)

// Codes of what only a map finds; it uses the codes of package edi for the
// rest.
const (
	CodeSegmentUnmapped  = "SEGMENT-UNMAPPED"   // the segment is not part of the document made
	CodeLineCount        = "LINE-COUNT"         // a stated count of lines differs from those sent
	CodeDocumentTooLarge = "DOCUMENT-TOO-LARGE" // more lines or bytes than a document may have
)

// Codes lists every code of this package, in the order declared.
func Codes() []string {
	return []string{CodeSegmentUnmapped, CodeLineCount, CodeDocumentTooLarge}
}

// ReadingOptions bound one reading. The zero value means the defaults.
type ReadingOptions struct {
	Lines    int // turns of one loop of the set, default 100,000
	Bytes    int // of canonical JSON, default 16 MiB
	Findings int // kept, default 200; what is beyond is summed up in one
}

const (
	defaultLines    = 100_000
	defaultBytes    = 16 << 20
	defaultFindings = 200
	keptBuffer      = 1 << 20 // capacity a buffer keeps from one set to the next
)

// Reading makes one document from the segments of one set. It holds the
// document being made and nothing of the segments, and may be used again
// after Reset; its buffers stay.
type Reading struct {
	d       *Document
	options ReadingOptions
	frames  []frame // by scope
	current *loop
	turns   []int    // by loop
	seen    []uint32 // by placement
	unknown map[tagKey]bool

	findings []edi.Finding
	omitted  int
	worst    edi.Severity
	failed   bool // no document will come of it
	full     bool
	size     int // bytes in all frames

	end   edi.Position // of the last segment outside loops
	inSet int          // of the last segment
	place int          // inSet of end
	out   []byte
}

// frame is an object being made. Only one of each scope is open at a time, for
// loops of one kind follow one another.
type frame struct {
	slots    []slot
	arena    []byte // values as JSON
	lists    [][]byte
	counts   []int  // items in each list
	filled   uint64 // fields, as bits, that hold something or were told of
	broken   bool   // an item that will be left out
	position edi.Position
	inSet    int
}

type slot struct {
	start, end int
	rank       int
	set        bool
	told       bool // its lack has been found already
}

// NewReading begins a reading.
func (d *Document) NewReading(o ReadingOptions) *Reading {
	if o.Lines <= 0 {
		o.Lines = defaultLines
	}
	if o.Bytes <= 0 {
		o.Bytes = defaultBytes
	}
	if o.Findings <= 0 {
		o.Findings = defaultFindings
	}
	r := &Reading{
		d: d, options: o, frames: make([]frame, len(d.scopes)),
		turns: make([]int, len(d.loops)), seen: make([]uint32, d.placements),
	}
	for i, s := range d.scopes {
		r.frames[i] = frame{slots: make([]slot, len(s.fields)), lists: make([][]byte, len(s.fields)), counts: make([]int, len(s.fields))}
	}
	r.Reset()
	return r
}

// Reset makes the reading ready for another set. What Finish returned is not
// valid any more.
func (r *Reading) Reset() {
	for i := range r.frames {
		r.frames[i].shrink()
		r.frames[i].clear()
	}
	if cap(r.out) > keptBuffer {
		r.out = nil
	}
	clear(r.turns)
	clear(r.seen)
	clear(r.unknown)
	r.current = r.d.root
	r.findings, r.omitted, r.worst = nil, 0, ""
	r.failed, r.full, r.size = false, false, 0
	r.end, r.inSet, r.place = edi.Position{}, 0, 0
}

// clear empties a frame and returns how many bytes it held.
func (f *frame) clear() int {
	n := len(f.arena)
	f.arena = f.arena[:0]
	for left := f.filled; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		n += len(f.lists[i])
		f.lists[i] = f.lists[i][:0]
		f.slots[i] = slot{}
		f.counts[i] = 0
	}
	f.filled, f.broken = 0, false
	return n
}

func (f *frame) shrink() {
	if cap(f.arena) > keptBuffer {
		f.arena = nil
	}
	for i := range f.lists {
		if cap(f.lists[i]) > keptBuffer {
			f.lists[i] = nil
		}
	}
}

// Segment takes the next segment of the set, from ST (UNH) to SE (UNT). inSet
// is its index, ST being 1. The segment is not kept.
func (r *Reading) Segment(seg *edi.Segment, inSet int) {
	r.inSet = inSet
	if r.full {
		return
	}
	key := keyOf(seg.Tag())
	tag := r.d.tags.find(key)
	at, p := r.current, (*placement)(nil)
	for ; at != nil; at = at.parent {
		if p = at.place(tag); p != nil {
			break
		}
	}
	if p == nil {
		r.unmapped(seg, key)
		return
	}
	for r.current != at {
		r.closeLoop(r.current)
		r.current = r.current.parent
	}
	r.seen[p.index]++
	switch {
	case p.opens != nil:
		r.openLoop(p.opens, seg)
	case at == r.d.root:
		r.end, r.place = seg.Position(), inSet
		if p.once && r.seen[p.index] > 1 {
			r.tell(seg, edi.CodeSegmentTooOften, edi.Error, 0, nil, p.segment+" stands a second time; a set holds one "+r.d.noun)
			r.failed = true
			return
		}
	}
	if len(p.steps) == 0 && !p.ignored && (p.opens == nil || len(p.opens.scopes) == 0) {
		r.unmapped(seg, key)
	}
	for i := range p.steps {
		r.step(&p.steps[i], seg)
	}
	if r.size > r.options.Bytes {
		r.tooLarge(seg, "the "+r.d.noun+" is larger than may be taken")
	}
}

func (r *Reading) openLoop(l *loop, seg *edi.Segment) {
	r.current = l
	r.turns[l.index]++
	if r.turns[l.index] > r.options.Lines {
		r.tooLarge(seg, "the "+r.d.noun+" has more "+l.path+" loops than may be taken")
		return
	}
	for _, s := range l.scopes {
		f := &r.frames[s.index]
		f.inSet = r.inSet
		if s.where {
			f.position = seg.Position()
		}
	}
}

func (r *Reading) closeLoop(l *loop) {
	for _, s := range l.scopes {
		r.closeItem(s)
	}
}

// tooLarge ends the reading: what was made is let go.
func (r *Reading) tooLarge(seg *edi.Segment, message string) {
	if r.full {
		return
	}
	r.tell(seg, CodeDocumentTooLarge, edi.Error, 0, nil, message)
	r.failed, r.full = true, true
	for i := range r.frames {
		r.frames[i].clear()
		r.frames[i].shrink()
	}
	r.size = 0
}

// unmapped notes a segment that leaves no trace in the document, the first of
// each kind only.
func (r *Reading) unmapped(seg *edi.Segment, key tagKey) {
	if r.unknown[key] || len(r.unknown) >= r.options.Findings {
		return
	}
	if r.unknown == nil {
		r.unknown = map[tagKey]bool{}
	}
	r.unknown[key] = true
	r.tell(seg, CodeSegmentUnmapped, edi.Note, 0, nil, "the "+r.d.noun+" keeps nothing of this segment")
}

// Finish ends the set and returns the document as canonical JSON, its fields
// in the order of the noun's schema, with everything found. The document is
// nil when a finding of severity error forbids it, and else valid until Reset.
func (r *Reading) Finish() (json.RawMessage, []edi.Finding) {
	for l := r.current; l != nil && l.parent != nil && !r.full; l = l.parent {
		r.closeLoop(l)
	}
	r.current = r.d.root
	r.out = r.out[:0]
	if !r.full {
		top := &r.frames[0]
		top.position, top.inSet = r.end, r.place
		r.out = r.appendObject(r.out, r.d.scopes[0], top)
		if len(r.out) > r.options.Bytes && !r.failed {
			r.keep(edi.Finding{Code: CodeDocumentTooLarge, Severity: edi.Error, Position: r.end, InSet: r.place,
				Message: "the " + r.d.noun + " is larger than may be taken"})
			r.failed = true
		}
	}
	if r.omitted > 0 {
		r.findings = append(r.findings, omission(r.omitted, r.worst, r.end))
		r.omitted = 0
	}
	if r.failed {
		return nil, r.findings
	}
	return r.out, r.findings
}

// Text returns a text field of the document's top level, such as "number",
// once Finish has made it; empty if the document does not have it.
func (r *Reading) Text(field string) string {
	top := &r.frames[0]
	for i := range r.d.scopes[0].fields {
		if s := top.slots[i]; r.d.scopes[0].fields[i].name == field && s.set {
			var text string
			if json.Unmarshal(top.arena[s.start:s.end], &text) == nil {
				return text
			}
		}
	}
	return ""
}
