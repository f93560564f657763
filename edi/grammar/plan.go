package grammar

// plan is a segment compiled for checking.
type plan struct {
	def      *SegmentDef
	cells    []cell
	required uint64 // elements that must be there
	notes    []noteMask
	pairs    uint64     // first elements of those notes that pair neighbours
	others   []noteMask // those that do not
	bracket  bracket
}

// bracket says whether a segment is one of X12's pair around a loop.
type bracket uint8

const (
	noBracket bracket = iota
	opens             // LS
	closes            // LE
)

// cell is an element or component compiled for checking.
type cell struct {
	kind      kind
	named     bool // another component may name the list its codes are of
	min, max  int32
	repeat    int32 // 0 for no limit
	codes     *codeSet
	def       *ElementDef // nil for a composite
	composite *composite  // nil for a simple element
}

type composite struct {
	def      *CompositeDef
	cells    []cell
	required uint64
	notes    []noteMask
	agencies uint64 // components that name a code list
}

// kind is how a value is checked.
type kind uint8

const (
	kindText kind = iota
	kindCode
	kindWhole   // N
	kindDecimal // R
	kindNumeric // n
	kindDate
	kindTime
	kindAlpha
	kindBinary
	kindForbidden
	kindComposite
)

// noteMask is a note over a mask of what is present.
type noteMask struct {
	kind  NoteKind
	first uint64
	all   uint64
	note  *Note
}

// compilePlans compiles each segment that a row of the set has.
func (s *Set) compilePlans() {
	plans := map[*SegmentDef]*plan{}
	for _, r := range s.Rows {
		p := plans[r.Segment]
		if p == nil {
			p = &plan{def: r.Segment}
			p.cells, p.required = compileUses(r.Segment.Elements)
			p.notes = compileNotes(r.Segment.Notes)
			for _, m := range p.notes {
				if m.kind == NotePaired && m.all == m.first|m.first<<1 {
					p.pairs |= m.first
				} else {
					p.others = append(p.others, m)
				}
			}
			if s.grammar.standard == standardX12 {
				p.bracket = map[string]bracket{"LS": opens, "LE": closes}[r.Segment.ID]
			}
			plans[r.Segment] = p
		}
		s.plans = append(s.plans, p)
	}
}

func compileUses(uses []ElementUse) (cells []cell, required uint64) {
	cells = make([]cell, len(uses))
	for i, u := range uses {
		c := &cells[i]
		c.repeat = int32(u.Repeat)
		if u.Required {
			required |= 1 << i
		}
		if u.Forbidden {
			c.kind = kindForbidden
			continue
		}
		if u.Composite != nil {
			c.kind, c.composite = kindComposite, compileComposite(u.Composite)
			continue
		}
		c.def, c.min, c.max, c.kind = u.Element, int32(u.Element.Min), int32(u.Element.Max), kindOf(u.Element)
		if u.Element.Coded() {
			c.codes = u.Element.codeSet()
		}
	}
	return cells, required
}

func kindOf(e *ElementDef) kind {
	switch e.Type {
	case TypeR:
		return kindDecimal
	case TypeNumeric:
		return kindNumeric
	case TypeDT:
		return kindDate
	case TypeTM:
		return kindTime
	case TypeB:
		return kindBinary
	case TypeID, TypeAN, TypeAlpha, TypeAlphanumeric:
		switch {
		case e.Coded():
			return kindCode
		case e.Type == TypeAlpha:
			return kindAlpha
		}
		return kindText
	}
	return kindWhole
}

// EDIFACT names the list a code is of, and who keeps it, beside the code.
const (
	codeListElement   = "1131"
	codeAgencyElement = "3055"
)

func compileComposite(def *CompositeDef) *composite {
	c := &composite{def: def, notes: compileNotes(def.Notes)}
	c.cells, c.required = compileUses(def.Components)
	for i, u := range def.Components {
		if u.Element.ID == codeListElement || u.Element.ID == codeAgencyElement {
			c.agencies |= 1 << i
		}
	}
	for i, u := range def.Components {
		c.cells[i].named = c.agencies != 0 && u.Element.ID != codeAgencyElement
	}
	return c
}

func compileNotes(notes []Note) []noteMask {
	masks := make([]noteMask, len(notes))
	for i := range notes {
		m := &masks[i]
		m.kind, m.note = notes[i].Kind, &notes[i]
		for k, at := range notes[i].Positions {
			bit := uint64(1) << (at - 1)
			m.all |= bit
			if k == 0 {
				m.first = bit
			}
		}
	}
	return masks
}

// holds reports whether what is present satisfies the note.
func (m *noteMask) holds(present uint64) bool {
	p := present & m.all
	switch m.kind {
	case NotePaired:
		return p == 0 || p == m.all
	case NoteRequired:
		return p != 0
	case NoteExclusion:
		return p&(p-1) == 0
	case NoteConditional:
		return p&m.first == 0 || p == m.all
	case NoteList:
		return p != m.first
	case NoteOne:
		return p != 0 && p&(p-1) == 0
	case NoteNone:
		return p&m.first == 0 || p == m.first
	}
	return true
}
