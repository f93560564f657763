package mappings

import (
	"fmt"

	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/x12"
)

// grammars are those of a standard that have tables, the older first; of
// EDIFACT with the service segments of either version of the syntax.
func grammars(standard string) []*grammar.Grammar {
	var list []*grammar.Grammar
	switch standard {
	case "x12":
		for _, release := range []string{"004010", "005010"} {
			g, _ := x12.Grammar(release)
			list = append(list, g)
		}
	case "edifact":
		for _, of := range []struct{ directory, syntax string }{{"D96A", "3"}, {"D01B", "4"}} {
			g, _ := edifact.Grammar(of.directory, of.syntax)
			list = append(list, g)
		}
	}
	return list
}

// For binds the map to the grammar of a release: that of GS08 for X12, the
// directory of the message and the version of its syntax for EDIFACT. A release
// without tables, or one that does not have the set, takes those of the
// nearest; exact tells.
func (d *Document) For(release, syntax string) (b *Bound, exact bool, err error) {
	var g *grammar.Grammar
	if d.standard == "edifact" {
		g, exact = edifact.Grammar(release, syntax)
	} else {
		g, exact = x12.Grammar(release)
	}
	set := g.Set(d.set)
	for _, other := range grammars(d.standard) {
		if set == nil {
			set, exact = other.Set(d.set), false
		}
	}
	if set == nil {
		return nil, false, fmt.Errorf("bind %s: no release of %s has the set %s", d.name, d.standard, d.set)
	}
	b, err = d.Bind(set)
	return b, exact, err
}
