package mappings

import (
	"github.com/crossdock/crossdock/edi"
)

// tree says that the turns of a loop are a tree: where each has its own id,
// that of its parent, its level, and whether others are below it. Such are HL
// in X12 and CPS in EDIFACT.
type tree struct {
	id, parent int // elements
	level      int // element; 0 where the level is the depth, from 1
	children   int // element of 0 or 1; 0 if there is none
}

func (n node) tree() *tree {
	t := new(tree)
	element := func(to *int) func(node) {
		return func(n node) { *to, _ = elementOf(n.matching(elementPattern, "an element of two digits, such as 02")) }
	}
	n.fields(map[string]func(node){
		"id": element(&t.id), "parent": element(&t.parent), "level": element(&t.level), "children": element(&t.children),
	}, "id", "parent")
	return t
}

// level is an open turn of a tree.
type level struct {
	loop *loop
	id   []byte
}

// climb closes the turns of a tree that are not above the one that begins, and
// finds the loop of the map that it is. A turn that the map has no loop for,
// or whose parent is not open, is told and is in a void loop.
func (r *Reading) climb(seg *edi.Segment, p *rowPlace) *loop {
	t := r.b.tree[p.loop]
	parent := r.trim(seg.Element(t.parent))
	if len(parent) == 0 {
		r.climbAsLevel(seg, p, t)
	} else if !r.closeBelow(parent) {
		r.tell(seg, CodeTreeParent, edi.Error, slotAt{element: t.parent}, parent, "the parent is none of the levels that are open; they must follow one another from the top down")
		r.failed = true
		for r.current.kidsOf(int(p.loop)) == nil {
			r.close()
		}
		at := r.current
		if !at.void {
			at = at.kidsOf(int(p.loop)).general
		}
		r.enter(at, r.trim(seg.Element(t.id)))
		return at
	}
	above := r.current
	var at *loop
	if t.level > 0 {
		at = above.kid(p.loop, &r.values)
	} else if k := above.kidsOf(int(p.loop)); k != nil {
		at = k.named(tagKey('1' + len(r.levels)))
	}
	if at == nil || at.void {
		r.tell(seg, CodeTreeParent, edi.Warning, slotAt{element: t.level}, r.trim(seg.Element(t.level)), "the "+r.b.d.noun+" has no such level here; what is in it is left out")
		at = above.kidsOf(int(p.loop)).general
	}
	r.enter(at, r.trim(seg.Element(t.id)))
	return at
}

// climbAsLevel closes the turns that one without a parent cannot be below: it
// is in the innermost that has such a level, or begins another tree.
func (r *Reading) climbAsLevel(seg *edi.Segment, p *rowPlace, t *tree) {
	if t.level > 0 && len(r.levels) > 0 {
		name := r.values.qualifier(t.level, 0)
		for l := r.current; l != nil && l.parent != nil; l = l.parent {
			if k := l.kidsOf(int(p.loop)); k == nil || k.named(name) == nil {
				continue
			}
			r.tell(seg, CodeTreeParent, edi.Warning, slotAt{element: t.parent}, nil, "the level has no parent; it is taken to be below the one before it that has such levels")
			for r.current != l {
				r.close()
			}
			return
		}
	}
	r.closeTo(p.parent)
}

// enter remembers an open turn of a tree. The ids of those before it in its
// place are written over.
func (r *Reading) enter(l *loop, id []byte) {
	if n := len(r.levels); n < cap(r.levels) {
		r.levels = r.levels[:n+1]
	} else {
		r.levels = append(r.levels, level{})
	}
	top := &r.levels[len(r.levels)-1]
	top.loop, top.id = l, append(top.id[:0], id...)
}

// closeBelow closes all turns below the one with an id.
func (r *Reading) closeBelow(id []byte) bool {
	for i := len(r.levels) - 1; i >= 0; i-- {
		if string(r.levels[i].id) == string(id) {
			for above := r.levels[i].loop; r.current != above; {
				r.close()
			}
			return true
		}
	}
	return false
}
