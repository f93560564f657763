package mappings

import (
	"encoding/json"
	"math/bits"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
)

// Codes of what only a map finds; it uses the codes of package edi for the
// rest.
const (
	CodeSegmentUnmapped  = "SEGMENT-UNMAPPED"   // the segment is not part of the document made
	CodeElementUnmapped  = "ELEMENT-UNMAPPED"   // a value of the segment is not part of the document made
	CodeLineCount        = "LINE-COUNT"         // a stated count of lines differs from those sent
	CodeDocumentTooLarge = "DOCUMENT-TOO-LARGE" // more lines or bytes than a document may have
	CodeTreeParent       = "TREE-PARENT"        // the turn of a tree names a parent that is not open, or a level that may not stand there
	CodeFieldUnmapped    = "FIELD-UNMAPPED"     // writing has no place for a field of the document
	CodeFieldUnwritable  = "FIELD-UNWRITABLE"   // the value of a field cannot be written as its element has it
	CodeFieldChanged     = "FIELD-CHANGED"      // what was written does not read back as the document had it
)

// Codes lists every code of this package, in the order declared.
func Codes() []string {
	return []string{
		CodeSegmentUnmapped, CodeElementUnmapped, CodeLineCount, CodeDocumentTooLarge, CodeTreeParent,
		CodeFieldUnmapped, CodeFieldUnwritable, CodeFieldChanged,
	}
}

// ReadingOptions bound one reading. The zero value means the defaults.
type ReadingOptions struct {
	Lines    int // turns of one loop of the set, default 100,000
	Bytes    int // of canonical JSON, default 16 MiB
	Findings int // kept, default 200; what is beyond is summed up in one

	// Line takes a document that is a feed line by line, so that it is never
	// held whole: the document without its items first, then each item. The
	// text is valid until Line returns. Where it is nil a feed is one document
	// like any other, and so is what is no feed.
	Line func(json.RawMessage) error
}

const (
	defaultLines    = 100_000
	defaultBytes    = 16 << 20
	defaultFindings = 200
	keptBuffer      = 4 << 20 // capacity a buffer keeps from one set to the next
)

// Reading makes one document from the segments of one set. It holds the
// document being made and nothing of the segments, and may be used again
// after Reset; its buffers stay.
type Reading struct {
	b       *Bound
	options ReadingOptions
	walker  *grammar.Walker // of Segment; made when first needed
	frames  []frame         // by scope
	current *loop
	turns   []int    // by loop of the grammar
	sums    []int64  // by check, in millionths
	seen    []uint32 // by row
	levels  []level  // open turns of a tree
	unknown map[tagKey]bool
	told    []uint64 // elements told of, by cell
	gone    map[lostKey]bool

	findings []edi.Finding
	omitted  int
	worst    edi.Severity
	failed   bool // no document will come of it
	full     bool
	size     int // bytes in all frames
	most     int // they have been

	end    edi.Position // of the last segment outside loops
	inSet  int          // of the last segment
	place  int          // inSet of end
	out    []byte
	bare   []byte // a value without its release characters
	values values // of the segment at hand
	err    error  // of Line
	items  int    // handed over, the header included
}

// frame is an object being made. Only one of each scope is open at a time, for
// loops of one kind follow one another.
type frame struct {
	slots    []slot
	arena    []byte // values as members of a JSON object, each with its name and a comma
	lists    [][]byte
	counts   []int  // items in each list
	filled   uint64 // fields, as bits, that hold something or were told of
	broken   bool   // an item that will be left out
	position edi.Position
	inSet    int
}

type slot struct {
	start, end uint32 // in the arena; a set's values are fewer than 4 GiB
	rank       uint8
	set        bool
	told       bool // its lack has been found already
}

// NewReading begins a reading.
func (b *Bound) NewReading(o ReadingOptions) *Reading {
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
		b: b, options: o, frames: make([]frame, len(b.scopes)),
		turns: make([]int, len(b.set.Loops)), seen: make([]uint32, len(b.set.Rows)), sums: make([]int64, len(b.counts)),
		told: make([]uint64, b.cells),
	}
	for i, s := range b.scopes {
		r.frames[i] = frame{slots: make([]slot, len(s.fields)), lists: make([][]byte, s.lists), counts: make([]int, len(s.fields))}
	}
	r.Reset()
	return r
}

// Bound is what the reading works by.
func (r *Reading) Bound() *Bound { return r.b }

// Reset makes the reading ready for another set. What Finish returned is not
// valid any more.
func (r *Reading) Reset() {
	for i := range r.frames {
		if r.most > keptBuffer/4 { // no buffer can be larger than is kept before
			r.frames[i].shrink()
		}
		if f := &r.frames[i]; f.filled != 0 || f.broken {
			f.clear(r.b.scopes[i])
		}
	}
	r.most = 0
	if cap(r.out) > keptBuffer {
		r.out = nil
	}
	clear(r.turns)
	clear(r.seen)
	clear(r.sums)
	clear(r.unknown)
	clear(r.told)
	clear(r.gone)
	r.current, r.levels = r.b.loops[0], r.levels[:0]
	r.findings, r.omitted, r.worst = nil, 0, ""
	r.failed, r.full, r.size = false, false, 0
	r.end, r.inSet, r.place = edi.Position{}, 0, 0
	r.err, r.items = nil, 0
	if r.walker != nil {
		r.walker.Reset()
	}
}

