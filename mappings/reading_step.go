package mappings

import (
	"bytes"
	"fmt"
	"math/bits"
	"strconv"

	"github.com/crossdock/crossdock/edi"
)

// step does what one segment does to one field. group is the first element of
// the pair at hand.
func (r *Reading) step(st *step, seg *edi.Segment, group int) {
	switch st.kind {
	case stepValue:
		if p := &st.place; p.element > 0 && p.component == 0 {
			r.value(st, seg, r.values.whole(p.element), slotAt{element: p.element})
		} else if p.element > 0 && p.part == 0 {
			r.value(st, seg, r.values.at(p.element, p.component), slotAt{p.element, p.component})
		} else if value, at, meant := st.place.find(&r.values, group); meant {
			r.value(st, seg, value, at)
		}
	case stepText:
		if value, at, meant := st.place.find(&r.values, group); meant {
			r.text(st, seg, value, at)
		}
	case stepItem:
		if st.lean != nil && r.direct(st, 0) {
			return
		}
		r.begin(st.sub, seg)
		for i := range st.steps {
			r.step(&st.steps[i], seg, 0)
		}
		r.closeItem(st.sub)
	case stepPairs:
		r.pairs(st, seg)
	case stepCount:
		r.count(st, seg)
	case stepSum:
		r.sum(st)
	}
}

// value sets a field. Of several references the first that finds anything
// wins, whatever the order their segments come in.
func (r *Reading) value(st *step, seg *edi.Segment, value []byte, at slotAt) {
	frame := &r.frames[st.scope.index]
	slot := &frame.slots[st.field]
	if slot.set {
		r.another(st, seg, value, at, frame)
		if int(slot.rank) <= st.rank {
			return
		}
	}
	if len(value) > 0 && r.values.padded(value) {
		value = r.trim(value)
	}
	if len(value) == 0 {
		if !st.quiet {
			r.nothing(st, seg, at, frame)
		}
		return
	}
	if st.absent != "" && string(value) == st.absent {
		return
	}
	var format []byte
	if st.transform.period != noPeriod {
		format = r.values.at(at.element, at.component+1)
	}
	start := len(frame.arena)
	if st.transform.name == textName {
		frame.arena = appendMember(frame.arena, st.head, value)
		r.size += len(frame.arena) - start
		frame.filled |= 1 << st.field
		*slot = slotOf(start, len(frame.arena), st.rank)
		return
	}
	out, fault := st.transform.read(append(frame.arena, st.head...), value, format)
	frame.arena = out[:start] // with the room it has now, whatever is kept
	if fault != fine {
		r.faulty(st, seg, value, at, frame, fault)
		return
	}
	if len(out) == start+len(st.head) {
		return
	}
	out = append(out, ',')
	frame.arena = out
	r.size += len(out) - start
	frame.filled |= 1 << st.field
	*slot = slotOf(start, len(out), st.rank)
}

func slotOf(start, end, rank int) slot {
	return slot{start: uint32(start), end: uint32(end), rank: uint8(rank), set: true}
}

// nothing tells of an element that holds nothing though a field needs it.
func (r *Reading) nothing(st *step, seg *edi.Segment, at slotAt, frame *frame) {
	field, slot := &st.scope.fields[st.field], &frame.slots[st.field]
	if !field.alone || slot.told || slot.set || (!field.required || field.ordinal || field.fallback != nil) && !field.expected {
		return
	}
	slot.told = true
	frame.filled |= 1 << st.field
	severity := edi.Warning
	if field.required {
		severity = r.breaks(st.scope, frame)
	}
	name := field.reference
	if st.place.part > 0 {
		name = at.in(seg)
	}
	r.tell(seg, edi.CodeElementMissing, severity, at, nil, missing(name, r.b.d, st.scope, field))
}

// faulty tells of a value that cannot be read.
func (r *Reading) faulty(st *step, seg *edi.Segment, value []byte, at slotAt, frame *frame, fault fault) {
	field := &st.scope.fields[st.field]
	frame.slots[st.field].told = true
	frame.filled |= 1 << st.field
	severity := edi.Warning
	switch {
	case field.required:
		severity = r.breaks(st.scope, frame)
	case field.malformed == edi.Error, field.fallback != nil: // left out, it would come back as the default
		severity, r.failed = edi.Error, true
	}
	consequence := ""
	if severity != edi.Error {
		consequence = "; it is left out"
	}
	r.tell(seg, fault.code(), severity, at, value, at.in(seg)+" "+fault.reason()+consequence)
}

