package mappings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
)

// target is where a value of a field is written.
type target struct {
	spots     []spot
	place     place
	transform *transform
	info      slotInfo
	absent    string // what stands for no value
	with      int    // the element without which that is not written; 0 for none
}

type specKind uint8

const (
	specLoop specKind = iota
	specSegment
	specPairs
	specSame
)

// spec is one way the items of a list are written.
type spec struct {
	kind   specKind
	sub    *scope
	spots  []spot
	pairs  *pairing
	inside bool // pairs of the segment that the object itself is made from
	anyOf  bool // of several qualifiers: a field says which
}

// WritingOptions bound one writing. The zero value means the defaults.
type WritingOptions struct {
	Findings int // kept, default 200; what is beyond is summed up in one

	// Permissive writes a document in spite of errors that the grammar finds
	// in it, as it may have come from a partner who sends such. They are told
	// all the same.
	Permissive bool

	// Codes is the severity of a value that is not in its code list, as the
	// options of a [grammar.Checker] have it.
	Codes edi.Severity
}

// Writing turns documents into the segments of a set, by the map that reads
// them. It belongs to one goroutine and may be used again and again.
type Writing struct {
	b       *Bound
	options WritingOptions
	checker *grammar.Checker
	doc     jsonTree // being written
	back    jsonTree // read again
	reading *Reading

	text     []byte     // values of all cells
	steps    []pathStep // paths of all segments
	slot     slotInfo   // of the value at hand
	scratch  []byte     // a value as it would be written
	emitter  emitter
	written  edi.Segment // as it is checked
	another  segment     // that a pair may have, and is not made yet
	segments []*segment
	turns    []*turn
	used     struct{ segments, turns int }
	carried  map[*spec]*carried
	trees    int // turns of a tree so far
	path     []pathStep
	findings []edi.Finding
	omitted  int
	worst    edi.Severity
	lost     []string // paths of what was left out, told already
	failed   bool
	decimal  byte
}

// segment is one to be written.
type segment struct {
	row       int
	qualifier string
	cells     []value
	path      span // in the steps
	own       bool // of one item: no other field is written in it
}

// span is a part of what all segments share.
type span struct{ from, to int }

// value is one element or component of a segment.
type value struct {
	element, component int
	start, end         int // in the text
}

// turn is a loop to be written: segments and loops inside it.
type turn struct {
	loop     *loop
	parts    []part
	implied  bool // made for a field, not for an item
	children bool // of a tree
	id       int
}

// part is a segment or a loop in a turn.
type part struct {
	row     int
	segment *segment
	turn    *turn
}

type pathStep struct {
	name  string
	index int // from 0; -1 where there is none
}

// NewWriting begins a writing.
func (b *Bound) NewWriting(o WritingOptions) *Writing {
	if o.Findings <= 0 {
		o.Findings = defaultFindings
	}
	return &Writing{
		b: b, options: o, carried: map[*spec]*carried{}, checker: b.set.NewChecker(grammar.CheckOptions{Findings: o.Findings, Codes: o.Codes}),
		reading: b.NewReading(ReadingOptions{Findings: o.Findings, Lines: 1 << 30, Bytes: 1 << 30}),
	}
}

// ErrDocument is what Append refuses a document with that is not JSON, or not
// of the noun.
var ErrDocument = errors.New("not a document of the map's noun")

// Append appends the segments of one set, from its header to its trailer, to
// dst and returns how many they are. What cannot be written as the document
// has it is a finding that names the field; so is what would not be valid, or
// would not read back the same, for all that is written is checked against the
// grammar and read again. With a finding of severity error nothing is
// appended. The error is one of the document or the delimiters.
func (w *Writing) Append(dst []byte, doc json.RawMessage, h Header) ([]byte, int, []edi.Finding, error) {
	if err := h.Delimiters.Check(); err != nil {
		return dst, 0, nil, fmt.Errorf("delimiters: %w", err)
	}
	root, err := w.build(doc, h.Delimiters.Decimal)
	if err != nil {
		return dst, 0, nil, err
	}
	replaced := w.replace(h)
	w.totals(root, w.total)
	w.envelope(root, h)
	e := w.emit(dst, root, h)
	w.checker.Reset()
	w.reading.Reset()
	w.verify(e, len(dst), 0)
	failed := w.failed
	w.report(e.order)
	back, findings := w.reading.Finish()
	for _, f := range findings {
		if f.Severity == edi.Error {
			w.tell(f)
		}
	}
	if !failed && back != nil && !replaced {
		w.path = w.path[:0]
		w.differs(doc, back)
	}
	if w.failed {
		return dst, 0, w.told(), nil
	}
	return e.out, len(e.order), w.told(), nil
}

