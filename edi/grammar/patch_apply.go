package grammar

import (
	"fmt"
	"slices"
	"strings"
)

// apply changes g in place.
func (g *Grammar) apply(p Patch) error {
	if err := p.check(); err != nil {
		return err
	}
	switch {
	case p.ElementID != "":
		return g.patchElement(p)
	case p.Set == "":
		def := g.segments[p.Segment]
		if def == nil {
			return fmt.Errorf("no segment %q", p.Segment)
		}
		// Rows patched before have a segment of their own.
		for _, s := range g.sets {
			for _, r := range s.Rows {
				if r.Segment.ID == p.Segment && r.Segment != def {
					if err := p.use(r.Segment); err != nil {
						return err
					}
				}
			}
		}
		return p.use(def)
	}
	s := g.sets[p.Set]
	if s == nil {
		return fmt.Errorf("no set %q", p.Set)
	}
	return s.patch(p)
}

// topLevel is the loop path of what is in no loop.
const topLevel = "/"

// patch changes the rows or the loop that p names.
func (s *Set) patch(p Patch) error {
	if p.Segment == "" {
		for i := range s.Loops {
			if s.Loops[i].Path == p.Loop {
				p.row(s, s.Loops[i].First)
				return nil
			}
		}
		return fmt.Errorf("set %s has no loop %q", s.ID, p.Loop)
	}
	found := 0
	for i := range s.Rows {
		if !s.matches(i, p) {
			continue
		}
		found++
		if p.Element == 0 {
			p.row(s, i)
			continue
		}
		r := &s.Rows[i]
		r.Segment = r.Segment.clone()
		if err := p.use(r.Segment); err != nil {
			return err
		}
	}
	if found == 0 {
		return fmt.Errorf("set %s has no segment %s there", s.ID, p.Segment)
	}
	return nil
}

// matches reports whether p names the row.
func (s *Set) matches(row int, p Patch) bool {
	r := s.Rows[row]
	path := s.Loops[r.Loop].Path
	return r.Segment.ID == p.Segment && (p.Position == 0 || p.Position == r.Position) &&
		(p.Loop == "" || p.Loop == path || p.Loop == topLevel && path == "")
}

// row changes a row, or the loop it is the trigger of.
func (p Patch) row(s *Set, row int) {
	r := &s.Rows[row]
	required, limit := &r.Required, &r.Max
	if s.Trigger(row) {
		required, limit = &s.Loops[r.Loop].Required, &s.Loops[r.Loop].Max
	}
	switch {
	case p.Require:
		*required, r.Forbidden = true, false
	case p.Optional:
		*required, r.Forbidden = false, false
	case p.Forbid:
		*required, r.Forbidden = false, true
	}
	p.limit(limit)
}

func (p Patch) limit(limit *int) {
	switch {
	case p.Limit > 0:
		*limit = p.Limit
	case p.Limit < 0:
		*limit = 0
	}
}

// use changes an element of def, or a component of it.
func (p Patch) use(def *SegmentDef) error {
	if p.Element > len(def.Elements) {
		return fmt.Errorf("%s has %d elements", def.ID, len(def.Elements))
	}
	u := &def.Elements[p.Element-1]
	if p.Component > 0 {
		if u.Composite == nil || p.Component > len(u.Composite.Components) {
			return fmt.Errorf("%s-%02d has no component %d", def.ID, p.Element, p.Component)
		}
		u.Composite = u.Composite.clone()
		u = &u.Composite.Components[p.Component-1]
	}
	switch {
	case p.Require:
		u.Required, u.Forbidden = true, false
	case p.Optional:
		u.Required, u.Forbidden = false, false
	case p.Forbid:
		u.Required, u.Forbidden = false, true
	}
	p.limit(&u.Repeat)
	if len(p.Codes)+len(p.AddCodes) == 0 && p.Min == 0 && p.Max == 0 {
		return nil
	}
	if u.Composite != nil {
		return fmt.Errorf("%s-%02d is a composite: name the component", def.ID, p.Element)
	}
	e, err := p.element(u.Element)
	if err != nil {
		return err
	}
	u.Element = e
	return nil
}

// element is e with other codes or lengths.
func (p Patch) element(e *ElementDef) (*ElementDef, error) {
	own := &ElementDef{ID: e.ID, Type: e.Type, Min: e.Min, Max: e.Max, list: e.list}
	if p.Min > 0 {
		own.Min = p.Min
	}
	if p.Max > 0 {
		own.Max = p.Max
	}
	if own.Min > own.Max {
		return nil, fmt.Errorf("element %s would have %d to %d characters", e.ID, own.Min, own.Max)
	}
	for _, code := range slices.Concat(p.Codes, p.AddCodes) {
		if code == "" || strings.ContainsAny(code, " \t\r\n") {
			return nil, fmt.Errorf("%q is no code", code)
		}
	}
	if len(p.Codes) > 0 {
		for _, code := range p.Codes {
			if e.Coded() && !e.HasCode(code) && !slices.Contains(p.AddCodes, code) {
				return nil, fmt.Errorf("element %s has no code %q to narrow to: add it too", e.ID, code)
			}
		}
		own.list = strings.Join(p.Codes, " ")
	}
	if len(p.AddCodes) > 0 && (e.Coded() || len(p.Codes) > 0) {
		own.list += " " + strings.Join(p.AddCodes, " ")
	}
	return own, nil
}

// patchElement changes an element wherever it stands.
func (g *Grammar) patchElement(p Patch) error {
	if g.elements[p.ElementID] == nil {
		return fmt.Errorf("no element %q", p.ElementID)
	}
	changed := map[*ElementDef]*ElementDef{} // places patched before may have others
	change := func(uses []ElementUse) error {
		for i := range uses {
			u := &uses[i]
			if u.Element == nil || u.Element.ID != p.ElementID {
				continue
			}
			if changed[u.Element] == nil {
				own, err := p.element(u.Element)
				if err != nil {
					return err
				}
				changed[u.Element] = own
				changed[own] = own
			}
			u.Element = changed[u.Element]
		}
		return nil
	}
	was := g.elements[p.ElementID]
	for _, def := range g.composites {
		if err := change(def.Components); err != nil {
			return err
		}
	}
	segment := func(def *SegmentDef) error {
		for _, u := range def.Elements {
			if u.Composite != nil {
				if err := change(u.Composite.Components); err != nil {
					return err
				}
			}
		}
		return change(def.Elements)
	}
	for _, def := range g.segments {
		if err := segment(def); err != nil {
			return err
		}
	}
	for _, s := range g.sets {
		for _, r := range s.Rows {
			if err := segment(r.Segment); err != nil {
				return err
			}
		}
	}
	if changed[was] != nil {
		g.elements[p.ElementID] = changed[was]
	}
	return nil
}
