package x12

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/crossdock/crossdock/edi/grammar"
)

//go:embed 004010.grammar
var text004010 string

//go:embed 005010.grammar
var text005010 string

// The releases that have tables, parsed when they are first asked for.
var (
	grammar004010 = sync.OnceValue(func() *grammar.Grammar { return mustParse(text004010) })
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

// Grammar is the grammar for a version as GS08 has it, such as 004010 or
// 004010VICS; not exact if it is that of the nearest release with tables:
// 004010 for all before 005010, else 005010.
func Grammar(version string) (g *grammar.Grammar, exact bool) {
	release := version[:min(len(version), 6)]
	if atLeast(version, "005010") {
		return grammar005010(), release == "005010"
	}
	return grammar004010(), release == "004010"
}
