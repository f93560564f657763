package mappings

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
	"strconv"
	"strings"
	"sync"
)

// binding is a Bound being made once, whoever asks first.
type binding struct {
	once  sync.Once
	bound *Bound
	err   error
}

// Bind places the map on the rows of a set. What the release of the set does
// not have is left out: it is not read, and writing finds it. The result is
// kept, so that binding again costs a look-up. The error joins the
// [*LoadError] of each fault; a map of a loaded catalogue has none on the
// grammars of its standard.
func (d *Document) Bind(set *grammar.Set) (*Bound, error) {
	kept, ok := d.bound.Load(set)
	if !ok {
		kept, _ = d.bound.LoadOrStore(set, new(binding))
	}
	b := kept.(*binding)
	b.once.Do(func() {
		c := d.compile(set)
		b.bound, b.err = c.b, c.src.err()
	})
	if b.err != nil {
		return nil, fmt.Errorf("bind %s: %w", d.name, b.err)
	}
	return b.bound, nil
}

// compiler turns one map into a Bound.
type compiler struct {
	d          *Document
	b          *Bound
	src        *source
	shared     map[string]node // parts of maps
	absent     []*LoadError    // what this release does not have
	pairs      map[string]*pairing
	qualifiers map[string]place
	trees      map[string]*tree
	known      map[string]*transform
	claimed    map[claim]*field
	ignored    map[string][]place // elements of which nothing is wanted, by segment
	extra      map[int][]string   // segments that older releases have, by loop of the grammar
}

// claim is a value some field reads. No other may: written, it would stand
// there once.
type claim struct {
	loop               *loop
	row                int
	qualifier          string
	element, component int
	pair               string
}

func (d *Document) compile(set *grammar.Set) *compiler {
	c := &compiler{
		d: d, src: &source{name: d.source.name, text: d.source.text},
		b:     &Bound{d: d, set: set, constants: map[int][]constant{}, tree: make([]*tree, len(set.Loops))},
		pairs: map[string]*pairing{}, qualifiers: map[string]place{}, trees: map[string]*tree{}, claimed: map[claim]*field{},
		extra: map[int][]string{}, ignored: map[string][]place{}, known: transforms(d.standard),
	}
	c.shared = d.shared.parts(c.src)
	root, _ := parse(c.src) // it is JSON: it was when it was loaded
	h := d.decode(root)
	c.declare(h)
	c.newLoop(0, nil, nil, false)
	top := c.scope(nil, 0, edi.Error)
	top.where = true
	top.loops = c.b.loops[:1:1]
	c.b.loops[0].scopes = append(c.b.loops[0].scopes, top)
	at := &site{scope: top, loops: top.loops}
	c.object(h.fields, d.schema.root, at)
	c.marks(h)
	if h.checks.value != nil {
		for _, n := range h.checks.elements() {
			c.check(n, at)
		}
	}
	c.finish(h)
	return c
}

// lacks notes that the set has no such place. It is a fault only when no
// release has it, which whoever loads the map finds out. A part that maps share
// need not fit everywhere: what a place lacks of it is not read there.
func (c *compiler) lacks(n node, format string, args ...any) {
	if n.src != c.src {
		return
	}
	line := 1 + strings.Count(string(c.src.text[:n.value.StartOffset]), "\n")
	c.absent = append(c.absent, &LoadError{File: c.src.name, Line: line, Field: n.field, Reason: fmt.Sprintf(format, args...)})
}

// ingredient is a file, or two, that many maps are made of.
type ingredient struct {
	digest  [sha256.Size]byte
	shipped bool // as this program ships it, whose tests have placed the maps
}

// ingredient looks at a text once, however many maps are made of it.
func (l *loader) ingredient(text []byte, names ...string) ingredient {
	kept, ok := l.ingredients[names[0]]
	if ok {
		return kept
	}
	kept.digest = sha256.Sum256(text)
	var own []byte
	for _, name := range names {
		text, _ := embedded.ReadFile("documents/" + name)
		own = append(own, text...)
	}
	kept.shipped = bytes.Equal(text, own)
	l.ingredients[names[0]] = kept
	return kept
}

