package grammar

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads the tables of one release. More than one text is read as if
// they were one; EDIFACT needs a directory and the service segments of a
// syntax version. Standard and release are those of the first.
//
// A text is lines of words. It begins with "grammar STANDARD RELEASE" and has
// sections, each named by a line of its own; a line that begins with # is a
// comment:
//
//	elements    98 ID 2 3                 id, type, shortest, longest
//	codes       98 ST SF BY               element, its codes
//	composites  C040 128! 127! 128 127 ; P0304
//	segments    N1 98! 93 66 67 706 98 ; R0203 P0304
//	sets        set 850                   then a line for each row
//	            20 BEG!                   position, segment
//	            ( SAC*25                  a loop: the last step of its path
//	            120 SAC!
//	            130 CUR
//	            )
//
// A ! says required, *25 at most 25 times, * without limit; the rest is once.
// Notes are X12's, or D1 to D7 with two digits a position.
func Parse(texts ...string) (*Grammar, error) {
	g := &Grammar{
		elements: map[string]*ElementDef{}, composites: map[string]*CompositeDef{},
		segments: map[string]*SegmentDef{}, sets: map[string]*Set{},
	}
	var pending []pendingRow
	for _, text := range texts {
		p := parser{g: g, pending: &pending}
		if err := p.parse(text); err != nil {
			return nil, fmt.Errorf("grammar %s %s, line %d: %w", p.standard, p.release, p.line, err)
		}
		if g.standard == "" {
			g.standard, g.release = p.standard, p.release
		}
		if p.standard != g.standard {
			return nil, fmt.Errorf("grammar %s %s does not go with %s", p.standard, p.release, g.standard)
		}
	}
	if g.standard == "" {
		return nil, fmt.Errorf("grammar: no text")
	}
	for _, p := range pending {
		def := g.segments[p.id]
		if def == nil {
			return nil, fmt.Errorf("grammar %s %s, set %s: no segment %q", g.standard, g.release, p.set.ID, p.id)
		}
		p.set.Rows[p.row].Segment = def
	}
	for _, s := range g.sets {
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("grammar %s %s: %w", g.standard, g.release, err)
		}
	}
	return g, nil
}

type parser struct {
	g                 *Grammar
	standard, release string
	line              int
	section           string
	set               *Set
	open              []int // loops
	pending           *[]pendingRow
}

// pendingRow is a row whose segment may be in a later text.
type pendingRow struct {
	set *Set
	row int
	id  string
}

func (p *parser) parse(text string) error {
	for rest := text; rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		rest = after
		p.line++
		if strings.TrimSpace(line) == "" || line[0] == '#' {
			continue
		}
		if err := p.take(line); err != nil {
			return err
		}
	}
	return p.endSet()
}

func (p *parser) take(line string) error {
	if p.standard == "" {
		words := strings.Fields(line)
		if len(words) != 3 || words[0] != "grammar" {
			return fmt.Errorf("want grammar, a standard and a release, got %q", line)
		}
		p.standard, p.release = words[1], words[2]
		return nil
	}
	switch line {
	case "elements", "codes", "composites", "segments", "sets":
		p.section = line
		return p.endSet()
	}
	switch p.section {
	case "elements":
		return p.element(line)
	case "codes":
		return p.codes(line)
	case "composites":
		return p.composite(line)
	case "segments":
		return p.segment(line)
	case "sets":
		return p.row(line)
	}
	return fmt.Errorf("%q stands before any section", line)
}

func (p *parser) element(line string) error {
	words := strings.Fields(line)
	if len(words) != 4 {
		return fmt.Errorf("element: want id, type, shortest and longest, got %q", line)
	}
	t, ok := parseType(words[1])
	if !ok {
		return fmt.Errorf("element %s: no type %q", words[0], words[1])
	}
	e := &ElementDef{ID: words[0], Type: t}
	var errMin, errMax error
	e.Min, errMin = strconv.Atoi(words[2])
	e.Max, errMax = strconv.Atoi(words[3])
	if errMin != nil || errMax != nil || e.Min < 0 || e.Max < max(1, e.Min) {
		return fmt.Errorf("element %s: no lengths %s to %s", e.ID, words[2], words[3])
	}
	if p.g.elements[e.ID] != nil {
		return fmt.Errorf("element %s is there twice", e.ID)
	}
	p.g.elements[e.ID] = e
	return nil
}

