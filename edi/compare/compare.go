// Package compare tells how two files of EDI differ in what they say: which
// sets, lines, parties and values are new, gone or others.
//
// How a file is written does not count: delimiters, line ends, blanks at the
// end, empty elements, leading and trailing zeros of numbers, the order of what
// is told apart by a qualifier or a number, and what every sending of the same
// document has anew (dates, times and numbers of envelopes, counts of
// segments). It compares documents of one standard, has no opinion on which is
// right, and holds the sets for which it still looks for a partner: files in
// the same order are streamed.
package compare

import (
	"fmt"
	"iter"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/label"
)

// Options of Files. The zero value compares what documents say.
type Options struct {
	Envelope bool // dates, times, numbers, delimiters of envelopes and counts of segments count too
}

// Kind says what a Change is.
type Kind string

// Kinds of changes.
const (
	Changed Kind = "changed"
	Added   Kind = "added"   // only the second file has it
	Removed Kind = "removed" // only the first file has it
)

// Change is one difference.
type Change struct {
	Kind      Kind   `json:"kind"`
	Set       string `json:"set,omitempty"`       // such as 850 purchase order G-100
	Place     string `json:"place,omitempty"`     // in the set, such as line 2, item 4711; empty for the set itself
	Label     string `json:"label,omitempty"`     // of the element that changed
	Reference string `json:"reference,omitempty"` // PO1-02
	Old       string `json:"old,omitempty"`       // value, or segment
	New       string `json:"new,omitempty"`
	Beneath   int    `json:"beneath,omitempty"` // segments that came or went with it
	OldLine   int    `json:"oldLine,omitempty"`
	NewLine   int    `json:"newLine,omitempty"`
}

// String says the change as a person does, the set aside.
func (c Change) String() string {
	place := c.Place
	if place == "" {
		place = c.Set
	}
	switch {
	case c.Kind == Added:
		return place + ": new" + told(c.New, c.Beneath)
	case c.Kind == Removed:
		return place + ": gone" + told(c.Old, c.Beneath)
	case c.Old == "":
		return fmt.Sprintf("%s: %s is now %s", place, c.Label, c.New)
	case c.New == "":
		return fmt.Sprintf("%s: %s was %s, is empty", place, c.Label, c.Old)
	}
	return fmt.Sprintf("%s: %s was %s, is %s", place, c.Label, c.Old, c.New)
}

func told(segment string, beneath int) string {
	text := ""
	if segment != "" {
		text = ", " + segment
	}
	switch beneath {
	case 0:
	case 1:
		text += ", with 1 segment more"
	default:
		text += fmt.Sprintf(", with %d segments more", beneath)
	}
	return text
}

// Result says what was compared.
type Result struct {
	Sets    int `json:"sets"` // pairs
	Changes int `json:"changes"`
}

// Files compares two files and calls each with every change, those of one set
// together. The error is one of reading,
// or says that the files are of different standards.
func Files(a, b *document.Text, o Options, each func(Change)) (Result, error) {
	if a.Standard != b.Standard {
		return Result{}, fmt.Errorf("the one is %s, the other %s", a.Standard, b.Standard)
	}
	labels := label.X12()
	if a.Standard == edi.EDIFACT {
		labels = label.EDIFACT()
	}
	c := &comparison{each: each, headers: map[string]bool{}}
	err := c.files(load(a, labels, o), load(b, labels, o))
	return c.result, err
}

type comparison struct {
	each    func(Change)
	result  Result
	set     string // that is compared
	headers map[string]bool
}

func (c *comparison) tell(change Change) {
	change.Set = c.set
	c.result.Changes++
	c.each(change)
}

