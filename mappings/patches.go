package mappings

import (
	"regexp"
	"sync"

	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/x12"
)

// Tables returns the tables that check a document of a release, such as
// "004010" or "D96A", under the syntax version of its interchange: those the
// terms name, else those of the release or the nearest there are, with what
// the partner does differently. exact is false where they are the nearest. The
// same tables are returned for the same arguments, so that a map is bound to
// them once.
func (d *DocumentTerms) Tables(release, syntax string) (g *grammar.Grammar, exact bool) {
	if d.Grammar != "" {
		release = d.Grammar
	}
	if d.Standard == StandardX12 {
		g, exact = x12.Grammar(release)
	} else {
		g, exact = edifact.Grammar(release, syntax)
	}
	if len(d.Patches) == 0 {
		return g, exact
	}
	if known, ok := d.patched.Load(g); ok {
		return known.(*grammar.Grammar), exact
	}
	own, err := g.Patch(d.Patches...)
	if err != nil {
		// They were tried on every release the terms can meet when they were
		// loaded; on one beyond, the partner is taken to do as all do.
		own = g
	}
	known, _ := d.patched.LoadOrStore(g, own)
	return known.(*grammar.Grammar), exact
}

const maxPatches = 200

var (
	patchSegment = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,2}$`)
	patchElement = regexp.MustCompile(`^[0-9A-Z]{1,4}$`)
	patchLoop    = regexp.MustCompile(`^(?:/|[A-Z][A-Z0-9]*(?:/[A-Z][A-Z0-9]*)*)$`)
)

// patches reads what a partner does differently from the release, for the set
// of d.
func (d *DocumentTerms) patches(n node) {
	list := n.elements()
	if len(list) > maxPatches {
		n.fail("has %d patches, and %d is the most", len(list), maxPatches)
		return
	}
	d.Patches, d.patched = nil, new(sync.Map)
	for _, e := range list {
		d.Patches = append(d.Patches, patch(e, d.Set))
	}
}

func patch(n node, set string) grammar.Patch {
	p := grammar.Patch{Set: set}
	count := func(to *int, low, high int64) func(node) {
		return func(n node) { *to = int(n.number(low, high)) }
	}
	n.fields(map[string]func(node){
		"name":      func(n node) { p.Name = n.text() },
		"loop":      func(n node) { p.Loop = n.matching(patchLoop, "a loop, such as PO1/SCH, or / for what is in none") },
		"segment":   func(n node) { p.Segment = n.matching(patchSegment, "a segment, such as REF") },
		"position":  count(&p.Position, 1, 9999),
		"element":   count(&p.Element, 1, 99),
		"component": count(&p.Component, 1, 99),
		"elementId": func(n node) {
			p.ElementID, p.Set = n.matching(patchElement, "the number of an element, such as 128"), ""
		},
		"require":   func(n node) { p.Require = n.flag() },
		"forbid":    func(n node) { p.Forbid = n.flag() },
		"optional":  func(n node) { p.Optional = n.flag() },
		"codes":     func(n node) { p.Codes = n.texts() },
		"addCodes":  func(n node) { p.AddCodes = n.texts() },
		"minLength": count(&p.Min, 1, 99_999),
		"maxLength": count(&p.Max, 1, 99_999),
		"limit":     count(&p.Limit, -1, 999_999),
	})
	return p
}

// checkPatches tries the patches on every release the terms can meet, so that
// none of them fails when a document comes.
func (d *DocumentTerms) checkPatches(n node) {
	var tried []*grammar.Grammar
	try := func(release, syntax string) {
		plain := DocumentTerms{Standard: d.Standard, Grammar: d.Grammar}
		g, _ := plain.Tables(release, syntax)
		if g.Set(d.Set) == nil {
			return
		}
		for _, known := range tried {
			if known == g {
				return
			}
		}
		tried = append(tried, g)
		if _, err := g.Patch(d.Patches...); err != nil {
			n.fail("on %s: %v", g.Release(), err)
		}
	}
	switch {
	case d.X12 != nil:
		try(d.X12.Release, "")
	case d.EDIFACT != nil:
		try(d.EDIFACT.Directory, d.EDIFACT.Syntax)
	case d.Release != "":
		try(d.Release, "3")
		try(d.Release, "4")
	default:
		try("003010", "3") // has tables of its own in X12
		for _, g := range grammars(d.Standard) {
			try(g.Release(), "3")
			try(g.Release(), "4")
		}
	}
	if len(tried) == 0 {
		n.fail("no release has a set %s to change", d.Set)
	}
}
