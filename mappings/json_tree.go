package mappings

import (
	"bytes"
	"encoding/json"
)

// jsonNode is a value of a JSON text: an object or an array with what is in
// it, or anything else.
type jsonNode struct {
	name        []byte // of a member of an object
	text        []byte
	first, next *jsonNode // what is in it; what follows in the same object or array
}

// jsonTree is a JSON text taken apart once. Its nodes stay for the next text.
type jsonTree struct {
	text   []byte
	chunks [][]jsonNode
	used   int
}

const (
	nodesInChunk = 256
	maxJSONDepth = 1000
)

// parse takes a text apart; nil if it is not JSON. Nodes of the text before
// are not valid any more, the text must stay.
func (t *jsonTree) parse(text []byte) *jsonNode {
	t.text, t.used = text, 0
	root := t.node(nil)
	end := t.value(root, t.blank(0), 0)
	if end < 0 || t.blank(end) != len(text) {
		return nil
	}
	return root
}

func (t *jsonTree) node(name []byte) *jsonNode {
	chunk, i := t.used/nodesInChunk, t.used%nodesInChunk
	if chunk == len(t.chunks) {
		t.chunks = append(t.chunks, make([]jsonNode, nodesInChunk))
	}
	t.used++
	n := &t.chunks[chunk][i]
	*n = jsonNode{name: name}
	return n
}

func (t *jsonTree) blank(i int) int {
	for i < len(t.text) && (t.text[i] == ' ' || t.text[i] == '\t' || t.text[i] == '\n' || t.text[i] == '\r') {
		i++
	}
	return i
}

// value takes the value at i apart and returns where it ends, -1 if it is none.
func (t *jsonTree) value(n *jsonNode, i, depth int) (end int) {
	if i >= len(t.text) || depth > maxJSONDepth {
		return -1
	}
	switch c := t.text[i]; c {
	case '{', '[':
		end = t.inside(n, i+1, depth+1, c == '{')
	case '"':
		end = t.quoted(i)
	default:
		end = i
		for end < len(t.text) && (t.text[end] > ',' || t.text[end] == '+') && t.text[end] != ']' && t.text[end] != '}' {
			end++
		}
		if !json.Valid(t.text[i:end]) {
			return -1
		}
	}
	if end > 0 {
		n.text = t.text[i:end:end]
	}
	return end
}

// inside takes apart what stands in an object or an array.
func (t *jsonTree) inside(n *jsonNode, i, depth int, object bool) (end int) {
	closing := byte(']')
	if object {
		closing = '}'
	}
	at := &n.first
	if i = t.blank(i); i < len(t.text) && t.text[i] == closing {
		return i + 1
	}
	for {
		var name []byte
		if object {
			if i >= len(t.text) || t.text[i] != '"' {
				return -1
			}
			end := t.quoted(i)
			if end < 0 {
				return -1
			}
			name, _ = unquote(t.text[i:end])
			if i = t.blank(end); i >= len(t.text) || t.text[i] != ':' {
				return -1
			}
			i = t.blank(i + 1)
		}
		item := t.node(name)
		*at, at = item, &item.next
		if i = t.value(item, i, depth); i < 0 {
			return -1
		}
		switch i = t.blank(i); {
		case i >= len(t.text):
			return -1
		case t.text[i] == closing:
			return i + 1
		case t.text[i] != ',':
			return -1
		}
		i = t.blank(i + 1)
	}
}

// quoted is where the string that begins at i ends, -1 if it is none.
func (t *jsonTree) quoted(i int) (end int) {
	from, escaped := i, false
	for i++; i < len(t.text); i++ {
		switch c := t.text[i]; {
		case c == '"':
			if escaped && !json.Valid(t.text[from:i+1]) {
				return -1
			}
			return i + 1
		case c == '\\':
			escaped = true
			i++
		case c < ' ':
			return -1
		}
	}
	return -1
}

// is reports whether a value begins with a byte: { [ or ".
func (n *jsonNode) is(kind byte) bool { return n != nil && len(n.text) > 0 && n.text[0] == kind }

// items is the first of an array's items, or an object's members; nil if the
// value is something else.
func (n *jsonNode) items(kind byte) *jsonNode {
	if !n.is(kind) {
		return nil
	}
	return n.first
}

// member is the value of a member, nil if there is none.
func (n *jsonNode) member(name string) *jsonNode {
	for m := n.items('{'); m != nil; m = m.next {
		if string(m.name) == name {
			return m
		}
	}
	return nil
}

// count is how many items an array has.
func (n *jsonNode) count() int {
	count := 0
	for item := n.items('['); item != nil; item = item.next {
		count++
	}
	return count
}

// string is the value of a string; false if the value is none.
func (n *jsonNode) string() ([]byte, bool) {
	if n == nil {
		return nil, false
	}
	return unquote(n.text)
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
