package edifact

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/crossdock/crossdock/edi"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var splits = flag.Bool("splits", false, "split the samples at every byte")

// sample is one line of index.tsv.
type sample struct {
	file, standard, sets, kind, status, quirks string
	data                                       []byte
}

// samples are the real files that are read in place.
func samples(t testing.TB) []sample {
	t.Helper()
	dir := os.Getenv("CROSSDOCK_SAMPLES")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "samples")
	}
	index, err := os.ReadFile(filepath.Join(dir, "index.tsv"))
	if err != nil {
		t.Fatalf("the sample files are missing (set CROSSDOCK_SAMPLES): %v", err)
	}
	var out []sample
	for i, line := range strings.Split(strings.TrimSpace(string(index)), "\n") {
		f := strings.Split(line, "\t")
		if i == 0 || len(f) < 12 {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f[0])))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, sample{file: f[0], standard: f[4], sets: f[5], kind: f[8], status: f[10], quirks: f[11], data: data})
	}
	return out
}

// line is one event as text, everything in it included.
func line(e *Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", e.Kind)
	if s := e.Segment; s != nil {
		_, to := s.Span()
		fmt.Fprintf(&b, " %q %v %d to %d part %d terminated %v", s.Raw(), s.Position(), s.Position().Segment, to, s.Part(), s.Terminated())
		for i := 0; i <= s.Len(); i++ {
			fmt.Fprintf(&b, " |%s", s.Element(i))
		}
	} else {
		fmt.Fprintf(&b, " %d-%d", e.From, e.To)
	}
	for _, level := range []any{e.Interchange, e.Group, e.Message, e.Finding} {
		j, err := json.Marshal(level)
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(&b, "\n\t%s", j)
	}
	return b.String()
}

func lines(t testing.TB, r *Reader) []string {
	t.Helper()
	var out []string
	for e, err := range r.Events() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, line(e))
	}
	return out
}

// chunks reads in pieces of random lengths.
type chunks struct {
	data []byte
	max  int
	rnd  *rand.Rand
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.data[:min(len(c.data), 1+c.rnd.IntN(c.max))])
	c.data = c.data[n:]
	return n, nil
}

// split reads in two pieces.
func split(data []byte, at int) io.Reader {
	return io.MultiReader(bytes.NewReader(data[:at]), bytes.NewReader(data[at:]))
}

func TestChunking(t *testing.T) {
	for _, s := range samples(t) {
		want := lines(t, NewReader(bytes.NewReader(s.data), Options{}))
		same := func(how string, src io.Reader) {
			t.Helper()
			if diff := cmp.Diff(want, lines(t, NewReader(src, Options{}))); diff != "" {
				t.Fatalf("%s, %s: (-whole +split)\n%s", s.file, how, diff)
			}
		}
		same("one byte", iotest.OneByteReader(bytes.NewReader(s.data)))
		same("data with error", iotest.DataErrReader(bytes.NewReader(s.data)))
		for seed := range uint64(2) {
			same(fmt.Sprintf("seed %d", seed), &chunks{s.data, []int{40, 700}[seed], rand.New(rand.NewPCG(seed, 1))})
		}
		if len(s.data) < 180 {
			for at := range s.data {
				same(fmt.Sprintf("split at %d", at), split(s.data, at))
			}
		}
	}
}

// TestSplits reads each sample in two pieces, split at each of its bytes; the
// longest, and those of other standards, at some. With -splits the longest are
// those from 64 KiB on, and they are split forty times as often.
func TestSplits(t *testing.T) {
	n := 0
	for _, s := range samples(t) {
		every, spread := 60, 1499
		if s.standard == "EDIFACT" {
			every = 1000
		}
		if *splits {
			if every, spread = 64<<10, 36; len(s.data) > every {
				every = 0
			}
		}
		want := digest(t, bytes.NewReader(s.data))
		for at := 0; at < len(s.data); at++ {
			if at > every {
				at = min(at+spread, len(s.data)-1)
			}
			n++
			if got := digest(t, split(s.data, at)); got != want {
				t.Fatalf("%s, split at %d: what is read differs", s.file, at)
			}
		}
	}
	t.Logf("%d splits", n)
}

