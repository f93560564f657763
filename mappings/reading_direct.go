package mappings

import "math/bits"

// lean is a step of an object made directly: what most segments of most
// documents come down to, in one line of a cache.
type lean struct {
	element int32 // 0 where place finds the value
	part    int32 // of a pair of elements
	quiet   bool
	text    bool // taken as it is
	head    []byte
	read    func(dst, value, format []byte) ([]byte, fault)
	place   *place
}

// leanSteps are the steps of an object that is direct, nil for any other.
func leanSteps(s *scope, steps []step) []lean {
	if !direct(s, steps) {
		return nil
	}
	list := make([]lean, len(steps))
	for i := range steps {
		st := &steps[i]
		l := &list[i]
		l.quiet, l.text, l.head, l.read, l.place = st.quiet, st.transform.name == textName, s.fields[st.field].head, st.transform.read, &st.place
		switch p := &st.place; {
		case p.part > 0 && !p.pairs.composite:
			l.part = int32(p.part)
		case p.part == 0 && p.component == 0:
			l.element = int32(p.element)
		}
	}
	return list
}

// within says, by how many elements a segment has, which of the first steps of
// a segment may find anything or have its lack to tell, as bits: the elements
// at the end of most segments are not sent.
type within []uint64

// maxWithin is how many steps are bits.
const maxWithin = 64

func (w within) of(n int) uint64 {
	if len(w) == 0 {
		return 0
	}
	return w[min(n, len(w)-1)]
}

func withinOf(steps []step) within {
	steps = steps[:min(len(steps), maxWithin)]
	last := 0
	for i := range steps {
		last = max(last, steps[i].place.element)
	}
	w := make(within, last+1)
	for i := range steps {
		from := 0
		if steps[i].quiet {
			from = steps[i].place.element
		}
		for n := from; n <= last; n++ {
			w[n] |= 1 << i
		}
	}
	return w
}

// direct makes an object of values of one segment at once, without a frame. It
// reports false, having done nothing, for an object that something is to be
// told of.
func (r *Reading) direct(st *step, group int) bool {
	up := &r.frames[st.sub.parent.index]
	list := up.lists[st.sub.list]
	before := len(list)
	if before > 0 {
		list = append(list, ',')
	}
	list = append(list, '{')
	start := len(list)
	for left := st.within.of(r.values.count()); left != 0; left &= left - 1 {
		of := &st.lean[bits.TrailingZeros64(left)]
		if of.quiet && r.values.empty(int(of.element)) {
			continue
		}
		var value []byte
		switch {
		case of.element > 0:
			value = r.values.whole(int(of.element))
		case of.part > 0:
			value = r.values.whole(group + int(of.part) - 1)
		default:
			value, _, _ = of.place.find(&r.values, group)
		}
		if len(value) > 0 && r.values.padded(value) {
			value = r.trim(value)
		}
		if len(value) == 0 {
			if of.quiet {
				continue
			}
			return false
		}
		if of.text {
			list = appendMember(list, of.head, value)
			continue
		}
		out, fault := of.read(append(list, of.head...), value, nil)
		if fault != fine {
			return false
		}
		list = append(out, ',')
	}
	if len(list) == start {
		return false
	}
	list[len(list)-1] = '}'
	up.lists[st.sub.list] = list
	up.counts[st.sub.field]++
	up.filled |= 1 << st.sub.field
	r.size += len(list) - before
	return true
}

// appendMember appends a text as a member of an object, and a comma.
func appendMember(dst, head, s []byte) []byte {
	if plainPrefix(s) < len(s) {
		return append(appendString(append(dst, head...), s), ',')
	}
	n := len(dst)
	need := n + len(head) + len(s) + 3
	if need > cap(dst) {
		dst = append(dst[:n], make([]byte, need-n)...)
	}
	dst = dst[:need]
	n += copy(dst[n:], head)
	dst[n] = '"'
	n += 1 + copy(dst[n+1:], s)
	dst[n], dst[n+1] = '"', ','
	return dst
}
