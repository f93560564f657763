package mappings

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tailscale/hujson"
)

// LoadError is one fault of one file. Field is a path such as
// x12.theirs[0].id, empty when the file as a whole is meant.
type LoadError struct {
	File   string `json:"file"`
	Line   int    `json:"line"` // from 1
	Field  string `json:"field,omitempty"`
	Reason string `json:"reason"`
}

func (e *LoadError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason)
	}
	return fmt.Sprintf("%s:%d: %s: %s", e.File, e.Line, e.Field, e.Reason)
}

// Faults returns the faults that an error of Load joins, in their order.
func Faults(err error) []*LoadError {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*LoadError
		for _, one := range joined.Unwrap() {
			all = append(all, Faults(one)...)
		}
		return all
	}
	if fault := (*LoadError)(nil); errors.As(err, &fault) {
		return []*LoadError{fault}
	}
	return nil
}

// source is one file being decoded. Faults are gathered rather than returned,
// so that whoever edits a file sees all of them at once.
type source struct {
	name   string
	text   []byte
	faults []error
	known  func(field string) // if not nil, is told of every field a decoder asks for
	of     *source            // whose fault it is, if not its own
}

// maxFaults bounds what one broken file can say about itself.
const maxFaults = 20

func (s *source) fail(offset int, field, format string, args ...any) {
	to := s
	if s.of != nil {
		to = s.of
	}
	if len(to.faults) >= maxFaults {
		return
	}
	offset = min(max(offset, 0), len(s.text))
	to.faults = append(to.faults, &LoadError{
		File:   s.name,
		Line:   1 + bytes.Count(s.text[:offset], []byte("\n")),
		Field:  field,
		Reason: fmt.Sprintf(format, args...),
	})
}

func (s *source) err() error { return errors.Join(s.faults...) }

// node is a JSON value with its place. The reading methods record a fault and
// return a zero value when the JSON is not of the asked shape.
type node struct {
	src   *source
	field string
	value *hujson.Value
}

var hujsonLine = regexp.MustCompile(`line (\d+), column \d+: `)

// parse reads a file as JSON with comments. The second result is false when it
// is not, and the fault is recorded.
func parse(src *source) (node, bool) {
	value, err := hujson.Parse(src.text)
	if err != nil {
		line, reason := 1, strings.TrimPrefix(err.Error(), "hujson: ")
		if m := hujsonLine.FindStringSubmatch(reason); m != nil {
			line, _ = strconv.Atoi(m[1])
			reason = strings.Replace(reason, m[0], "", 1)
		}
		src.faults = append(src.faults, &LoadError{File: src.name, Line: line, Reason: "not JSON: " + reason})
		return node{}, false
	}
	return node{src: src, value: &value}, true
}

func (n node) fail(format string, args ...any) {
	n.src.fail(n.value.StartOffset, n.field, format, args...)
}

func (n node) kind() hujson.Kind { return n.value.Value.Kind() }

func (n node) join(key string) string {
	if n.field == "" {
		return key
	}
	return n.field + "." + key
}

// members calls each for every member in order, refusing repeated keys.
func (n node) members(each func(key string, value node)) {
	object, ok := n.value.Value.(*hujson.Object)
	if !ok {
		n.fail("must be an object, is %s", kindName(n.kind()))
		return
	}
	var seen []string
	for i := range object.Members {
		m := &object.Members[i]
		literal, _ := m.Name.Value.(hujson.Literal)
		key := textOf(literal)
		child := node{src: n.src, field: n.join(key), value: &m.Value}
		if slices.Contains(seen, key) {
			child.src.fail(m.Name.StartOffset, child.field, "stands twice")
			continue
		}
		seen = append(seen, key)
		each(key, child)
	}
}

