package edi

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plainly reads data the plain way: byte by byte, one thing after the other.
func plainly(data []byte, d Delimiters, join bool) []string {
	filler := NewReader(nil, d, Limits{}).filler
	var out []string
	for at := 0; ; {
		for at < len(data) && filler[data[at]] {
			at++
		}
		if at == len(data) {
			return out
		}
		start, released := at, false
		for ; at < len(data); at++ {
			if released {
				released = false
			} else if data[at] == d.Segment {
				break
			} else {
				released = d.Release != 0 && data[at] == d.Release
			}
		}
		raw := data[start:at]
		terminated := at < len(data)
		at = min(at+1, len(data))
		value := raw
		if d.Segment == '\n' {
			value = bytes.TrimSuffix(value, []byte("\r"))
		}
		if join {
			value = bytes.ReplaceAll(bytes.ReplaceAll(value, []byte("\r"), nil), []byte("\n"), nil)
		}
		one := fmt.Sprintf("%d %q %v", start, raw, terminated)
		element := []byte{}
		released = false
		for _, b := range value {
			switch {
			case released:
				released = false
			case b == d.Element && d.Element != 0: // 0 is none, and NUL is data
				one += fmt.Sprintf(" |%q", element)
				element = element[:0]
				continue
			default:
				released = d.Release != 0 && b == d.Release
			}
			element = append(element, b)
		}
		out = append(out, one+fmt.Sprintf(" |%q", element))
	}
}

// read is what a Reader makes of data that comes in pieces.
func read(t testing.TB, src io.Reader, d Delimiters, join bool) []string {
	t.Helper()
	r := NewReader(src, d, Limits{Elements: 1 << 20})
	r.JoinLines(join)
	var out []string
	for s, err := range r.Segments() {
		if err != nil {
			t.Fatal(err)
		}
		one := fmt.Sprintf("%d %q %v", s.Position().Offset, s.Raw(), s.Terminated())
		c := s.Clone()
		for i := 0; i <= s.Len(); i++ {
			one += fmt.Sprintf(" |%q", s.Element(i))
			if !bytes.Equal(c.Element(i), s.Element(i)) || c.Len() != s.Len() || c.Position() != s.Position() || c.ID() != s.ID() {
				t.Fatalf("the clone of %q has %q", s.Raw(), c.Element(i))
			}
		}
		if s.Element(s.Len()+1) != nil || s.Element(-1) != nil {
			t.Fatalf("%q has more elements than it has", s.Raw())
		}
		out = append(out, one)
	}
	return out
}

type pieces struct {
	data []byte
	max  int
	rnd  *rand.Rand
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.data) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.data[:min(len(p.data), 1+p.rnd.IntN(p.max))])
	p.data = p.data[n:]
	return n, nil
}

// FuzzSegments compares the reader with the plain way.
func FuzzSegments(f *testing.F) {
	for seed := range uint64(40) {
		f.Add([]byte(strings.Repeat("A*1:2?*x~\r\n?~B**??~*~~\n", int(seed))), seed)
	}
	f.Add([]byte("0\x00"), uint64(70))
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) { checkPlainly(t, data, seed) })
}

func checkPlainly(t *testing.T, data []byte, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	all := []Delimiters{
		{Element: '*', Component: ':', Segment: '~'}, {Element: '*', Segment: '~', Release: '?'}, {Element: '*', Segment: '\n'},
		{Element: '*', Segment: '\n', Release: '?'}, {Element: '*', Segment: '\r'}, {Element: 0x1D, Segment: 0x1C}, {Segment: '~'},
		{Element: '*', Segment: 0xC3}, {Element: 0x96, Segment: 0xC3}, {Element: '\r', Segment: '\n'}, {Element: '*', Segment: '*'},
		{Element: '*', Segment: '~', Release: '~'},
	}
	d, join := all[rnd.IntN(len(all))], rnd.IntN(3) == 0
	if d.Element == d.Segment || d.Release == d.Segment || d.Segment == '\n' && d.Element == '\r' || d.Element == 0x96 {
		read(t, &pieces{data, 50, rnd}, d, join) // anything, as long as it ends
		return
	}
	want := plainly(data, d, join)
	for _, max := range []int{1 << 20, 1 + rnd.IntN(100), 1 + rnd.IntN(5000)} {
		if diff := cmp.Diff(want, read(t, &pieces{data, max, rnd}, d, join)); diff != "" {
			t.Fatalf("%+v, join %v, pieces of up to %d: (-plainly +reader)\n%s", d, join, max, diff)
		}
	}
}

func TestPlainly(t *testing.T) {
	alphabets := []string{"*~", "*~?", "A*~?\r\n", "ABC*~?\r\n\xc3\x96", "ABCDEFGHIJKLMNOPQRSTUVWXYZ****~?\r\n", "?", "??~"}
	for seed := range uint64(100) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		alphabet := alphabets[rnd.IntN(len(alphabets))]
		data := make([]byte, rnd.IntN(12000))
		for i := range data {
			data[i] = alphabet[rnd.IntN(len(alphabet))]
		}
		checkPlainly(t, data, seed)
	}
}