// codes keeps the list as it stands; it is compiled when it is first used.
func (p *parser) codes(line string) error {
	id, list, _ := strings.Cut(line, " ")
	e := p.g.elements[id]
	if e == nil {
		return fmt.Errorf("codes of element %q, which is not there", id)
	}
	if e.list != "" || strings.TrimSpace(list) == "" {
		return fmt.Errorf("codes of element %s: none, or there twice", id)
	}
	e.list = list
	return nil
}

func (p *parser) composite(line string) error {
	id, uses, notes, err := p.uses(line, false)
	if err != nil {
		return err
	}
	if p.g.composites[id] != nil || p.g.elements[id] != nil {
		return fmt.Errorf("composite %s is there twice", id)
	}
	p.g.composites[id] = &CompositeDef{ID: id, Components: uses, Notes: notes}
	return nil
}

func (p *parser) segment(line string) error {
	id, uses, notes, err := p.uses(line, true)
	if err != nil {
		return err
	}
	if packTag([]byte(id)) == 0 {
		return fmt.Errorf("segment %q: not two or three characters", id)
	}
	if p.g.segments[id] != nil {
		return fmt.Errorf("segment %s is there twice", id)
	}
	p.g.segments[id] = &SegmentDef{ID: id, Elements: uses, Notes: notes}
	return nil
}

// uses reads an id, elements or components, and notes.
func (p *parser) uses(line string, composites bool) (id string, uses []ElementUse, notes []Note, err error) {
	left, right, _ := strings.Cut(line, ";")
	words := strings.Fields(left)
	if len(words) == 0 || len(words)-1 > maxElements {
		return "", nil, nil, fmt.Errorf("want an id and at most %d elements, got %q", maxElements, line)
	}
	for _, w := range words[1:] {
		ref, required, limit, err := flags(w)
		if err != nil {
			return "", nil, nil, fmt.Errorf("%s: %w", words[0], err)
		}
		use := ElementUse{Required: required, Repeat: limit}
		if use.Element = p.g.elements[ref]; use.Element == nil && composites {
			use.Composite = p.g.composites[ref]
		}
		if use.Element == nil && use.Composite == nil {
			return "", nil, nil, fmt.Errorf("%s: no element %q", words[0], ref)
		}
		uses = append(uses, use)
	}
	for _, w := range strings.Fields(right) {
		n, err := ParseNote(w)
		if err != nil {
			return "", nil, nil, fmt.Errorf("%s: %w", words[0], err)
		}
		for _, at := range n.Positions {
			if at > len(uses) {
				return "", nil, nil, fmt.Errorf("%s: note %s names position %d of %d", words[0], w, at, len(uses))
			}
		}
		notes = append(notes, n)
	}
	return words[0], uses, notes, nil
}

// maxElements is what a presence mask has room for.
const maxElements = 64

// flags reads ID, ID!, ID*, ID*9 and ID!*9.
func flags(word string) (id string, required bool, limit int, err error) {
	limit = 1
	id, times, found := strings.Cut(word, "*")
	if found {
		limit = 0
		if times != "" {
			if limit, err = strconv.Atoi(times); err != nil || limit < 1 || limit > 1<<30 {
				return "", false, 0, fmt.Errorf("no limit %q in %q", times, word)
			}
		}
	}
	id, required = strings.CutSuffix(id, "!")
	return id, required, limit, nil
}

// ParseNote reads a note as the standards write it: P0304, D2:01,06 or D20106.
func ParseNote(text string) (Note, error) {
	kinds := []struct {
		prefix string
		kind   NoteKind
	}{
		{"P", NotePaired}, {"R", NoteRequired}, {"E", NoteExclusion}, {"C", NoteConditional}, {"L", NoteList},
		{"D1", NoteOne}, {"D2", NotePaired}, {"D3", NoteRequired}, {"D4", NoteExclusion},
		{"D5", NoteConditional}, {"D6", NoteList}, {"D7", NoteNone},
	}
	for _, k := range kinds {
		digits, ok := strings.CutPrefix(text, k.prefix)
		if !ok {
			continue
		}
		n := Note{Kind: k.kind}
		for ; len(digits) >= 2; digits = digits[2:] {
			if n.Positions != nil && digits[0] == ',' || n.Positions == nil && digits[0] == ':' {
				digits = digits[1:]
			}
			at, err := strconv.ParseUint(digits[:min(2, len(digits))], 10, 8)
			if err != nil || len(digits) < 2 || at < 1 || at > maxElements {
				return Note{}, fmt.Errorf("no note %q", text)
			}
			n.Positions = append(n.Positions, int(at))
		}
		if len(n.Positions) < 2 || digits != "" {
			break
		}
		return n, nil
	}
	return Note{}, fmt.Errorf("no note %q", text)
}