// files pairs the sets: by kind and number as they come, so that files in the
// same order are never held whole, and what is left by kind in its order.
func (c *comparison) files(before, after iter.Seq2[*set, error]) error {
	nextBefore, stopBefore := iter.Pull2(before)
	defer stopBefore()
	nextAfter, stopAfter := iter.Pull2(after)
	defer stopAfter()
	var first, second waiting
	for open := true; open; {
		a, err, moreBefore := nextBefore()
		if err != nil {
			return fmt.Errorf("the first: %w", err)
		}
		if moreBefore {
			if b := second.take(a.key()); b != nil {
				c.sets(a, b)
			} else {
				first.add(a)
			}
		}
		b, err, moreAfter := nextAfter()
		if err != nil {
			return fmt.Errorf("the second: %w", err)
		}
		if moreAfter {
			if a := first.take(b.key()); a != nil {
				c.sets(a, b)
			} else {
				second.add(b)
			}
		}
		open = moreBefore || moreAfter
	}
	c.leftovers(first.rest(), second.rest())
	return nil
}

// leftovers are sets without one of their kind and number in the other file.
func (c *comparison) leftovers(before, after []*set) {
	partner := match(before, after, func(s *set) []string { return []string{s.id} })
	paired := map[*set]bool{}
	for i, s := range before {
		if partner[i] == nil {
			c.set = s.name
			c.tell(Change{Kind: Removed, Beneath: s.segments, OldLine: s.line})
			continue
		}
		paired[partner[i]] = true
		c.sets(s, partner[i])
	}
	for _, s := range after {
		if !paired[s] {
			c.set = s.name
			c.tell(Change{Kind: Added, Beneath: s.segments, NewLine: s.line})
		}
	}
}

func (c *comparison) sets(a, b *set) {
	c.result.Sets++
	c.set = a.name
	for i, h := range a.headers {
		if h.value == b.headers[i].value {
			continue
		}
		change := Change{Kind: Changed, Place: "envelope", Label: h.label, Old: h.value, New: b.headers[i].value, OldLine: a.line, NewLine: b.line}
		if key := change.String(); !c.headers[key] { // all sets of an interchange share it
			c.headers[key] = true
			c.tell(change)
		}
	}
	c.nodes("", a.nodes, b.nodes)
}

// nodes compares what stands in one loop, or in the set itself.
func (c *comparison) nodes(place string, before, after []*node) {
	partner := pair(before, after)
	paired := map[*node]bool{}
	for i, n := range before {
		m := partner[i]
		if m == nil {
			c.tell(Change{Kind: Removed, Place: join(place, n.name), Reference: n.tag, Old: n.text, Beneath: n.beneath(), OldLine: n.line})
			continue
		}
		paired[m] = true
		c.node(join(place, n.name), n, m)
	}
	for _, m := range after {
		if !paired[m] {
			c.tell(Change{Kind: Added, Place: join(place, m.name), Reference: m.tag, New: m.text, Beneath: m.beneath(), NewLine: m.line})
		}
	}
}

func join(place, name string) string {
	if place == "" {
		return name
	}
	return place + ", " + name
}

// node compares a segment, value for value, and the loop it begins.
func (c *comparison) node(place string, a, b *node) {
	if a.hash == b.hash {
		return
	}
	i, k := 0, 0
	for i < len(a.values) || k < len(b.values) {
		var was, is value
		switch {
		case k == len(b.values) || i < len(a.values) && a.values[i].at.before(b.values[k].at):
			was = a.values[i]
			i++
		case i == len(a.values) || b.values[k].at.before(a.values[i].at):
			is = b.values[k]
			k++
		default:
			was, is = a.values[i], b.values[k]
			i, k = i+1, k+1
		}
		if was.means == is.means {
			continue
		}
		named := was
		if was.means == "" {
			named = is
		}
		c.tell(Change{
			Kind: Changed, Place: place, Label: named.label, Reference: a.tag + "-" + named.at.String(),
			Old: was.shown, New: is.shown, OldLine: a.line, NewLine: b.line,
		})
	}
	c.nodes(place, a.nodes, b.nodes)
}
