package grammar

// Walker finds the place of each segment of one set as they come. It belongs
// to one goroutine; Reset makes it begin again.
type Walker struct {
	set     *Set
	at      int    // row of the last segment that has a place, -1 before the first
	epoch   uint64 // of the loop instance begun last
	loops   []loopState
	counts  []count // by row; that of a trigger counts the instances of its loop
	missing []int
}

// loopState is the running instance of a loop.
type loopState struct {
	epoch uint64
	seen  uint64 // which required members came
}

// count is valid while epoch is that of the loop instance it counts in, so
// that a new instance resets no counters.
type count struct {
	epoch uint64
	n     int32
}

// Fault is what is wrong with the place of a segment.
type Fault uint8

// What can be wrong with a place, in the words of AK304.
const (
	Placed       Fault = iota // nothing
	Unknown                   // 1: the release has no such segment
	NotInSet                  // 6: the set has no such segment
	Unexpected                // 2: no open loop has the segment, nor anything that may follow
	OutOfOrder                // 7: an open loop has it, but at an earlier place
	TooOften                  // 5: more uses than its row has
	LoopTooOften              // 4: the trigger of more instances than the loop has
	NotUsed                   // the row is forbidden by a Patch
)

// NewWalker returns a Walker at the beginning of the set.
func (s *Set) NewWalker() *Walker {
	w := &Walker{set: s, loops: make([]loopState, len(s.Loops)), counts: make([]count, len(s.Rows))}
	w.Reset()
	return w
}

// Set is that the walker walks through.
func (w *Walker) Set() *Set { return w.set }

// Reset goes back to the beginning.
func (w *Walker) Reset() {
	w.at = -1
	w.epoch++
	w.loops[0] = loopState{epoch: w.epoch}
	w.missing = w.missing[:0]
}

// Row is that of the last segment that has a place, -1 before the first.
func (w *Walker) Row() int { return w.at }

// Missing are the rows of required segments, and the triggers of required
// loops, that the last Place passed over. It is valid until the next one.
func (w *Walker) Missing() []int { return w.missing }

// Place finds the row of the next segment by its tag. The row is -1 if it has
// none; it has one in spite of a fault if it is out of order or comes too
// often.
func (w *Walker) Place(tag []byte) (row int, fault Fault) {
	if len(w.missing) > 0 {
		w.missing = w.missing[:0]
	}
	s := w.set
	key := packTag(tag)
	slot := &s.tags.slots[tagSlot(key)]
	if slot.key == key && key != 0 && w.at >= 0 { // the usual case, without a call more
		t := &s.targets[s.routes[w.at*s.tags.count+int(slot.index)]]
		if row := int(t.row); !t.odd && (t.free || !w.full(row)) && (t.safe || w.complete(row)) {
			w.enter(row)
			return row, Placed
		}
	}
	k := s.tags.find(tag)
	if k < 0 {
		if s.grammar.segments[string(tag)] != nil {
			return -1, NotInSet
		}
		return -1, Unknown
	}
	return w.place(k)
}

// place is Place for the tag with index k.
func (w *Walker) place(k int) (row int, fault Fault) {
	s := w.set
	if w.at < 0 {
		w.at = 0
		w.enter(0)
		if s.tags.header == k {
			return 0, Placed
		}
	}
	gap, full := -1, -1
	targets := s.targets[s.routes[w.at*s.tags.count+k]:]
	for i := range targets {
		t := &targets[i]
		if t.row == endOfList {
			break
		}
		row := int(t.row)
		if !t.free && w.full(row) {
			if full < 0 {
				full = row
			}
			continue
		}
		if t.safe || w.complete(row) {
			w.enter(row)
			return row, w.forbidden(row)
		}
		if gap < 0 {
			gap = row
		}
	}
	return w.misplaced(k, gap, full)
}

// misplaced decides what is wrong when no row that may follow takes the
// segment as it is. The first of them with no use left is full; the first
// that can only follow required members that did not come is gap. A segment
// that stands behind such a gap and also at an earlier place of an open loop
// is taken to be late, not to be proof of the gap, unless the gap is in a
// deeper loop or the segment only begins its loop again.
func (w *Walker) misplaced(k, gap, full int) (row int, fault Fault) {
	s := w.set
	if full >= 0 {
		w.pass(full)
		w.enter(full)
		if s.places[full].trigger {
			return full, LoopTooOften
		}
		return full, TooOften
	}
	back := w.back(k)
	if gap >= 0 && (back < 0 || gap <= w.at || s.places[back].level < s.places[gap].level) {
		w.pass(gap)
		w.enter(gap)
		return gap, w.forbidden(gap)
	}
	if back >= 0 {
		w.close(s.places[back].level)
		w.enter(back)
		return back, OutOfOrder
	}
	return -1, Unexpected
}

func (w *Walker) forbidden(row int) Fault {
	if w.set.Rows[row].Forbidden {
		return NotUsed
	}
	return Placed
}

// full reports whether the row has no use left.
func (w *Walker) full(row int) bool {
	p := &w.set.places[row]
	c := &w.counts[row]
	return p.max != 0 && c.n >= p.max && c.epoch == w.loops[p.level].epoch
}

// complete reports whether nothing required is left out if row comes next.
func (w *Walker) complete(row int) bool {
	s := w.set
	p := &s.places[row]
	for l := s.places[w.at].loop; l != p.level; l = s.loops[l].parent {
		if s.loops[l].required&^w.loops[l].seen != 0 {
			return false
		}
	}
	return p.before&^w.loops[p.level].seen == 0
}

// pass notes what is left out if row comes next.
func (w *Walker) pass(row int) {
	p := &w.set.places[row]
	w.close(p.level)
	w.miss(p.level, p.before)
}

// close notes what the loops from the current one up to level, which stays
// open, are left without.
func (w *Walker) close(level int16) {
	s := w.set
	for l := s.places[w.at].loop; l != level; l = s.loops[l].parent {
		w.miss(l, s.loops[l].required)
	}
}

// miss notes those members of loop in mask that did not come, once.
func (w *Walker) miss(loop int16, mask uint64) {
	mask &^= w.loops[loop].seen
	w.loops[loop].seen |= mask
	for i, row := range w.set.loops[loop].members {
		if mask&(1<<i) != 0 {
			w.missing = append(w.missing, int(row))
		}
	}
}

// enter counts a segment at row.
func (w *Walker) enter(row int) {
	p := &w.set.places[row]
	level := &w.loops[p.level]
	level.seen |= p.bit
	if p.counts {
		c := &w.counts[row]
		if c.epoch != level.epoch {
			c.epoch, c.n = level.epoch, 0
		}
		c.n++
	}
	if p.trigger {
		w.epoch++
		w.loops[p.loop] = loopState{epoch: w.epoch}
	}
	w.at = row
}

// back is the last row with the tag, before the current one, in the innermost
// open loop that has it; -1 if none has.
func (w *Walker) back(k int) int {
	s := w.set
	for loop, from := int(s.places[w.at].loop), w.at; ; loop = s.Loops[loop].Parent {
		for row := from; row >= s.Loops[loop].First; row-- {
			if s.in(row, loop) && row != s.Loops[loop].First && s.tags.of[row] == k {
				return row
			}
		}
		if loop == 0 {
			return -1
		}
		from = s.Loops[loop].First - 1
	}
}

// Finish ends the walk: Missing is then what the set is left without, its
// trailer aside.
func (w *Walker) Finish() {
	w.missing = w.missing[:0]
	if w.at < 0 {
		w.at = 0
		w.enter(0)
	}
	if last := len(w.set.Rows) - 1; w.at != last {
		w.pass(last)
	}
}