// Used marks the bytes that the values of a document hold once written, so
// that delimiters can be chosen that none of them is.
func (w *Writing) Used(bytes *[256]bool, doc json.RawMessage) error {
	if _, err := w.build(doc, 0); err != nil {
		return err
	}
	for _, c := range w.text {
		bytes[c] = true
	}
	return nil
}

// build turns a document into a tree of segments.
func (w *Writing) build(doc json.RawMessage, decimal byte) (*turn, error) {
	w.text, w.steps = w.text[:0], w.steps[:0]
	w.used.segments, w.used.turns, w.trees = 0, 0, 0
	w.path, w.findings, w.lost, w.failed, w.decimal = w.path[:0], nil, w.lost[:0], false, decimal
	w.omitted, w.worst = 0, ""
	clear(w.carried)
	top := w.doc.parse(doc)
	if top == nil {
		return nil, fmt.Errorf("write %s: %w: not JSON", w.b.d.name, ErrDocument)
	}
	root := w.turn(w.b.loops[0])
	s := w.b.scopes[0]
	for i := range s.fields {
		if f := &s.fields[i]; f.kind == fieldConstant && f.constant != nil {
			var got []byte
			if m := top.member(f.name); m != nil {
				got = m.text
			}
			if string(got) != string(f.constant) {
				return nil, fmt.Errorf("write %s: %w: %s is %.40s, want %s", w.b.d.name, ErrDocument, f.name, got, f.constant)
			}
		}
	}
	w.object(s, top, home{turn: root})
	for _, row := range w.b.always {
		w.segmentOf(root, spot{loop: w.b.loops[0], row: row})
	}
	return root, nil
}

// home is where the fields of an object are written: a turn of a loop, one
// segment of it, or one pair of that.
type home struct {
	turn    *turn
	segment *segment
	group   int // first element of the pair
}

// object writes the fields of one object.
func (w *Writing) object(s *scope, doc *jsonNode, at home) {
	for m := doc.items('{'); m != nil; m = m.next {
		i := s.named(m.name)
		if i < 0 {
			w.path = append(w.path, pathStep{string(m.name), -1})
		} else {
			w.path = append(w.path, pathStep{s.fields[i].name, -1})
		}
		switch {
		case i < 0 || s.mapped&(1<<i) == 0:
			w.lose("the map has no place for this field")
		default:
			w.field(s, i, m, at)
		}
		w.path = w.path[:len(w.path)-1]
	}
}

func (s *scope) named(name []byte) int {
	for i := range s.fields {
		if s.fields[i].name == string(name) {
			return i
		}
	}
	return -1
}

func (w *Writing) field(s *scope, i int, doc *jsonNode, at home) {
	f := &s.fields[i]
	switch f.kind {
	case fieldConstant:
		if string(doc.text) != string(f.constant) {
			w.fail(CodeFieldUnwritable, fmt.Sprintf("must be %s", f.constant))
		}
	case fieldValue:
		text, ok := doc.string()
		if !ok {
			w.fail(CodeFieldUnwritable, "must be a string")
			return
		}
		if f.ups == 0 { // else it is written already
			w.one(f, text, at)
		}
	case fieldObject:
		w.object(f.specs[0].sub, doc, at)
	case fieldTexts:
		w.texts(f, doc, at)
	case fieldList:
		w.list(f, doc, at)
	}
}

// one writes a value at the first of its places that the set has.
func (w *Writing) one(f *field, text []byte, at home) {
	if w.implied(f, text) {
		return
	}
	for i := range f.targets {
		t := &f.targets[i]
		seg := w.home(t, at)
		if seg == nil {
			continue
		}
		w.set(seg, t, text, at)
		return
	}
	w.lose("this release has no place for this field")
}

// implied reports whether a value need not be written, for reading makes it
// where nothing came: a default without a place, or one that its table has no
// code for.
func (w *Writing) implied(f *field, text []byte) bool {
	switch {
	case f.ordinal && len(f.targets) == 0:
		return len(w.path) > 1 && string(text) == strconv.Itoa(w.path[len(w.path)-2].index+1)
	case f.fallback == nil:
		return false
	}
	word, _ := unquote(f.fallback)
	if !bytes.Equal(word, text) {
		return false
	}
	if len(f.targets) == 0 {
		return true
	}
	_, reason := w.spell(&f.targets[0], text)
	return reason != ""
}

// home is the segment a target's value is written in, made if need be; nil if
// the set has none.
func (w *Writing) home(t *target, at home) *segment {
	if at.segment != nil {
		return at.segment
	}
	for _, spot := range t.spots {
		if spot.row < 0 {
			continue
		}
		if turn := w.reach(at.turn, spot.loop); turn != nil {
			return w.segmentOf(turn, spot)
		}
	}
	return nil
}