// value is what a slot holds, without its name and the comma.
func (f *frame) value(s *slot, head []byte) []byte {
	return f.arena[int(s.start)+len(head) : s.end-1]
}

// breaks marks the object as one that cannot be made and returns what that
// means for the document.
func (r *Reading) breaks(s *scope, f *frame) edi.Severity {
	f.broken = true
	if s.severity == edi.Error {
		r.failed = true
	}
	return s.severity
}

func (r *Reading) text(st *step, seg *edi.Segment, value []byte, at slotAt) {
	if len(value) > 0 && r.values.padded(value) {
		value = r.trim(value)
	}
	if len(value) == 0 {
		return
	}
	frame := &r.frames[st.scope.index]
	list := frame.lists[st.list]
	before := len(list)
	if before > 0 {
		list = append(list, ',')
	}
	list, fault := st.transform.read(list, value, nil)
	if fault != fine {
		r.tell(seg, fault.code(), edi.Warning, at, value, at.in(seg)+" "+fault.reason()+"; it is left out")
		return
	}
	frame.lists[st.list] = list
	frame.filled |= 1 << st.field
	r.size += len(list) - before
}

// pairs makes an object from each qualifier with its value. A qualifier
// without a value, or the other way round, is told and left out.
func (r *Reading) pairs(st *step, seg *edi.Segment) {
	p := st.pairs
	for _, i := range p.places {
		if i > r.values.count() {
			break
		}
		e, c := p.at(i, p.qualifier)
		qualifier := r.values.at(e, c)
		e, c = p.at(i, p.value)
		if len(qualifier) == 0 && len(r.values.at(e, c)) == 0 || !p.takes(qualifier) {
			continue
		}
		if st.lean != nil && r.direct(st, i) {
			continue
		}
		r.begin(st.sub, seg)
		for j := range st.steps {
			r.step(&st.steps[j], seg, i)
		}
		r.closeItem(st.sub)
	}
}

func (r *Reading) count(st *step, seg *edi.Segment) {
	value, at, meant := st.place.find(&r.values, 0)
	if value = r.trim(value); !meant || len(value) == 0 {
		return
	}
	check := &r.b.counts[st.counted]
	if check.loops == nil {
		r.compareSum(check, r.sums[st.counted], seg, value, at)
		return
	}
	turns := 0
	for _, g := range check.loops {
		turns += r.turns[g]
	}
	n, err := strconv.ParseUint(string(value), 10, 32)
	switch {
	case err != nil:
		r.tell(seg, edi.CodeElementNumber, edi.Warning, at, value, at.in(seg)+" is not a count")
	case int(n) != turns:
		r.tell(seg, CodeLineCount, edi.Warning, at, value,
			fmt.Sprintf("the set says it has another number of %s than the %d that came", check.name, turns))
	}
}

// sum adds a value to what a check adds up. What is no number is no part of
// the sum: another finding tells of it.
func (r *Reading) sum(st *step) {
	value, _, meant := st.place.find(&r.values, 0)
	if n, ok := millionths(r.trim(value)); meant && ok {
		r.sums[st.counted] += n
	}
}

func (r *Reading) compareSum(check *counting, sum int64, seg *edi.Segment, value []byte, at slotAt) {
	n, ok := millionths(value)
	switch {
	case !ok:
		r.tell(seg, edi.CodeElementNumber, edi.Warning, at, value, at.in(seg)+" is not a sum")
	case n != sum:
		r.tell(seg, CodeLineCount, edi.Warning, at, value, "the set says that its "+check.name+" add up to another sum")
	}
}

// closeItem ends an object, after those made with it, and adds it to the list
// it is for.
func (r *Reading) closeItem(s *scope) {
	for _, inner := range s.inner {
		r.closeItem(inner)
	}
	frame := &r.frames[s.index]
	if s.parent == nil {
		if s.hidden {
			r.size -= frame.clear(s)
		}
		return
	}
	r.inherit(s, frame)
	if s == r.b.feed && r.feeds() {
		r.emit(s, frame)
		return
	}
	up := &r.frames[s.parent.index]
	list := up.lists[s.list]
	before := len(list)
	if before > 0 {
		list = append(list, ',')
	}
	start := len(list)
	out := r.appendObject(list, s, frame)
	switch {
	case frame.broken: // told; a list that is empty for it needs no finding of its own
		out = out[:before]
		up.slots[s.field].told = true
		up.filled |= 1 << s.field
	case len(out) == start:
		out = out[:before]
	default:
		up.counts[s.field]++
		up.filled |= 1 << s.field
	}
	up.lists[s.list] = out
	r.size += len(out) - before - frame.clear(s)
}

