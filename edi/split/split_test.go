package split

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/internal/samplestest"
)

// file is one that was made.
type file struct {
	bytes.Buffer
	part   Part
	closed bool
}

func (f *file) Close() error { f.closed = true; return nil }

func divide(t testing.TB, name string, data []byte, o Options) ([]*file, Result) {
	t.Helper()
	text, err := document.NewText(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var files []*file
	result, err := File(text, o, func(p Part) (io.WriteCloser, error) {
		files = append(files, &file{})
		return files[len(files)-1], nil
	}, func(p Part) { files[p.Index-1].part = p })
	if err != nil {
		t.Fatalf("%s by %+v: %v", name, o, err)
	}
	return files, result
}

// content is what a file says: its sets with what is found in them, and what
// is found about its trailers.
type content struct {
	sets     []string
	trailers []string
	count    int // interchanges
}

func contentOf(t testing.TB, name string, data []byte) content {
	t.Helper()
	text, err := document.NewText(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	text.Record(nil)
	var c content
	var set strings.Builder
	for s, err := range document.Read(text, document.Options{}) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		raw, _ := text.Take(s.To)
		switch s.Kind {
		case document.InterchangeStart:
			c.count++
		case document.SetStart:
			set.Reset()
		case document.SetSegment:
			set.Write(s.Segment.Raw())
			set.WriteByte('\n')
		case document.Other:
			if s.Set != nil {
				set.Write(raw)
			}
		case document.SetEnd:
		}
		for _, f := range s.Findings {
			switch {
			case strings.HasSuffix(f.Code, "-DUPLICATE") || f.Code == edi.CodeTerminatorMissing || f.Code == edi.CodeTrailingSeparator:
			case s.Kind == document.SetSegment || s.Kind == document.SetEnd:
				fmt.Fprintf(&set, "%s %d %s\n", f.Code, f.InSet, f.Reference())
			case s.Kind == document.GroupEnd || s.Kind == document.InterchangeEnd:
				c.trailers = append(c.trailers, f.Code)
			}
		}
		if s.Kind == document.SetEnd {
			c.sets = append(c.sets, set.String())
		}
	}
	return c
}

// The files made of a real file hold its sets as they were, each in an
// interchange whose trailers are right.
func TestSamples(t *testing.T) {
	made := 0
	for name, data := range samplestest.All(t) {
		want := contentOf(t, name, data)
		for _, o := range []Options{{}, {By: Group}, {By: Interchange}, {Sets: 2}, {Bytes: 1500}, {Number: 41}} {
			files, result := divide(t, name, data, o)
			var sets []string
			for i, f := range files {
				got := contentOf(t, name, f.Bytes())
				sets = append(sets, got.sets...)
				if len(got.trailers) > 0 && !slices.Equal(got.trailers, []string{"LEVEL-EMPTY"}) {
					t.Errorf("%s by %+v: the trailers of file %d: %v\n%s", name, o, i+1, got.trailers, f.Bytes())
				}
				if got.count != 1 || !f.closed || f.part.Bytes != int64(f.Len()) || f.part.Sets != len(got.sets) {
					t.Errorf("%s by %+v: file %d holds %d interchanges, %d sets; %+v", name, o, i+1, got.count, len(got.sets), f.part)
				}
				if o.Bytes > 0 && int64(f.Len()) > o.Bytes && f.part.Sets > 1 {
					t.Errorf("%s: file %d has %d bytes and %d sets", name, i+1, f.Len(), f.part.Sets)
				}
			}
			if !slices.Equal(sets, want.sets) || result.Sets != len(want.sets) || result.Parts != len(files) {
				t.Errorf("%s by %+v: %d sets in %d files, want %d, the same", name, o, len(sets), len(files), len(want.sets))
			}
			made += len(files)
		}
	}
	if made < 1900 {
		t.Errorf("%d files were made, want more", made)
	}
}

// Much data that is no segment takes no part in what is beside it.
func TestMuchStray(t *testing.T) {
	const order = "ISA*00*          *00*          *ZZ*GRANITE        *ZZ*HARBOR         *261102*0930*U*00401*000000007*0*T*>~" +
		"GS*PO*GRANITE*HARBOR*20261102*0930*7*X*004010~ST*850*0001~BEG*00*SA*G-100**20261102~%sSE*3*0001~GE*1*7~IEA*1*000000007~"
	stray, blank := strings.Repeat("what the gateway says of itself. ", 100_000), strings.Repeat("       \n", 500_000)
	plain := fmt.Sprintf(order, "")
	alone, _ := divide(t, "order", []byte(plain), Options{})
	files, result := divide(t, "stray", []byte(plain+stray+plain), Options{})
	if len(files) != 2 || result.LeftOut != 1 || files[0].String() != alone[0].String() || files[1].String() != alone[0].String() {
		t.Errorf("got %d files, %+v", len(files), result)
	}
	files, _ = divide(t, "blanks", []byte(plain+blank+fmt.Sprintf(order, blank)), Options{})
	if len(files) != 2 || !strings.Contains(files[1].String(), "20261102~"+blank+"SE*3") {
		t.Errorf("got %d files, and the blanks within a set are not as they were", len(files))
	}
}