// digest is a sum of all events: kinds, places, bytes, elements, findings.
func digest(t testing.TB, src io.Reader) uint64 {
	t.Helper()
	h := fnv.New64a()
	var b []byte
	number := func(n int64) { b = binary.AppendVarint(b, n) }
	tell := func(findings []edi.Finding) {
		for _, f := range findings {
			b = append(b, f.Code...)
			number(f.Offset)
			number(int64(f.Line))
			number(int64(f.Element))
		}
	}
	for e, err := range NewReader(src, Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		b = append(b[:0], byte(e.Kind))
		number(e.From)
		number(e.To)
		if s := e.Segment; s != nil {
			from, to := s.Span()
			p := s.Position()
			for _, n := range []int64{from, to, p.Offset, int64(p.Line), int64(p.Segment), int64(s.Part()), int64(s.Len())} {
				number(n)
			}
			b = append(b, s.Raw()...)
			for i := range s.Len() {
				b = append(append(b, 0), s.Element(i+1)...)
			}
		}
		switch {
		case e.Kind == MessageEnd:
			tell(e.Message.Findings)
		case e.Kind == GroupEnd:
			tell(e.Group.Findings)
		case e.Kind == InterchangeEnd:
			tell(e.Interchange.Findings)
		case e.Finding != nil:
			tell([]edi.Finding{*e.Finding})
		}
		h.Write(b)
	}
	return h.Sum64()
}

// TestBytes accounts for every byte of every sample and checks that levels
// nest and positions rise.
func TestBytes(t *testing.T) {
	for _, s := range samples(t) {
		checkEvents(t, s.file, s.data, Options{})
	}
}

func checkEvents(t testing.TB, name string, data []byte, o Options) {
	t.Helper()
	var at int64
	if bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")) {
		at = 3
	}
	var open []EventKind
	for e, err := range NewReader(bytes.NewReader(data), o).Events() {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		from, to := e.From, e.To
		if e.Segment != nil {
			from, to = e.Segment.Span()
			if p := e.Segment.Position(); p.Offset < from || p.Offset > to || !bytes.HasPrefix(data[p.Offset:], e.Segment.Raw()) {
				t.Fatalf("%s: segment %q is not at its position %+v", name, e.Segment.Raw(), p)
			}
		}
		if e.Segment != nil && e.Kind != MessageStart && e.Kind != MessageEnd || to > from && e.Segment == nil {
			gap := data[at:max(from, at)]
			if from < at || len(bytes.Trim(gap, " \t\r\n\x00\x1a")) > 0 && !allControl(gap) {
				t.Fatalf("%s: %v accounts for %d to %d, after %d (%q)", name, e.Kind, from, to, at, gap)
			}
			at = to
		}
		switch e.Kind {
		case InterchangeStart, GroupStart, MessageStart:
			open = append(open, e.Kind)
		case MessageEnd, GroupEnd, InterchangeEnd:
			want := map[EventKind]EventKind{MessageEnd: MessageStart, GroupEnd: GroupStart, InterchangeEnd: InterchangeStart}[e.Kind]
			if len(open) == 0 || open[len(open)-1] != want {
				t.Fatalf("%s: %v with %v open", name, e.Kind, open)
			}
			open = open[:len(open)-1]
		}
		if (e.Message != nil) != (len(open) == 3 || e.Kind == MessageEnd) || (e.Group != nil) != (len(open) >= 2 || e.Kind == GroupEnd) ||
			(e.Interchange != nil) != (len(open) >= 1 || e.Kind == InterchangeEnd) {
			t.Fatalf("%s: levels of %v do not fit %v", name, e.Kind, open)
		}
	}
	if len(open) > 0 {
		t.Fatalf("%s: %v left open", name, open)
	}
	if rest := data[at:]; !allControl(rest) {
		t.Fatalf("%s: the last %d bytes are not accounted for: %.60q", name, len(rest), rest)
	}
}

// allControl reports whether b holds nothing but what is skipped between
// segments.
func allControl(b []byte) bool {
	for _, c := range b {
		if c > ' ' && (c < 0x80 || c > 0xBF) {
			return false
		}
	}
	return true
}

func TestResumeSamples(t *testing.T) {
	for _, s := range samples(t) {
		checkResume(t, s.file, s.data, Options{})
	}
}

// checkResume resumes at every set, through JSON, and compares what follows.
func checkResume(t testing.TB, name string, data []byte, o Options) {
	t.Helper()
	var all []string
	var marks []Mark
	var at []int
	for e, err := range NewReader(bytes.NewReader(data), o).Events() {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if e.Kind == MessageStart {
			marks, at = append(marks, e.Message.Mark), append(at, len(all))
		}
		all = append(all, line(e))
	}
	for i, m := range marks {
		j, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if len(j) > 52<<10 {
			t.Fatalf("%s: a mark takes %d bytes", name, len(j))
		}
		var back Mark
		if err := json.Unmarshal(j, &back); err != nil {
			t.Fatalf("%s: %v in %s", name, err, j)
		}
		got := lines(t, Resume(bytes.NewReader(data[back.Offset():]), back, o))
		if diff := cmp.Diff(all[at[i]:], got); diff != "" {
			t.Fatalf("%s, set %d: (-unbroken +resumed)\n%s", name, i, diff)
		}
	}
}

