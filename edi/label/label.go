// Package label has a word for each segment, element, composite and set of the
// releases that have tables: our own words, for people who look at a document.
//
// Words are short, in small letters, and name what stands there, not what the
// standard calls it; the codes that trade uses most have words too. They are
// for showing: nothing is decided by a label, and
// one may change. What has no label has the empty string; a test holds the
// tables to have one for everything the grammars know.
package label

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed x12.labels
var textX12 string

//go:embed edifact.labels
var textEDIFACT string

//go:embed x12.codes
var codesX12 string

//go:embed edifact.codes
var codesEDIFACT string

// Labels are the words of one standard. They never change and are safe for
// concurrent use.
type Labels struct {
	sets, segments, composites, elements map[string]string
	codes                                map[string]string // by element, a blank and the code
}

// The labels of each standard, read when they are first asked for.
var (
	x12Labels     = sync.OnceValue(func() *Labels { return parse(textX12, codesX12) })
	edifactLabels = sync.OnceValue(func() *Labels { return parse(textEDIFACT, codesEDIFACT) })
)

// X12 are the labels of ANSI ASC X12.
func X12() *Labels { return x12Labels() }

// EDIFACT are the labels of UN/EDIFACT.
func EDIFACT() *Labels { return edifactLabels() }

// Set is the label of a transaction set or message, such as 850 or ORDERS.
func (l *Labels) Set(id string) string { return l.sets[id] }

// Segment is the label of a segment, such as PO1.
func (l *Labels) Segment(id string) string { return l.segments[id] }

// Element is the label of an element or a composite by its id, such as 330 or
// C186.
func (l *Labels) Element(id string) string {
	if text, ok := l.elements[id]; ok {
		return text
	}
	return l.composites[id]
}

// Code is the label of a code of an element, such as ship to for ST of 98.
// Only those that documents of trade are full of have one.
func (l *Labels) Code(element, code string) string { return l.codes[element+" "+code] }

// parse reads sections, each named by a line of one word, of lines that are an
// id and its label; then lines that are an element, a code and its label.
func parse(text, codes string) *Labels {
	l := &Labels{
		sets: map[string]string{}, segments: map[string]string{}, composites: map[string]string{}, elements: map[string]string{},
		codes: map[string]string{},
	}
	sections := map[string]map[string]string{"sets": l.sets, "segments": l.segments, "composites": l.composites, "elements": l.elements}
	var section map[string]string
	for line := range strings.Lines(text) {
		id, label, found := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !found {
			section = sections[id]
			continue
		}
		section[id] = label
	}
	for line := range strings.Lines(codes) {
		element, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		code, label, _ := strings.Cut(rest, " ")
		l.codes[element+" "+code] = label
	}
	return l
}