// row reads a line of a set.
func (p *parser) row(line string) error {
	words := strings.Fields(line)
	if words[0] == "set" && len(words) == 2 {
		if err := p.endSet(); err != nil {
			return err
		}
		if p.g.sets[words[1]] != nil {
			return fmt.Errorf("set %s is there twice", words[1])
		}
		p.set = &Set{ID: words[1], grammar: p.g, Loops: []Loop{{Parent: -1, Required: true, Max: 1}}}
		p.open = append(p.open[:0], 0)
		return nil
	}
	if p.set == nil {
		return fmt.Errorf("%q stands before any set", line)
	}
	switch {
	case words[0] == ")" && len(words) == 1 && len(p.open) > 1:
		return p.closeLoop()
	case words[0] == "(" && len(words) == 2:
		return p.openLoop(words[1])
	case len(words) == 2:
		return p.addRow(words[0], words[1])
	}
	return fmt.Errorf("set %s: %q is no row", p.set.ID, line)
}

func (p *parser) openLoop(word string) error {
	step, required, limit, err := flags(word)
	if err != nil {
		return err
	}
	s, parent := p.set, p.open[len(p.open)-1]
	path := step
	if parent > 0 {
		path = s.Loops[parent].Path + "/" + step
	}
	p.open = append(p.open, len(s.Loops))
	s.Loops = append(s.Loops, Loop{Path: path, Parent: parent, First: len(s.Rows), Last: -1, Required: required, Max: limit})
	return nil
}

func (p *parser) closeLoop() error {
	l := &p.set.Loops[p.open[len(p.open)-1]]
	l.Last = len(p.set.Rows) - 1
	if l.Last < l.First || p.set.Rows[l.First].Loop != p.open[len(p.open)-1] {
		return fmt.Errorf("set %s: loop %s does not begin with a segment", p.set.ID, l.Path)
	}
	if r := p.set.Rows[l.First]; !r.Required || r.Max != 1 {
		return fmt.Errorf("set %s: the trigger of loop %s is not required once", p.set.ID, l.Path)
	}
	p.open = p.open[:len(p.open)-1]
	return nil
}

func (p *parser) addRow(position, word string) error {
	s := p.set
	at, err := strconv.Atoi(position)
	if err != nil || at < 1 || len(s.Rows) > 0 && at <= s.Rows[len(s.Rows)-1].Position {
		return fmt.Errorf("set %s: position %q does not rise", s.ID, position)
	}
	id, required, limit, err := flags(word)
	if err != nil {
		return err
	}
	*p.pending = append(*p.pending, pendingRow{s, len(s.Rows), id})
	s.Rows = append(s.Rows, Row{Position: at, Required: required, Max: limit, Loop: p.open[len(p.open)-1]})
	return nil
}

// endSet keeps the set that was being read.
func (p *parser) endSet() error {
	if p.set == nil {
		return nil
	}
	if len(p.open) != 1 {
		return fmt.Errorf("set %s: a loop is not closed", p.set.ID)
	}
	last := len(p.set.Rows) - 1
	if last < 1 {
		return fmt.Errorf("set %s has no header and trailer", p.set.ID)
	}
	for _, i := range []int{0, last} {
		if !p.set.Rows[i].Required || p.set.Rows[i].Max != 1 || p.set.Rows[i].Loop != 0 {
			return fmt.Errorf("set %s: the first or the last row is not required once, outside of loops", p.set.ID)
		}
	}
	p.set.Loops[0].Last = last
	p.g.sets[p.set.ID] = p.set
	p.set = nil
	return nil
}