// TestHostile reads what begins many things and ends none.
func TestHostile(t *testing.T) {
	for _, one := range []string{"UN", "UNA", "UNB+", "UNA:+.? '", "UNB+UNOC:3+", "UNH+1+ORDERS:", " ISA*0*0*0*", "?", "'", "+", "UNB+UNOC:3+A+B+C+D'", "UNG+", "UNH+1+A:B:C'"} {
		checkEvents(t, one, bytes.Repeat([]byte(one), 1<<20/len(one)), Options{})
	}
}

// TestRaw puts each sample together again from what its events hold: UNA,
// the segments and their terminators. Only blanks are taken from the file.
func TestRaw(t *testing.T) {
	for _, s := range samples(t) {
		var out []byte
		blanks := func(to int64) {
			t.Helper()
			gap := s.data[len(out):to]
			if !allControl(gap) && !bytes.Equal(gap, []byte("\xEF\xBB\xBF")) {
				t.Fatalf("%s: nothing holds %q", s.file, gap)
			}
			out = append(out, gap...)
		}
		for e, err := range NewReader(bytes.NewReader(s.data), Options{}).Events() {
			switch {
			case err != nil:
				t.Fatal(err)
			case e.Kind == MessageStart || e.Kind == MessageEnd: // their segments come as such
			case e.Segment == nil && e.To > e.From:
				blanks(e.From)
				out = append(out, s.data[e.From:e.To]...)
			case e.Segment != nil:
				if e.Kind == InterchangeStart && e.Interchange.UNA != "" {
					blanks(e.Interchange.Position.Offset)
					out = append(out, e.Interchange.UNA...)
				}
				blanks(e.Segment.Position().Offset)
				out = append(out, e.Segment.Raw()...)
				if e.Segment.Terminated() {
					out = append(out, e.Segment.Delimiters().Segment)
				}
			}
		}
		blanks(int64(len(s.data)))
		if !bytes.Equal(out, s.data) {
			t.Errorf("%s: %s", s.file, cmp.Diff(string(s.data), string(out)))
		}
	}
}

// TestWriteAgain writes the segments of each sample with other delimiters:
// what is read of them is the same.
func TestWriteAgain(t *testing.T) {
	n := 0
	for _, s := range samples(t) {
		if s.standard != "EDIFACT" {
			continue
		}
		for e, err := range NewReader(bytes.NewReader(s.data), Options{}).Events() {
			if err != nil {
				t.Fatal(err)
			}
			if e.Kind != MessageSegment || len(e.Segment.Tag()) > 3 {
				continue
			}
			n++
			want := values(e.Segment)
			for _, d := range []edi.Delimiters{Delimiters("4"), {Element: is3, Component: is1, Segment: is4, Repetition: 0x1E, Release: 0x1B}} {
				w := edi.NewWriter(nil, d, "")
				w.Begin(e.Segment.ID())
				for _, repetitions := range want {
					w.Composite(repetitions[0]...)
					for _, again := range repetitions[1:] {
						w.Repeat(again...)
					}
				}
				w.End()
				again := edi.ParseSegment(bytes.TrimSuffix(w.Bytes(), []byte{d.Segment}), d)
				if diff := cmp.Diff(want, values(again), cmpopts.EquateEmpty()); diff != "" || w.Err() != nil {
					t.Fatalf("%s: %q became %q, %v (-want +got)\n%s", s.file, e.Segment.Raw(), w.Bytes(), w.Err(), diff)
				}
			}
		}
	}
	if n < 10000 {
		t.Errorf("wrote %d segments", n)
	}
}

// values are the components of the repetitions of each element, without those
// at the end that are empty.
func values(s *edi.Segment) [][][]string {
	d := s.Delimiters()
	var elements [][][]string
	last := 0
	for i := 1; i <= s.Len(); i++ {
		var repetitions [][]string
		for r := range s.Repetitions(i) {
			one := edi.ParseSegment(append([]byte{d.Component}, r...), edi.Delimiters{Element: d.Component, Release: d.Release})
			var components []string
			for j := 1; j <= one.Len(); j++ {
				components = append(components, one.Text(j))
			}
			for len(components) > 1 && components[len(components)-1] == "" {
				components = components[:len(components)-1]
			}
			repetitions = append(repetitions, components)
		}
		if len(s.Element(i)) > 0 {
			last = i
		}
		elements = append(elements, repetitions)
	}
	return elements[:last]
}
