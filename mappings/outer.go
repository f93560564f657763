package mappings

import (
	"strings"
)

// outer is what the items of a list read in a loop around the one they are
// made from: a scope that is never written of itself.
type outer struct {
	ups   int // loops outwards
	scope *scope
	site  *site
}

// outerReference is a reference without its leading ../ and how many there
// were.
func outerReference(text string) (string, int) {
	ups := 0
	for ; strings.HasPrefix(text, "../"); ups++ {
		text = text[len("../"):]
	}
	return text, ups
}

// around is the outer of an object that many loops outwards, made when first
// named; nil if the object has no such loop around it.
func (c *compiler) around(n node, at *site, ups int) *outer {
	s := at.scope
	for _, o := range s.outers {
		if o.ups == ups {
			return o
		}
	}
	if at.segment != "" || len(s.loops) == 0 {
		n.fail("only an object made from the turns of a loop reads what is around it")
		return nil
	}
	loops := at.loops
	for range ups {
		var up []*loop
		for _, l := range loops {
			if l.parent == nil || l.parent.grammar == 0 {
				n.fail("there is no loop around this one but the set itself, whose fields read it")
				return nil
			}
			if len(up) == 0 || up[len(up)-1] != l.parent {
				up = append(up, l.parent)
			}
		}
		loops = up
	}
	hidden := &scope{index: len(c.b.scopes), hidden: true, loops: loops, fields: make([]field, len(s.fields)), path: s.path}
	c.b.scopes = append(c.b.scopes, hidden)
	for i := range s.fields {
		hidden.fields[i].name = s.fields[i].name
		hidden.fields[i].malformed = s.fields[i].malformed
	}
	for _, l := range loops {
		l.scopes = append(l.scopes, hidden)
	}
	o := &outer{ups: ups, scope: hidden, site: &site{scope: hidden, loops: loops}}
	s.outers = append(s.outers, o)
	return o
}

// inherit takes the values that stand in the loops around an item.
func (r *Reading) inherit(s *scope, f *frame) {
	for _, o := range s.outers {
		from := &r.frames[o.scope.index]
		for i := range from.slots {
			if from.slots[i].set && !f.slots[i].set {
				start := len(f.arena)
				f.arena = append(f.arena, s.fields[i].head...)
				f.arena = append(f.arena, from.value(&from.slots[i], nil)...)
				f.arena = append(f.arena, ',')
				f.slots[i] = slotOf(start, len(f.arena), 0)
				f.filled |= 1 << i
			}
		}
	}
}

// carried are the turns of outer loops that the last item was written in.
type carried struct {
	base  *turn
	keys  []string
	turns []*turn
}

// under is the turn in which an item's own turn is written: that of the item
// before if what stands around them is the same.
func (w *Writing) under(sp *spec, item *jsonNode, at home, l *loop) *turn {
	s := sp.sub
	if len(s.outers) == 0 {
		return w.reach(at.turn, l.parent)
	}
	var chain []*loop
	for up := l.parent; up != nil && up != at.turn.loop; up = up.parent {
		chain = append([]*loop{up}, chain...)
	}
	c := w.carried[sp]
	if c == nil || c.base != at.turn {
		c = &carried{base: at.turn, keys: make([]string, len(chain)), turns: make([]*turn, len(chain))}
		w.carried[sp] = c
	}
	turn := at.turn
	fresh := false
	for j, up := range chain {
		var key strings.Builder
		for i := range s.fields {
			if f := &s.fields[i]; f.ups == len(chain)-j {
				if m := item.member(f.name); m != nil {
					key.Write(m.text)
				}
				key.WriteByte(0)
			}
		}
		if fresh = fresh || c.turns[j] == nil || c.keys[j] != key.String(); fresh {
			c.keys[j], c.turns[j] = key.String(), w.open(turn, up)
			w.outerFields(s, item, len(chain)-j, c.turns[j])
		}
		turn = c.turns[j]
	}
	return turn
}

// outerFields writes what an item says of the loop that many outwards.
func (w *Writing) outerFields(s *scope, item *jsonNode, ups int, turn *turn) {
	for i := range s.fields {
		f := &s.fields[i]
		text, ok := item.member(f.name).string()
		if f.ups != ups || !ok {
			continue
		}
		w.path = append(w.path, pathStep{f.name, -1})
		w.one(f, text, home{turn: turn})
		w.path = w.path[:len(w.path)-1]
	}
}
