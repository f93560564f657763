package mappings

import (
	"path"
	"regexp"
	"strings"
)

// codeTable turns the codes of one standard into our words and back.
type codeTable struct {
	standard string
	words    map[string]string // by code
	numbers  tagTable          // of the codes, for the words as JSON
	quoted   [][]byte
	codes    map[string]string // by word: the one written
	other    string            // what becomes of a code without a word
}

// What becomes of a code that its table has no word for.
const (
	otherKeep   = "keep"   // it is written <standard>:CODE
	otherRefuse = "refuse" // it is a fault
	otherSame   = "same"   // it is written as it is
)

var (
	wordPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
	samePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,39}$`)
)

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
	root.members(func(name string, n node) { tables[name] = n.codeTable(standard) })
	l.codes[standard], l.codesText[standard] = tables, src.text
}

func (n node) codeTable(standard string) *codeTable {
	t := &codeTable{standard: standard, words: map[string]string{}, codes: map[string]string{}}
	several := map[string]node{} // words that more than one code has
	var words, write node
	n.fields(map[string]func(node){
		"other": func(n node) { t.other = n.oneOf(otherKeep, otherRefuse, otherSame) },
		"words": func(n node) { words = n },
		"write": func(n node) { write = n },
	}, "other", "words")
	pattern, what := wordPattern, "a word of a-z, 0-9 and -"
	if t.other == otherSame {
		pattern, what = samePattern, "a code of letters, digits and -"
	}
	if words.value == nil {
		return t
	}
	t.quoted = [][]byte{nil}
	words.members(func(code string, n node) {
		word := n.matching(pattern, what)
		if _, ok := t.codes[word]; ok {
			several[word] = n
		}
		t.words[code], t.codes[word] = word, code
		if key := keyOf([]byte(code)); key != 0 {
			t.numbers.add(key)
			t.quoted = append(t.quoted, []byte(`"`+word+`"`))
		}
	})
	if write.value != nil {
		write.members(func(word string, n node) {
			code := n.text()
			if t.words[code] != word {
				n.fail("%q is not a code of %q", code, word)
			}
			t.codes[word] = code
			delete(several, word)
		})
	}
	for word, n := range several {
		n.fail("several codes are %q: \"write\" says which of them is written", word)
	}
	return t
}

// transform makes the table's own transform.
func (t *codeTable) transform() *transform {
	return &transform{name: "code", read: t.read, write: t.write, table: t}
}

func (t *codeTable) read(dst, value, _ []byte) ([]byte, fault) {
	if key := keyOf(value); key != 0 {
		if n := t.numbers.find(key); n > 0 {
			return append(dst, t.quoted[n]...), fine
		}
	}
	if word, ok := t.words[string(value)]; ok {
		dst = append(dst, '"')
		dst = append(dst, word...)
		return append(dst, '"'), fine
	}
	if t.other == otherRefuse {
		return dst, codeRefused
	}
	if !looksLikeCode(value) {
		return dst, notACode
	}
	if t.other == otherSame {
		return appendString(dst, value), fine
	}
	dst = append(dst, '"')
	dst = append(dst, t.standard...)
	dst = append(dst, ':')
	quote := len(dst)
	dst = appendString(dst, value)
	dst = append(dst[:quote], dst[quote+1:]...)
	return dst, fine
}

func (t *codeTable) write(dst, value []byte, _ *slotInfo) ([]byte, string) {
	if code, ok := t.codes[string(value)]; ok {
		return append(dst, code...), ""
	}
	code := value
	switch t.other {
	case otherRefuse:
		return dst, "is not a word this document is written with"
	case otherKeep:
		own, ok := strings.CutPrefix(string(value), t.standard+":")
		if !ok {
			return dst, "has no code in " + t.standard
		}
		code = []byte(own)
	}
	if _, taken := t.words[string(code)]; taken || !looksLikeCode(code) {
		return dst, "is not how this code is written"
	}
	return append(dst, code...), ""
}

// maxCode is well above the longest coded element of either standard.
const maxCode = 20

func looksLikeCode(value []byte) bool {
	for _, c := range value {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(value) > 0 && len(value) <= maxCode
}