// place binds a map to each grammar of its standard, for the faults.
func (l *loader) place(d *Document) {
	var sets []*grammar.Set
	for _, g := range grammars(d.standard) {
		if set := g.Set(d.set); set != nil {
			sets = append(sets, set)
		}
	}
	if len(sets) == 0 {
		d.source.fail(0, "", "no release of %s has the set %s", d.standard, d.set)
		return
	}
	lacking := map[string]int{}
	var first []*LoadError
	for i, set := range sets {
		c := d.compile(set)
		if len(c.src.faults) > 0 {
			d.source.faults = append(d.source.faults, c.src.faults...)
			return
		}
		seen := map[string]bool{}
		for _, e := range c.absent {
			if key := e.Error(); !seen[key] {
				seen[key] = true
				lacking[key]++
			}
		}
		if i == 0 {
			first = c.absent
		}
		b := new(binding)
		b.once.Do(func() { b.bound = c.b })
		d.bound.Store(set, b)
	}
	seen := map[string]bool{}
	for _, e := range first {
		if key := e.Error(); lacking[key] == len(sets) && !seen[key] {
			seen[key] = true
			d.source.faults = append(d.source.faults, e)
		}
	}
}

// declare reads what the map says of segments by name.
func (c *compiler) declare(h head) {
	if h.pairs.value != nil {
		h.pairs.members(func(segment string, n node) { c.pairing(segment, n) })
	}
	if h.qualifiers.value != nil {
		h.qualifiers.members(func(segment string, n node) {
			var p place
			p.element, p.component = elementOf(n.matching(elementPattern, "an element such as 03 or 02-1"))
			c.qualifiers[segment] = p
		})
	}
	if h.trees.value != nil {
		h.trees.members(func(segment string, n node) { c.trees[segment] = n.tree() })
	}
	if h.also.value != nil {
		h.also.members(c.also)
	}
	for g, l := range c.b.set.Loops {
		if g > 0 {
			c.b.tree[g] = c.trees[c.b.set.Rows[l.First].Segment.ID]
		}
	}
}

func elementOf(text string) (element, component int) {
	e, comp, _ := strings.Cut(text, "-")
	element, _ = strconv.Atoi(e)
	component, _ = strconv.Atoi(comp)
	return element, component
}

// pairing reads where the pairs of a segment stand: "06", or an object.
func (c *compiler) pairing(segment string, n node) {
	var first, last int
	p := &pairing{step: 2, qualifier: 1, value: 2}
	if c.d.standard == "edifact" {
		p.step, p.composite, p.qualifier, p.value = 1, true, 2, 1
	}
	element := func(to *int) func(node) {
		return func(n node) { *to, _ = elementOf(n.matching(elementPattern, "an element of two digits, such as 06")) }
	}
	part := func(to *int) func(node) {
		return func(n node) { *to = int(n.number(1, 9)) }
	}
	if n.kind() == '{' {
		n.fields(map[string]func(node){
			"from": element(&first), "to": element(&last), "step": part(&p.step),
			"at": func(n node) {
				for _, n := range n.elements() {
					element(&first)(n)
					p.places = append(p.places, first)
				}
			},
			"qualifier": part(&p.qualifier), "value": part(&p.value),
			"composite": func(n node) { p.composite = n.flag() },
		})
	} else {
		element(&first)(n)
	}
	if first == 0 {
		n.fail("says neither where the pairs begin nor where each of them is")
		first = 1
	}
	if last == 0 {
		last = first
		if def := c.b.set.Grammar().Segment(segment); def != nil {
			last = len(def.Elements)
		}
	}
	if !p.composite {
		last = last - max(p.qualifier, p.value) + 1
	}
	if p.places == nil {
		p.places = []int{first}
		for i := first + p.step; i <= last && p.step > 0; i += p.step {
			p.places = append(p.places, i)
		}
	}
	c.pairs[segment] = p
}