// fields decodes an object whose keys are known; a key outside them is a
// fault, as is the lack of a required one.
func (n node) fields(known map[string]func(node), required ...string) {
	if n.src.known != nil {
		for key := range known {
			n.src.known(n.join(key))
		}
	}
	found := make(map[string]bool, len(known))
	n.members(func(key string, value node) {
		decode, ok := known[key]
		if !ok {
			value.src.fail(value.value.StartOffset, value.field, "unknown field")
			return
		}
		found[key] = true
		decode(value)
	})
	if n.kind() != '{' {
		return
	}
	for _, key := range required {
		if !found[key] {
			n.src.fail(n.value.StartOffset, n.join(key), "missing")
		}
	}
}

// elements returns the elements of an array; a single value stands for an
// array of one.
func (n node) elements() []node {
	array, ok := n.value.Value.(*hujson.Array)
	if !ok {
		return []node{n}
	}
	nodes := make([]node, len(array.Elements))
	for i := range array.Elements {
		nodes[i] = node{src: n.src, field: fmt.Sprintf("%s[%d]", n.field, i), value: &array.Elements[i]}
	}
	return nodes
}

// text reads a string that is not empty. A number is refused with the hint
// that matters: its leading zeros would be lost.
func (n node) text() string {
	switch n.kind() {
	case '"':
		s := textOf(n.value.Value.(hujson.Literal))
		if s == "" {
			n.fail("must not be empty")
		}
		return s
	case '0':
		n.fail("must be a string: put quotes around %s", n.value.Value.(hujson.Literal))
	default:
		n.fail("must be a string, is %s", kindName(n.kind()))
	}
	return ""
}

// textOf is the text of a string; most are spelled as they are.
func textOf(l hujson.Literal) string {
	if len(l) >= 2 && l[0] == '"' && plainPrefix(l[1:]) == len(l)-2 {
		return string(l[1 : len(l)-1])
	}
	return l.String()
}

func (n node) texts() []string {
	var list []string
	for _, e := range n.elements() {
		list = append(list, e.text())
	}
	return list
}

func (n node) matching(pattern *regexp.Regexp, what string) string {
	s := n.text()
	if s != "" && !pattern.MatchString(s) {
		n.fail("%q is not %s", s, what)
	}
	return s
}

func (n node) oneOf(choices ...string) string {
	s := n.text()
	if s != "" && !slices.Contains(choices, s) {
		n.fail("%q is none of %s", s, strings.Join(choices, ", "))
	}
	return s
}

// choice reads one of the values of a type.
func choice[T ~string](n node, values ...T) T {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return T(n.oneOf(words...))
}

// duration reads a time such as 90m, 36h or 3d.
func (n node) duration(low, high time.Duration) time.Duration {
	text := n.text()
	d, err := time.ParseDuration(text)
	if days, ok := strings.CutSuffix(text, "d"); ok {
		var count int
		count, err = strconv.Atoi(days)
		d = time.Duration(min(count, maxDays)) * 24 * time.Hour
	}
	if err != nil || d < low || d > high {
		n.fail("%q is not a time from %s to %s, such as 90m, 36h or 3d", text, low, high)
		return low
	}
	return d
}

// maxDays keeps a time in days from overflowing.
const maxDays = 100_000

// number reads a whole number, written as a JSON number or in quotes.
func (n node) number(low, high int64) int64 {
	var text string
	switch n.kind() {
	case '"':
		text = n.value.Value.(hujson.Literal).String()
	case '0':
		text = string(n.value.Value.(hujson.Literal))
	default:
		n.fail("must be a number, is %s", kindName(n.kind()))
		return low
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil || v < low || v > high {
		n.fail("%s is not a whole number from %d to %d", text, low, high)
		return low
	}
	return v
}

func (n node) flag() bool {
	switch n.kind() {
	case 't':
		return true
	case 'f':
		return false
	default:
		n.fail("must be true or false, is %s", kindName(n.kind()))
		return false
	}
}

func kindName(k hujson.Kind) string {
	switch k {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 'n':
		return "null"
	default:
		return "true or false"
	}
}
