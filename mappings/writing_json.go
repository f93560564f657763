package mappings

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/crossdock/crossdock/edi"
)

// jsonMember is a member of an object: its name and the text of its value.
type jsonMember struct {
	name  string
	value []byte
}

// object splits the text of a valid JSON object; nil if it is something else.
func object(text []byte) []jsonMember {
	var list []jsonMember
	text = bytes.TrimSpace(text)
	if len(text) == 0 || text[0] != '{' {
		return nil
	}
	for i := skipBlank(text, 1); text[i] != '}'; {
		end := endOf(text, i)
		name, _ := unquote(text[i:end])
		i = skipBlank(text, skipBlank(text, end)+1) // past the colon
		end = endOf(text, i)
		list = append(list, jsonMember{string(name), text[i:end]})
		if i = skipBlank(text, end); text[i] == ',' {
			i = skipBlank(text, i+1)
		}
	}
	return list
}

// elements splits the text of a valid JSON array; nil if it is something else.
func elements(text []byte) [][]byte {
	var list [][]byte
	text = bytes.TrimSpace(text)
	if len(text) == 0 || text[0] != '[' {
		return nil
	}
	for i := skipBlank(text, 1); text[i] != ']'; {
		end := endOf(text, i)
		list = append(list, text[i:end])
		if i = skipBlank(text, end); text[i] == ',' {
			i = skipBlank(text, i+1)
		}
	}
	return list
}

func skipBlank(text []byte, i int) int {
	for text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r' {
		i++
	}
	return i
}

// endOf is where the value that begins at i ends.
func endOf(text []byte, i int) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i // of a number or a word before it
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}

// unquote is the value of a JSON string; false if the text is none.
func unquote(text []byte) ([]byte, bool) {
	if len(text) < 2 || text[0] != '"' {
		return nil, false
	}
	if bytes.IndexByte(text, '\\') < 0 {
		return text[1 : len(text)-1], true
	}
	var s string
	if json.Unmarshal(text, &s) != nil {
		return nil, false
	}
	return []byte(s), true
}

func member(list []jsonMember, name string) []byte {
	for _, m := range list {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// compare tells where a document differs from what was read back. What is
// known to be left out is passed over.
func (w *Writing) compare(want, got []byte) {
	if slices.Contains(w.lost, w.where()) && len(w.path) > 0 {
		return
	}
	switch {
	case len(want) > 2 && want[0] == '[' && len(got) == 0: // of a list of which all is left out nothing comes back
		w.compareLists(elements(want), nil)
	case len(want) == 0 || len(got) == 0:
		w.fail(CodeFieldChanged, "does not read back from what is written")
	case want[0] == '{' && got[0] == '{':
		w.compareObjects(object(want), object(got))
	case want[0] == '[' && got[0] == '[':
		w.compareLists(elements(want), elements(got))
	case want[0] == '"' && got[0] == '"':
		a, _ := unquote(want)
		b, _ := unquote(got)
		if !bytes.Equal(a, b) {
			w.fail(CodeFieldChanged, "reads back otherwise from what is written")
		}
	case !bytes.Equal(want, got):
		w.fail(CodeFieldChanged, "reads back otherwise from what is written")
	}
}

func (w *Writing) compareObjects(want, got []jsonMember) {
	for _, m := range want {
		w.path = append(w.path, pathStep{m.name, -1})
		w.compare(m.value, member(got, m.name))
		w.path = w.path[:len(w.path)-1]
	}
	for _, m := range got {
		if member(want, m.name) == nil {
			w.path = append(w.path, pathStep{m.name, -1})
			w.fail(CodeFieldChanged, "is not in the document, and reads back from what is written")
			w.path = w.path[:len(w.path)-1]
		}
	}
}

func (w *Writing) compareLists(want, got [][]byte) {
	step := &w.path[len(w.path)-1]
	kept := want[:0:0]
	var index []int
	for i, item := range want {
		step.index = i
		if !slices.Contains(w.lost, w.where()) {
			kept, index = append(kept, item), append(index, i)
		}
	}
	step.index = -1
	if len(kept) == len(got) && w.reordered(kept, got) {
		w.tell(edi.Finding{Code: CodeFieldChanged, Severity: edi.Note, Message: w.where() + ": is written in another order"})
		return
	}
	for i, item := range kept {
		w.path[len(w.path)-1].index = index[i]
		if i >= len(got) {
			w.compare(item, nil)
		} else {
			w.compare(item, got[i])
		}
	}
	w.path[len(w.path)-1].index = -1
	if len(got) > len(kept) {
		w.fail(CodeFieldChanged, "has more items when it is read back from what is written")
	}
}

// reordered reports whether two lists hold the same items in another order.
func (w *Writing) reordered(want, got [][]byte) bool {
	same := true
	texts := func(list [][]byte) []string {
		out := make([]string, len(list))
		for i, item := range list {
			var b bytes.Buffer
			if json.Compact(&b, item) != nil {
				return nil
			}
			out[i] = b.String()
		}
		return out
	}
	a, b := texts(want), texts(got)
	for i := range a {
		same = same && a[i] == b[i]
	}
	if same {
		return false
	}
	slices.SortFunc(a, strings.Compare)
	slices.SortFunc(b, strings.Compare)
	return slices.Equal(a, b)
}
