package grammar

// target is a row that may follow.
type target struct {
	row  uint16
	safe bool // nothing required can be left out by going there
	free bool // it has no limit of uses
	odd  bool // it is forbidden, or ends the list
}

// endOfList ends a list of targets; no set has so many rows.
const endOfList = 0xFFFF

// compileRoutes finds, for each row and each tag, the rows that may follow,
// the nearest first: the rest of the innermost loop, its next instance, then
// the same for the loop around it.
func (s *Set) compileRoutes() {
	ids := []string{}
	index := map[string]int{}
	for _, r := range s.Rows {
		if _, ok := index[r.Segment.ID]; !ok {
			index[r.Segment.ID] = len(ids)
			ids = append(ids, r.Segment.ID)
		}
	}
	s.tags = newTagTable(ids)
	for _, r := range s.Rows {
		s.tags.of = append(s.tags.of, index[r.Segment.ID])
	}
	s.tags.header = s.tags.of[0]
	s.routes = make([]uint32, len(s.Rows)*len(ids))
	s.targets = []target{{row: endOfList, odd: true}} // the empty list
	known := map[string]uint32{}
	lists := make([][]byte, len(ids)) // three bytes a target, so that a list is a key
	for i := range s.Rows {
		for k := range lists {
			lists[k] = lists[k][:0]
		}
		s.follow(i, func(row int) {
			k := index[s.Rows[row].Segment.ID]
			lists[k] = append(lists[k], byte(row>>8), byte(row), s.ease(i, row))
		})
		for k, list := range lists {
			if len(list) == 0 {
				continue
			}
			at, ok := known[string(list)]
			if !ok {
				at = uint32(len(s.targets))
				for j := 0; j < len(list); j += 3 {
					s.targets = append(s.targets, target{uint16(list[j])<<8 | uint16(list[j+1]), list[j+2]&safe != 0, list[j+2]&free != 0, list[j+2]&odd != 0})
				}
				s.targets = append(s.targets, target{row: endOfList, odd: true})
				known[string(list)] = at
			}
			s.routes[i*len(ids)+k] = at
		}
	}
}

const (
	safe = 1 << iota
	free
	odd
)

// ease says what need not be asked when row comes after at.
func (s *Set) ease(at, row int) byte {
	p := &s.places[row]
	required := p.before
	for l := s.places[at].loop; l != p.level; l = s.loops[l].parent {
		required |= s.loops[l].required
	}
	e := byte(0)
	if s.Rows[row].Forbidden {
		e |= odd
	}
	if required == 0 {
		e |= safe
	}
	if p.max == 0 {
		e |= free
	}
	return e
}

// follow calls visit with the rows that may follow row, the nearest first.
func (s *Set) follow(row int, visit func(int)) {
	loop, from := s.Rows[row].Loop, row
	if row == 0 || s.Trigger(row) {
		from++ // its repetition is another instance
	}
	for {
		for next := from; next <= s.Loops[loop].Last; next++ {
			if s.in(next, loop) && next != s.Loops[loop].First {
				visit(next)
			}
		}
		if loop == 0 {
			return
		}
		visit(s.Loops[loop].First)
		from, loop = s.Loops[loop].Last+1, s.Loops[loop].Parent
	}
}

// in reports whether the row counts in loop: it is a member of it, its
// trigger included, or the trigger of a loop inside it.
func (s *Set) in(row, loop int) bool {
	l := s.Rows[row].Loop
	return l == loop || s.Loops[l].Parent == loop && s.Loops[l].First == row
}

// tagTable finds the index of a tag by its bytes.
type tagTable struct {
	slots [256]struct {
		key   uint32
		index int32
	}
	count  int
	header int   // index of the first row's tag
	of     []int // index by row
}

func newTagTable(ids []string) tagTable {
	t := tagTable{count: len(ids)}
	for i, id := range ids {
		key := packTag([]byte(id))
		at := tagSlot(key)
		for t.slots[at].key != 0 {
			at = (at + 1) & 0xFF
		}
		t.slots[at].key, t.slots[at].index = key, int32(i)
	}
	return t
}

// find is the index of tag, -1 if the set has no such segment.
func (t *tagTable) find(tag []byte) int {
	key := packTag(tag)
	for at := tagSlot(key); ; at = (at + 1) & 0xFF {
		switch t.slots[at].key {
		case key:
			if key == 0 {
				return -1
			}
			return int(t.slots[at].index)
		case 0:
			return -1
		}
	}
}

func tagSlot(key uint32) uint32 { return key * 0x9E3779B1 >> 24 }

// packTag is a tag of two or three characters as a word, 0 for any other.
func packTag(tag []byte) uint32 {
	switch len(tag) {
	case 3:
		return uint32(tag[0])<<16 | uint32(tag[1])<<8 | uint32(tag[2])
	case 2:
		return uint32(tag[0])<<8 | uint32(tag[1])
	}
	return 0
}
