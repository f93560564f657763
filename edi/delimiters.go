package edi

import (
	"encoding/json"
	"fmt"

	"github.com/crossdock/crossdock/edi/internal/ascii"
)

// Delimiters are the service characters of an interchange; 0 stands for none.
// In JSON each is a one-character string, bytes above 0x7F being the
// characters U+0080 to U+00FF, and what is 0 is left out.
type Delimiters struct {
	Element    byte // between elements
	Component  byte // between components of a composite element
	Repetition byte // between repetitions of an element
	Segment    byte // ends a segment
	Release    byte // takes the meaning from the byte after it; X12 has none
	Decimal    byte // decimal mark; 0 means a point
}

type delimitersJSON struct {
	Element    string `json:"element,omitempty"`
	Component  string `json:"component,omitempty"`
	Repetition string `json:"repetition,omitempty"`
	Segment    string `json:"segment,omitempty"`
	Release    string `json:"release,omitempty"`
	Decimal    string `json:"decimal,omitempty"`
}

// MarshalJSON implements [json.Marshaler].
func (d Delimiters) MarshalJSON() ([]byte, error) {
	text := func(b byte) string {
		if b == 0 {
			return ""
		}
		return string(rune(b))
	}
	return json.Marshal(delimitersJSON{
		text(d.Element), text(d.Component), text(d.Repetition),
		text(d.Segment), text(d.Release), text(d.Decimal),
	})
}

// UnmarshalJSON implements [json.Unmarshaler].
func (d *Delimiters) UnmarshalJSON(data []byte) error {
	var j delimitersJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	var out Delimiters
	for _, f := range []struct {
		name string
		from string
		to   *byte
	}{
		{"element", j.Element, &out.Element}, {"component", j.Component, &out.Component},
		{"repetition", j.Repetition, &out.Repetition}, {"segment", j.Segment, &out.Segment},
		{"release", j.Release, &out.Release}, {"decimal", j.Decimal, &out.Decimal},
	} {
		if f.from == "" {
			continue
		}
		runes := []rune(f.from)
		if len(runes) != 1 || runes[0] > 0xFF {
			return fmt.Errorf("delimiter %s: want one character up to U+00FF, got %q", f.name, f.from)
		}
		*f.to = byte(runes[0])
	}
	*d = out
	return nil
}

// Has reports whether b is a delimiter or the release character. The decimal
// mark is not one: values may hold it.
func (d Delimiters) Has(b byte) bool {
	return b != 0 && (b == d.Element || b == d.Component || b == d.Repetition || b == d.Segment || b == d.Release)
}

// Check reports why segments cannot be written with d: an element separator
// or a terminator is missing, two delimiters are the same byte, or one is a
// letter, a digit or a space.
func (d Delimiters) Check() error {
	if d.Element == 0 {
		return fmt.Errorf("no element separator")
	}
	if d.Segment == 0 {
		return fmt.Errorf("no segment terminator")
	}
	all := []struct {
		name string
		b    byte
	}{
		{"element separator", d.Element}, {"component separator", d.Component},
		{"repetition separator", d.Repetition}, {"segment terminator", d.Segment}, {"release character", d.Release},
	}
	for i, one := range all {
		if one.b == 0 {
			continue
		}
		if ascii.Alphanumeric(one.b) || one.b == ' ' {
			return fmt.Errorf("%s %q is a letter, a digit or a space", one.name, one.b)
		}
		for _, other := range all[:i] {
			if other.b == one.b {
				return fmt.Errorf("%s and %s are both %q", other.name, one.name, one.b)
			}
		}
	}
	return nil
}
