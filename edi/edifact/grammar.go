package edifact

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/crossdock/crossdock/edi/grammar"
)

//go:embed D96A.grammar
var textD96A string

//go:embed D01B.grammar
var textD01B string

//go:embed service3.grammar
var textService3 string

//go:embed service4.grammar
var textService4 string

// The directories that have tables, each with the service segments of each
// syntax version, parsed when they are first asked for.
var (
	d96aSyntax3 = sync.OnceValue(func() *grammar.Grammar { return mustParse(textD96A, textService3) })
	d96aSyntax4 = sync.OnceValue(func() *grammar.Grammar { return mustParse(textD96A, textService4) })
	d01bSyntax3 = sync.OnceValue(func() *grammar.Grammar { return mustParse(textD01B, textService3) })
	d01bSyntax4 = sync.OnceValue(func() *grammar.Grammar { return mustParse(textD01B, textService4) })
)

// mustParse parses what is embedded; a test parses it too.
func mustParse(texts ...string) *grammar.Grammar {
	g, err := grammar.Parse(texts...)
	if err == nil {
		g, err = g.Patch(eancom()...)
	}
	if err != nil {
		panic(fmt.Sprintf("edifact: an embedded grammar is broken: %v", err))
	}
	return g
}

// eancom is what EANCOM adds to the code lists of its directories and hardly a
// trading partner does without: the markings that announce an SSCC, a batch or
// a date. They are for all messages, for many that send them leave out the
// EAN005 or EAN008 of 0057, and end in a letter, so that no later directory
// means another thing by one.
func eancom() []grammar.Patch {
	return []grammar.Patch{{Name: "EANCOM", ElementID: "4233", AddCodes: []string{"33E", "36E", "38E", "39E"}}}
}

// Grammar is the grammar for a directory as UNH names it, version and release
// together (D96A), under the syntax version of the UNB. It is not exact if it
// is that of the nearest directory with tables: D01B from D99A on, else D96A.
// The service messages of the syntax, such as CONTRL, are in each, and so are
// the codes of EANCOM for the marking of packages.
func Grammar(directory, syntax string) (g *grammar.Grammar, exact bool) {
	directory = strings.ToUpper(directory)
	four := strings.HasPrefix(syntax, "4")
	if year, ok := directoryYear(directory); ok && year >= 1999 {
		if four {
			return d01bSyntax4(), directory == "D01B"
		}
		return d01bSyntax3(), directory == "D01B"
	}
	if four {
		return d96aSyntax4(), directory == "D96A"
	}
	return d96aSyntax3(), directory == "D96A"
}

// directoryYear is the year of a directory such as D96A or S93A.
func directoryYear(directory string) (int, bool) {
	if len(directory) < 3 || directory[1] < '0' || directory[1] > '9' || directory[2] < '0' || directory[2] > '9' {
		return 0, false
	}
	year := 1900 + int(directory[1]-'0')*10 + int(directory[2]-'0')
	if year < 1980 {
		year += 100
	}
	return year, true
}