// clear empties a frame and returns how many bytes it held.
func (f *frame) clear(s *scope) int {
	n := len(f.arena)
	f.arena = f.arena[:0]
	for left := f.filled; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		f.slots[i] = slot{}
		if s.values&(1<<i) != 0 {
			continue
		}
		f.counts[i] = 0
		of := &s.fields[i]
		for k := of.list; k < of.list+of.parts; k++ {
			n += len(f.lists[k])
			f.lists[k] = f.lists[k][:0]
		}
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

// Segment takes the next segment of the set, from ST (UNH) to SE (UNT), and
// finds its row itself. inSet is its index, ST being 1. The segment is not
// kept.
func (r *Reading) Segment(seg *edi.Segment, inSet int) {
	if r.walker == nil {
		r.walker = r.b.set.NewWalker()
	}
	row, _ := r.walker.Place(seg.Tag())
	r.Placed(seg, inSet, row)
}

// Placed is Segment for a caller that knows the row already, such as from a
// [grammar.Checker]: -1 for a segment that has none.
func (r *Reading) Placed(seg *edi.Segment, inSet, row int) {
	r.inSet = inSet
	if r.full {
		return
	}
	r.values.take(seg)
	if row < 0 {
		r.stray(seg)
		return
	}
	p := &r.b.rows[row]
	at := r.current
	switch {
	case p.tree:
		at = r.climb(seg, p)
	case p.trigger:
		at = r.closeTo(p.parent).kid(p.loop, &r.values)
	case int32(at.grammar) != p.loop:
		if r.also(seg, p.loop, row) {
			return
		}
		at = r.closeTo(p.loop)
	}
	if at == nil {
		r.unmapped(seg)
		return
	}
	if p.trigger {
		r.open(at, seg)
		if r.full {
			return
		}
	}
	if p.loop == 0 {
		r.end, r.place = seg.Position(), inSet
		if r.seen[row]++; p.once && r.seen[row] > 1 {
			r.tell(seg, edi.CodeSegmentTooOften, edi.Error, slotAt{}, nil, r.b.set.Rows[row].Segment.ID+" stands a second time; a set holds one "+r.b.d.noun)
			r.failed = true
			return
		}
	}
	c := at.cells[row-at.first]
	if (c == nil || !r.do(c, seg)) && !p.ignored && !p.tree && !at.void && (!p.trigger || len(at.scopes) == 0) {
		r.unmapped(seg)
	}
	r.most = max(r.most, r.size)
	if r.size > r.options.Bytes {
		r.tooLarge(seg, "the "+r.b.d.noun+" is larger than may be taken")
	}
}

// do does what a cell says with a segment and reports whether that is anything.
func (r *Reading) do(c *cell, seg *edi.Segment) bool {
	steps, v, within := c.steps, c.cover, c.within
	if len(c.routes) > 0 {
		qualifier := r.values.qualifier(c.element, c.component)
		for i := range c.routes {
			if c.routes[i].key == qualifier {
				steps, v, within = c.routes[i].steps, c.routes[i].cover, c.routes[i].within
				break
			}
		}
	}
	n := r.values.count()
	for left := within.of(n); left != 0; left &= left - 1 {
		if st := &steps[bits.TrailingZeros64(left)]; !st.quiet || !r.values.empty(st.place.element) {
			r.step(st, seg, 0)
		}
	}
	for i := maxWithin; i < len(steps); i++ {
		r.step(&steps[i], seg, 0)
	}
	if v != nil && (r.values.present&^v.whole&^r.told[c.index] != 0 || r.values.repetition != 0) && (len(steps) > 0 || c.begins) {
		r.lost(c, v, seg, n)
	}
	return len(steps) > 0
}

// also takes a segment that the release has further up only, before the loop
// that is open, where the map says that older releases have it here: the note
// after a line of an 810 is the line's, not the invoice's.
func (r *Reading) also(seg *edi.Segment, loop int32, row int) bool {
	for l := r.current; l != nil && int32(l.grammar) != loop; l = l.parent {
		if len(l.also) == 0 || row >= l.first {
			continue
		}
		if c := l.also[keyOf(seg.Tag())]; c != nil {
			r.do(c, seg)
			return true
		}
	}
	return false
}

// stray is a segment without a row: one that only older releases have, in the
// innermost open loop that the map says has it, or one that is not wanted.
func (r *Reading) stray(seg *edi.Segment) {
	key := keyOf(seg.Tag())
	for l := r.current; l != nil; l = l.parent {
		if c := l.also[key]; c != nil {
			if l.grammar == 0 {
				r.end, r.place = seg.Position(), r.inSet
			}
			r.do(c, seg)
			return
		}
	}
	r.unmapped(seg)
}

// closeTo ends loops up to the one of the map that is loop g of the grammar.
func (r *Reading) closeTo(g int32) *loop {
	for int32(r.current.grammar) != g && r.current.parent != nil {
		r.close()
	}
	return r.current
}

// close ends the innermost loop.
func (r *Reading) close() {
	l := r.current
	for _, s := range l.scopes {
		r.closeItem(s)
	}
	for n := len(r.levels); n > 0 && r.levels[n-1].loop == l; n-- {
		r.levels = r.levels[:n-1]
	}
	r.current = l.parent
}

// kid is the loop of the map that a turn of loop g of the grammar is: that of
// its qualifier if there is one.
func (l *loop) kid(g int32, v *values) *loop {
	k := l.kidsOf(int(g))
	if k == nil {
		return nil
	}
	if len(k.special) > 0 {
		if s := k.named(v.qualifier(k.element, k.component)); s != nil {
			return s
		}
	}
	return k.general
}

func (k *kids) named(qualifier tagKey) *loop {
	for _, s := range k.special {
		for _, key := range s.keys {
			if key == qualifier {
				return s
			}
		}
	}
	return nil
}

// open begins a turn of a loop.
func (r *Reading) open(l *loop, seg *edi.Segment) {
	r.current = l
	r.turns[l.grammar]++
	if r.turns[l.grammar] > r.options.Lines && !r.feeds() {
		r.tooLarge(seg, "the "+r.b.d.noun+" has more "+l.path+" loops than may be taken")
		return
	}
	for _, s := range l.scopes {
		r.begin(s, seg)
	}
}

// feeds reports whether the items are handed over one by one.
func (r *Reading) feeds() bool { return r.b.feed != nil && r.options.Line != nil }

// begin notes where an object begins, and those made with it.
func (r *Reading) begin(s *scope, seg *edi.Segment) {
	f := &r.frames[s.index]
	f.inSet = r.inSet
	if s.where {
		f.position = seg.Position()
	}
	for _, inner := range s.inner {
		r.begin(inner, seg)
	}
}

// tooLarge ends the reading: what was made is let go.
func (r *Reading) tooLarge(seg *edi.Segment, message string) {
	if r.full {
		return
	}
	r.tell(seg, CodeDocumentTooLarge, edi.Error, slotAt{}, nil, message)
	r.failed, r.full = true, true
	for i := range r.frames {
		r.frames[i].clear(r.b.scopes[i])
		r.frames[i].shrink()
	}
	r.size = 0
}

// unmapped notes a segment that leaves no trace in the document, the first of
// each kind only.
func (r *Reading) unmapped(seg *edi.Segment) {
	key := keyOf(seg.Tag())
	if r.unknown[key] || len(r.unknown) >= r.options.Findings {
		return
	}
	if r.unknown == nil {
		r.unknown = map[tagKey]bool{}
	}
	r.unknown[key] = true
	r.tell(seg, CodeSegmentUnmapped, edi.Note, slotAt{}, nil, "the "+r.b.d.noun+" keeps nothing of this segment")
}

// Finish ends the set and returns the document as canonical JSON, its fields
// in the order of the noun's schema, with everything found. The document is
// nil when a finding of severity error forbids it, and else valid until Reset.
// It is nil too where the document is handed over line by line.
func (r *Reading) Finish() (json.RawMessage, []edi.Finding) {
	if !r.full {
		r.closeTo(0)
	}
	r.out = r.out[:0]
	switch {
	case r.full:
	case r.feeds():
		r.headed()
	default:
		top := &r.frames[0]
		top.position, top.inSet = r.end, r.place
		for _, s := range r.b.scopes[0].inner {
			r.closeItem(s)
		}
		r.out = r.appendObject(r.out, r.b.scopes[0], top)
		if len(r.out) > r.options.Bytes && !r.failed {
			r.keep(edi.Finding{Code: CodeDocumentTooLarge, Severity: edi.Error, Position: r.end, InSet: r.place,
				Message: "the " + r.b.d.noun + " is larger than may be taken"})
			r.failed = true
		}
	}
	if r.omitted > 0 {
		r.findings = append(r.findings, omission(r.omitted, r.worst, r.end))
		r.omitted = 0
	}
	if r.failed || r.feeds() {
		return nil, r.findings
	}
	return r.out, r.findings
}

// Text returns a text field of the document's top level, such as "number",
// once Finish has made it; empty if the document does not have it.
func (r *Reading) Text(field string) string {
	top := &r.frames[0]
	for i := range r.b.scopes[0].fields {
		if s, of := &top.slots[i], &r.b.scopes[0].fields[i]; of.name == field && s.set {
			var text string
			if json.Unmarshal(top.value(s, of.head), &text) == nil {
				return text
			}
		}
	}
	return ""
}
