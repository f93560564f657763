package document

import (
	"slices"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/business"
	"github.com/crossdock/crossdock/edi/grammar"
)

// maxLevels bounds how many levels of HL or CPS are remembered, longestLevel
// the bytes of their numbers, which have twelve at most, and deepest how far one
// stands under another: who indents by it writes as much for each segment.
const maxLevels, longestLevel, deepest = 100_000, 12, 32

// places finds where the segments of a set stand, and what is wrong there.
type places struct {
	set     *grammar.Set
	exact   bool
	checker *grammar.Checker
	said    *business.Checker
	told    int            // findings of checker when the last of them were yielded
	heard   int            // findings of said that were yielded
	last    edi.Position   // of the last segment
	depths  []int          // by loop
	tree    int            // loop whose turns name their parents, HL or CPS; 0 if none
	levels  map[string]int // depth of each turn by its number
	level   int            // of the turn that is open
}

func newPlaces(set *grammar.Set, exact bool, o Options) *places {
	co := grammar.CheckOptions{Findings: o.Findings}
	if !exact {
		co.Codes = edi.Warning // another release may well have the code
	}
	p := &places{set: set, exact: exact, checker: set.NewChecker(co), said: business.New(set, business.Options{Findings: o.Findings}), depths: make([]int, len(set.Loops))}
	for i, l := range set.Loops {
		if i == 0 {
			continue
		}
		p.depths[i] = 1 + strings.Count(l.Path, "/")
		if id := set.Rows[l.First].Segment.ID; p.tree == 0 && (id == "HL" || id == "CPS") {
			p.tree = i
		}
	}
	return p
}

// reset begins a set of an interchange of that date.
func (p *places) reset(date string) {
	p.checker.Reset()
	p.said.Reset(date)
	p.told, p.heard, p.level = 0, 0, 0
	clear(p.levels)
}

// segment places a segment and says how deep it stands.
func (p *places) segment(seg *edi.Segment, inSet int) (row, depth int) {
	row = p.checker.Segment(seg, inSet)
	p.said.Segment(seg, inSet, row)
	p.last = seg.Position()
	if row < 0 {
		return row, 0
	}
	loop := p.set.Rows[row].Loop
	depth = p.depths[loop]
	if loop == p.tree && p.set.Trigger(row) {
		p.turn(seg)
	}
	if p.inTree(loop) {
		depth += p.level
	}
	if p.set.Trigger(row) {
		depth--
	}
	return row, depth
}

// turn begins a turn of the tree: its number and that of its parent are its
// first two elements in both standards.
func (p *places) turn(seg *edi.Segment) {
	p.level = 0
	if parent := string(seg.Element(2)); parent != "" {
		if above, ok := p.levels[parent]; ok {
			p.level = min(above+1, deepest)
		}
	}
	if p.levels == nil {
		p.levels = map[string]int{}
	}
	if own := seg.Element(1); len(p.levels) < maxLevels && len(own) <= longestLevel {
		p.levels[string(own)] = p.level
	}
}

func (p *places) inTree(loop int) bool {
	for ; loop > 0; loop = p.set.Loops[loop].Parent {
		if loop == p.tree {
			return true
		}
	}
	return false
}

// appendNews appends what the checker found about the segment at a position.
// It may have taken back what it told before, so that its findings are not
// counted but compared.
func (p *places) appendNews(dst []edi.Finding) []edi.Finding {
	at := p.last
	all := p.checker.Findings()
	first := len(all)
	for first > 0 && all[first-1].Offset == at.Offset && all[first-1].Segment == at.Segment {
		first--
	}
	p.told = len(all)
	said := p.said.Findings()
	dst = append(append(dst, all[first:]...), said[min(p.heard, len(said)):]...)
	p.heard = len(said)
	return dst
}

// finish ends the set and appends what was not told yet; all is everything
// found in it.
func (p *places) finish(dst []edi.Finding) (news, all []edi.Finding) {
	form := p.checker.Finish(p.last)
	sense := p.said.Finish()
	dst = append(append(dst, form[min(p.told, len(form)):]...), sense[min(p.heard, len(sense)):]...)
	return dst, slices.Concat(form, sense)
}
