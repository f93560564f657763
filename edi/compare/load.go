package compare

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/label"
)

// set is a set with what it says.
type set struct {
	id, number, name string
	line             int
	segments         int
	headers          []header
	nodes            []*node
}

// header is something that the envelope says.
type header struct{ label, value string }

// node is a segment, and if it begins a loop, what stands in that.
type node struct {
	tag, text string
	name      string // as a person calls it
	line      int
	keys      []string // by which it finds its partner, best first
	values    []value
	nodes     []*node
	hash      [sha256.Size]byte // of what it and all in it mean

	row, loop int
	item      []string // numbers of goods and the like, in it or beneath it
}

// beneath is how many segments stand in the loop.
func (n *node) beneath() int {
	count := 0
	for _, m := range n.nodes {
		count += 1 + m.beneath()
	}
	return count
}

// spot is a place in a segment.
type spot struct{ element, repetition, component int }

func (s spot) before(t spot) bool {
	return cmp.Or(cmp.Compare(s.element, t.element), cmp.Compare(s.repetition, t.repetition), cmp.Compare(s.component, t.component)) < 0
}

func (s spot) String() string {
	text := fmt.Sprintf("%02d", s.element)
	if s.component > 0 {
		text += fmt.Sprintf("-%d", s.component)
	}
	if s.repetition > 1 {
		text += fmt.Sprintf(" (%d.)", s.repetition)
	}
	return text
}

// value is a value that is not empty.
type value struct {
	at    spot
	def   *grammar.ElementDef
	label string
	shown string // as it is shown
	means string // as it is compared
}

// load yields the sets of a file.
func load(t *document.Text, labels *label.Labels, o Options) iter.Seq2[*set, error] {
	return func(yield func(*set, error) bool) {
		l := &loader{labels: labels, o: o}
		for step, err := range document.Read(t, document.Options{}) {
			if err != nil {
				yield(nil, err)
				return
			}
			switch step.Kind {
			case document.SetStart:
				l.start(step)
			case document.SetSegment:
				l.segment(step)
			case document.SetEnd:
				if !yield(l.end(), nil) {
					return
				}
			}
		}
	}
}

// loader builds the trees of sets.
type loader struct {
	labels *label.Labels
	o      Options
	set    *set
	tables *grammar.Set
	open   []*node // loops, outermost first; their triggers
	sum    []byte  // what is hashed
}

func (l *loader) start(step *document.Step) {
	x, g, s := step.Interchange, step.Group, step.Set
	test := "no"
	if x.Test {
		test = "yes"
	}
	l.set = &set{id: s.ID, headers: []header{
		{"sender", x.Sender}, {"receiver", x.Receiver}, {"test", test}, {"release", s.Release},
	}}
	if l.o.Envelope {
		l.set.headers = append(l.set.headers,
			header{"version", x.Version}, header{"date", x.Date}, header{"time", x.Time}, header{"interchange number", x.Number},
			header{"group number", g.Number}, header{"set number", s.Number},
			header{"set of delimiters", delimiters(x.Delimiters)},
		)
	}
	l.tables, l.open = s.Grammar, l.open[:0]
}

func delimiters(d edi.Delimiters) string {
	var b strings.Builder
	for _, c := range []byte{d.Element, d.Component, d.Repetition, d.Segment, d.Release, d.Decimal} {
		if c != 0 {
			b.WriteString(edi.Printable([]byte{c}, 1))
		}
	}
	return b.String()
}

func (l *loader) segment(step *document.Step) {
	l.set.segments++
	n := &node{tag: edi.Printable(step.Segment.Tag(), 20), row: step.Row, line: step.Segment.Position().Line}
	n.text = text(step.Segment)
	n.values = l.values(step)
	header := l.set.segments == 1
	if header {
		l.set.line = n.line
	}
	if l.set.number == "" && l.set.segments == 2 {
		l.set.number = number(n)
	}
	if envelope(n.tag) {
		if l.o.Envelope && !header {
			l.set.nodes = append(l.set.nodes, n)
		}
		return
	}
	if l.tables == nil || step.Row < 0 {
		l.add(n)
		return
	}
	n.loop = l.tables.Rows[step.Row].Loop
	l.closeTo(n.loop, l.tables.Trigger(step.Row))
	l.add(n)
	if l.tables.Trigger(step.Row) {
		l.open = append(l.open, n)
	}
}

// envelope reports whether the segment belongs to the form of the set.
func envelope(tag string) bool {
	switch tag {
	case "ST", "SE", "UNH", "UNT":
		return true
	}
	return false
}

// closeTo closes the loops that a segment of loop does not stand in.
func (l *loader) closeTo(loop int, trigger bool) {
	want := loop
	if trigger {
		want = l.tables.Loops[loop].Parent
	}
	for len(l.open) > 0 && !l.within(want, l.open[len(l.open)-1].loop) {
		l.open = l.open[:len(l.open)-1]
	}
}

// within reports whether loop is outer or stands in it.
func (l *loader) within(loop, outer int) bool {
	for ; loop > 0; loop = l.tables.Loops[loop].Parent {
		if loop == outer {
			return true
		}
	}
	return outer == 0
}

func (l *loader) add(n *node) {
	if len(l.open) == 0 {
		l.set.nodes = append(l.set.nodes, n)
		return
	}
	top := l.open[len(l.open)-1]
	top.nodes = append(top.nodes, n)
}

func (l *loader) end() *set {
	s := l.set
	s.name = strings.TrimSpace(s.id + " " + l.labels.Set(s.id))
	if s.number != "" {
		s.name += " " + s.number
	}
	for _, n := range s.nodes {
		l.finish(n)
	}
	return s
}

// finish fills what follows from all that stands in the node.
func (l *loader) finish(n *node) {
	l.sum = append(append(l.sum[:0], n.tag...), 0)
	for _, v := range n.values {
		for _, at := range []int{v.at.element, v.at.repetition, v.at.component} {
			l.sum = binary.AppendUvarint(l.sum, uint64(at))
		}
		l.sum = append(append(l.sum, v.means...), 0)
	}
	own := sha256.Sum256(l.sum)
	var last []string
	for _, m := range n.nodes {
		l.finish(m)
		if last == nil && len(m.item) > 0 {
			last = m.item
		}
	}
	l.sum = append(l.sum[:0], own[:]...)
	for _, m := range n.nodes {
		l.sum = append(l.sum, m.hash[:]...)
	}
	n.hash = sha256.Sum256(l.sum)
	l.identify(n, last)
}