// reach is the turn of a loop inside another turn in which the values of one
// object are written, made if need be. Nil if the loop is not inside it.
func (w *Writing) reach(from *turn, l *loop) *turn {
	if from.loop == l {
		return from
	}
	if l.parent == nil {
		return nil
	}
	up := w.reach(from, l.parent)
	if up == nil {
		return nil
	}
	for _, p := range up.parts {
		if p.turn != nil && p.turn.loop == l && p.turn.implied {
			return p.turn
		}
	}
	made := w.open(up, l)
	made.implied = true
	if len(l.qualifiers) > 1 { // any of them is read; the first is written
		k := up.loop.kidsOf(l.grammar)
		w.put(made.parts[0].segment, k.element, k.component, l.qualifiers[0])
	}
	return made
}

// open begins a turn of a loop in another, with its trigger.
func (w *Writing) open(up *turn, l *loop) *turn {
	made := w.turn(l)
	row := l.first
	t := w.b.tree[l.grammar]
	if t != nil && up.loop.grammar == l.grammar {
		row = w.b.set.Loops[l.grammar].Last + 1 // the levels below come after all of the level
		up.children = true
	}
	up.parts = append(up.parts, part{row: row, turn: made})
	seg := w.add(made, l.first)
	k := up.loop.kidsOf(l.grammar)
	if len(l.qualifiers) == 1 && (t == nil || t.level > 0) {
		w.put(seg, k.element, k.component, l.qualifiers[0])
	}
	if t != nil {
		w.trees++
		made.id = w.trees
		w.put(seg, t.id, 0, strconv.Itoa(made.id))
		if up.loop.grammar == l.grammar {
			w.put(seg, t.parent, 0, strconv.Itoa(up.id))
		}
	}
	return made
}

// segmentOf is the segment of a turn in which values are written, made if
// need be.
func (w *Writing) segmentOf(t *turn, at spot) *segment {
	for _, p := range t.parts {
		if p.segment != nil && p.row == at.row && p.segment.qualifier == at.qualifier && !p.segment.own {
			return p.segment
		}
	}
	seg := w.add(t, at.row)
	w.qualify(seg, at)
	return seg
}

// qualify writes the qualifier of a spot.
func (w *Writing) qualify(seg *segment, at spot) {
	if at.qualifier == "" {
		return
	}
	seg.qualifier = at.qualifier
	c := at.loop.cells[at.row-at.loop.first]
	w.put(seg, c.element, c.component, at.qualifier)
}

// add adds an empty segment to a turn.
func (w *Writing) add(t *turn, row int) *segment {
	if w.used.segments == len(w.segments) {
		w.segments = append(w.segments, new(segment))
	}
	seg := w.segments[w.used.segments]
	w.used.segments++
	from := len(w.steps)
	w.steps = append(w.steps, w.path...)
	*seg = segment{row: row, cells: seg.cells[:0], path: span{from, len(w.steps)}}
	t.parts = append(t.parts, part{row: row, segment: seg})
	return seg
}

func (w *Writing) turn(l *loop) *turn {
	if w.used.turns == len(w.turns) {
		w.turns = append(w.turns, new(turn))
	}
	t := w.turns[w.used.turns]
	w.used.turns++
	*t = turn{loop: l, parts: t.parts[:0]}
	return t
}

// where is the path of the field being written, such as lines[3].items.
func (w *Writing) where() string { return pathOf(w.path) }

// pathOf spells a path.
func pathOf(path []pathStep) string {
	var b strings.Builder
	for i, p := range path {
		if i > 0 && p.name != "" {
			b.WriteByte('.')
		}
		b.WriteString(p.name)
		if p.index >= 0 {
			fmt.Fprintf(&b, "[%d]", p.index)
		}
	}
	return b.String()
}

// lose tells of a field that is left out.
func (w *Writing) lose(reason string) {
	w.lost = append(w.lost, w.where())
	w.tell(edi.Finding{Code: CodeFieldUnmapped, Severity: edi.Warning, Message: w.where() + ": " + reason})
}

// fail tells of a value that cannot be written.
func (w *Writing) fail(code, reason string) {
	w.tell(edi.Finding{Code: code, Severity: edi.Error, Message: w.where() + ": " + reason})
}

func (w *Writing) tell(f edi.Finding) {
	if f.Severity == edi.Error {
		w.failed = true
	}
	if len(w.findings) < w.options.Findings {
		w.findings = append(w.findings, f)
		return
	}
	w.omitted++
	if w.worst == "" || f.Severity.Worse(w.worst) {
		w.worst = f.Severity
	}
}

// told is what was found; what is beyond the limit is summed up.
func (w *Writing) told() []edi.Finding {
	if w.omitted > 0 {
		w.findings, w.omitted = append(w.findings, omission(w.omitted, w.worst, edi.Position{})), 0
	}
	return w.findings
}
