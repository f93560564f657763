package grammar

import (
	"fmt"
	"maps"
	"slices"
)

// Patch is one thing a partner does differently from the release, as data. Of
// the fields that say where, those that are set narrow the place:
//
//   - ElementID: an element wherever it stands. It goes alone.
//   - Segment with Element (and Component): an element or component of a
//     segment; only in one set if Set is there, in one loop with Loop, in one
//     row with Position.
//   - Set with Segment (and Loop, Position): rows of the set.
//   - Set with Loop alone: the loop.
//
// A Patch of a row that is the trigger of its loop is one of the loop.
type Patch struct {
	Name string `json:"name,omitempty"` // what errors call it

	Set       string `json:"set,omitempty"`       // such as 850
	Loop      string `json:"loop,omitempty"`      // path, such as PO1/SCH; / for what is in no loop
	Segment   string `json:"segment,omitempty"`   // such as REF
	Position  int    `json:"position,omitempty"`  // Row.Position, where a loop has a segment twice
	Element   int    `json:"element,omitempty"`   // from 1
	Component int    `json:"component,omitempty"` // from 1
	ElementID string `json:"elementId,omitempty"` // such as 128

	Require  bool     `json:"require,omitempty"`
	Forbid   bool     `json:"forbid,omitempty"`
	Optional bool     `json:"optional,omitempty"`  // no longer mandatory
	Codes    []string `json:"codes,omitempty"`     // only these of the list
	AddCodes []string `json:"addCodes,omitempty"`  // to the list
	Min      int      `json:"minLength,omitempty"` // characters
	Max      int      `json:"maxLength,omitempty"` // characters
	Limit    int      `json:"limit,omitempty"`     // most uses, repetitions or instances; -1 for no limit
}

// Patch is g with what a partner does differently, in order. g stays as it is.
func (g *Grammar) Patch(patches ...Patch) (*Grammar, error) {
	if len(patches) == 0 {
		return g, nil
	}
	c := g.clone()
	for i, p := range patches {
		if err := c.apply(p); err != nil {
			name := p.Name
			if name == "" {
				name = fmt.Sprint(i + 1)
			}
			return nil, fmt.Errorf("patch %s: %w", name, err)
		}
	}
	for _, s := range c.sets {
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("patched grammar: %w", err)
		}
	}
	return c, nil
}

// clone copies what a Patch may change in place: all but the elements.
func (g *Grammar) clone() *Grammar {
	c := &Grammar{
		standard: g.standard, release: g.release, elements: maps.Clone(g.elements),
		composites: map[string]*CompositeDef{}, segments: map[string]*SegmentDef{}, sets: map[string]*Set{},
	}
	for id, def := range g.composites {
		c.composites[id] = def.clone()
	}
	segments := map[*SegmentDef]*SegmentDef{}
	segment := func(def *SegmentDef) *SegmentDef {
		if segments[def] == nil {
			own := def.clone()
			for i, u := range own.Elements {
				if u.Composite == nil {
					continue
				}
				own.Elements[i].Composite = c.composites[u.Composite.ID]
				if u.Composite != g.composites[u.Composite.ID] { // of its own since an earlier Patch
					own.Elements[i].Composite = u.Composite.clone()
				}
			}
			segments[def] = own
		}
		return segments[def]
	}
	for id, def := range g.segments {
		c.segments[id] = segment(def)
	}
	for id, s := range g.sets {
		own := &Set{ID: s.ID, grammar: c, Rows: slices.Clone(s.Rows), Loops: slices.Clone(s.Loops)}
		for i := range own.Rows {
			own.Rows[i].Segment = segment(own.Rows[i].Segment)
		}
		c.sets[id] = own
	}
	return c
}

func (d *SegmentDef) clone() *SegmentDef {
	return &SegmentDef{ID: d.ID, Elements: slices.Clone(d.Elements), Notes: d.Notes}
}

func (d *CompositeDef) clone() *CompositeDef {
	return &CompositeDef{ID: d.ID, Components: slices.Clone(d.Components), Notes: d.Notes}
}

// check reports what a Patch can not mean.
func (p Patch) check() error {
	place := p.Set != "" || p.Loop != "" || p.Segment != "" || p.Position != 0 || p.Element != 0 || p.Component != 0
	values := len(p.Codes)+len(p.AddCodes) > 0 || p.Min != 0 || p.Max != 0
	uses := p.Require || p.Forbid || p.Optional || p.Limit != 0
	switch {
	case p.ElementID != "" && place:
		return fmt.Errorf("elementId goes without a place")
	case p.ElementID == "" && p.Segment == "" && (p.Set == "" || p.Loop == "" || p.Loop == topLevel):
		return fmt.Errorf("no place")
	case p.ElementID == "" && p.Set == "" && (p.Element == 0 || p.Loop != "" || p.Position != 0):
		return fmt.Errorf("a row or a loop needs its set, a segment in any set its element")
	case p.Component != 0 && p.Element == 0 || p.Element != 0 && p.Segment == "":
		return fmt.Errorf("a component needs its element, an element its segment")
	case !values && !uses:
		return fmt.Errorf("it changes nothing")
	case values && p.ElementID == "" && p.Element == 0:
		return fmt.Errorf("codes and lengths are those of elements")
	case uses && p.ElementID != "":
		return fmt.Errorf("an element is required, optional, forbidden or limited at a place")
	case p.Require && p.Forbid || p.Require && p.Optional || p.Forbid && p.Optional:
		return fmt.Errorf("require, optional and forbid exclude each other")
	case p.Min < 0 || p.Max < 0 || p.Limit < -1 || p.Element < 0 || p.Component < 0 || p.Position < 0:
		return fmt.Errorf("a number is negative")
	}
	return nil
}
