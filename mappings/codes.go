package mappings

import (
	"path"
	"regexp"
)

// codeTable turns the codes of one standard into our words.
type codeTable struct {
	standard string
	words    map[string]string
	keep     bool // codes without a word become "<standard>:CODE"; else they are refused
}

var wordPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// codeTables loads documents/codes/<standard>.jsonc.
func (l *loader) codeTables(src *source) {
	root, ok := parse(src)
	if !ok {
		return
	}
	if path.Ext(src.name) != ".jsonc" {
		root.fail("a table of codes ends in .jsonc")
	}
	standard := stem(src.name)
	tables := map[string]*codeTable{}
	root.members(func(name string, n node) {
		t := &codeTable{standard: standard, words: map[string]string{}}
		n.fields(map[string]func(node){
			"other": func(n node) { t.keep = n.oneOf("keep", "refuse") == "keep" },
			"words": func(n node) {
				n.members(func(code string, n node) {
					t.words[code] = n.matching(wordPattern, "a word of a-z, 0-9 and -")
				})
			},
		}, "other", "words")
		tables[name] = t
	})
	l.codes[standard], l.codesText[standard] = tables, src.text
}
