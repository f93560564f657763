package x12

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/internal/ascii"
)

//go:embed 004010.grammar
var text004010 string

//go:embed 005010.grammar
var text005010 string

// The releases that have tables, parsed when they are first asked for.
var (
	grammar004010 = sync.OnceValue(func() *grammar.Grammar { return mustParse(text004010) })
	before004010  = sync.OnceValue(func() *grammar.Grammar { return withShortDates(grammar004010()) })
	grammar005010 = sync.OnceValue(func() *grammar.Grammar { return mustParse(text005010) })
)

// mustParse parses what is embedded; a test parses it too.
func mustParse(texts ...string) *grammar.Grammar {
	g, err := grammar.Parse(texts...)
	if err != nil {
		panic(fmt.Sprintf("x12: an embedded grammar is broken: %v", err))
	}
	return g
}

// withShortDates is g with dates of six digits too: 004010 was the first
// release to write the century.
func withShortDates(g *grammar.Grammar) *grammar.Grammar {
	var patches []grammar.Patch
	for _, id := range g.Elements() {
		if e := g.Element(id); e.Type == grammar.TypeDT && e.Min > 6 {
			patches = append(patches, grammar.Patch{ElementID: id, Min: 6})
		}
	}
	early, err := g.Patch(patches...)
	if err != nil {
		panic(fmt.Sprintf("x12: %v", err))
	}
	return early
}

// Grammar is the grammar for a version as GS08 has it, such as 004010 or
// 004010VICS; not exact if it is that of the nearest release with tables:
// 004010 for all before 005010, else 005010. Before 004010 dates may have six
// digits, as they had then.
func Grammar(version string) (g *grammar.Grammar, exact bool) {
	release := version[:min(len(version), 6)]
	if atLeast(version, "005010") {
		return grammar005010(), release == "005010"
	}
	if !atLeast(version, "004010") && ascii.Digits(release) && len(release) == 6 {
		return before004010(), false
	}
	return grammar004010(), release == "004010"
}