// appendObject writes an object, fields in the order of the schema, after
// telling what it lacks. One with nothing in it is not written.
func (r *Reading) appendObject(dst []byte, s *scope, f *frame) []byte {
	if f.filled == 0 && s.parent != nil && !s.needed {
		return dst
	}
	start := len(dst)
	dst = append(dst, '{')
	from, to := 0, 0 // what is to be copied of the arena: as a rule values come in the order of their fields
	for left := f.filled | s.always; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		slot := &f.slots[i]
		if slot.set {
			if int(slot.start) != to {
				dst = append(dst, f.arena[from:to]...)
				from = int(slot.start)
			}
			to = int(slot.end)
			continue
		}
		dst = append(dst, f.arena[from:to]...)
		from, to = 0, 0
		field := &s.fields[i]
		switch {
		case field.kind == fieldConstant:
			dst = append(dst, field.head...)
			dst = append(dst, field.constant...)
		case field.kind == fieldValue && field.ordinal && !slot.told:
			dst = append(dst, field.head...)
			dst = append(dst, '"')
			dst = strconv.AppendInt(dst, int64(r.frames[s.parent.index].counts[s.field]+1), 10)
			dst = append(dst, '"')
		case field.kind == fieldValue && field.fallback != nil && !slot.told:
			dst = append(dst, field.head...)
			dst = append(dst, field.fallback...)
		case field.kind > fieldValue && f.holds(field):
			dst = f.appendList(dst, field)
		case r.feeds() && r.b.feed.parent == s && r.b.feed.field == i: // goes on its own
			continue
		default:
			r.lacks(s, f, field, slot)
			continue
		}
		dst = append(dst, ',')
	}
	dst = append(dst, f.arena[from:to]...)
	if len(dst) == start+1 {
		if s.parent != nil {
			return dst[:start]
		}
		return append(dst, '}')
	}
	dst[len(dst)-1] = '}'
	return dst
}

// holds reports whether a field's lists have anything in them.
func (f *frame) holds(field *field) bool {
	for k := field.list; k < field.list+field.parts; k++ {
		if len(f.lists[k]) > 0 {
			return true
		}
	}
	return false
}

// appendList writes a list, the items of each place it comes from together, or
// an object inside an object.
func (f *frame) appendList(dst []byte, field *field) []byte {
	dst = append(dst, field.head...)
	if field.kind == fieldObject {
		return append(dst, f.lists[field.list]...)
	}
	dst = append(dst, '[')
	for k := field.list; k < field.list+field.parts; k++ {
		if len(f.lists[k]) > 0 {
			dst = append(dst, f.lists[k]...)
			dst = append(dst, ',')
		}
	}
	dst[len(dst)-1] = ']'
	return dst
}

// trim removes the spaces that pad a value and the release characters, and
// decodes it by the character set of its interchange. The result is valid until the next call.
func (r *Reading) trim(value []byte) []byte {
	if r.values.coded {
		r.bare = append(r.bare[:0], r.values.seg.Value(value)...)
		value = r.bare
	} else if r.values.release != 0 && bytes.IndexByte(value, r.values.release) >= 0 {
		value = r.unescape(value)
	}
	for len(value) > 0 && padding(value[0]) {
		value = value[1:]
	}
	for len(value) > 0 && padding(value[len(value)-1]) {
		value = value[:len(value)-1]
	}
	return value
}

func padding(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// unescape takes the release characters out of a value.
func (r *Reading) unescape(value []byte) []byte {
	r.bare = r.bare[:0]
	for {
		i := bytes.IndexByte(value, r.values.release)
		if i < 0 || i+1 == len(value) {
			r.bare = append(r.bare, value...)
			return r.bare
		}
		r.bare = append(r.bare, value[:i]...)
		r.bare = append(r.bare, value[i+1])
		value = value[i+2:]
	}
}
