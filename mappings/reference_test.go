package mappings

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/edi"
)

func TestParseReference(t *testing.T) {
	for _, test := range []struct {
		text string
		want Reference
	}{
		{"BEG03", Reference{Segment: "BEG", Element: 3}},
		{"N104", Reference{Segment: "N1", Element: 4}},
		{"N1004", Reference{Segment: "N10", Element: 4}},
		{"PO106", Reference{Segment: "PO1", Element: 6}},
		{"TD512", Reference{Segment: "TD5", Element: 12}},
		{"N1[ST]04", Reference{Segment: "N1", Qualifier: "ST", Element: 4}},
		{"DTM[002]02", Reference{Segment: "DTM", Qualifier: "002", Element: 2}},
		{"PO1[VP]", Reference{Segment: "PO1", Qualifier: "VP"}},
		{"DTM[137]01-2", Reference{Segment: "DTM", Qualifier: "137", Element: 1, Component: 2}},
		{"CTT/AMT[TT]02", Reference{Loop: "CTT", Segment: "AMT", Qualifier: "TT", Element: 2}},
		{"HL[S]/HL[O|P]/PRF01", Reference{Loop: "HL[S]/HL[O|P]", Segment: "PRF", Element: 1}},
		{"N1#2/N104", Reference{Loop: "N1#2", Segment: "N1", Element: 4}},
		{"TAX#1/MOA01", Reference{Loop: "TAX#1", Segment: "MOA", Element: 1}},
		{"PO1/SLN/N104", Reference{Loop: "PO1/SLN", Segment: "N1", Element: 4}},
	} {
		got, err := ParseReference(test.text)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		if diff := cmp.Diff(got, test.want); diff != "" {
			t.Errorf("%s (-got +want):\n%s", test.text, diff)
		}
		if got.String() != test.text {
			t.Errorf("%s comes back as %s", test.text, got)
		}
	}
	for _, text := range []string{"", "BEG", "BEG3", "BEG00", "beg03", "B03", "BEGI03", "N1[]04", "N1[ST", "N1[S T]04", "BEG03-0", "BEG03-", "/BEG03", "PO1//N104", "BEG 03", "1EG03"} {
		if got, err := ParseReference(text); err == nil {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestPlaceFinds(t *testing.T) {
	x12 := edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	edifact := edi.Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}
	po1 := &pairing{places: []int{6, 8, 10, 12, 14, 16, 18, 20, 22, 24}, step: 2, qualifier: 1, value: 2}
	pia := &pairing{places: []int{2, 3, 4, 5, 6}, step: 1, composite: true, qualifier: 2, value: 1}
	for _, test := range []struct {
		name, segment string
		place         place
		d             edi.Delimiters
		want          string
		element       int
		meant         bool
	}{
		{"BEG03", "BEG*00*NE*42", place{element: 3}, x12, "42", 3, true},
		{"BEG05", "BEG*00*NE*42", place{element: 5}, x12, "", 5, true},
		{"PO1[VP]", "PO1*1*1*EA***UP*1*VP*2", place{pairs: po1, qualifier: "VP"}, x12, "2", 9, true},
		{"PO1[VP]", "PO1*1*1*EA***UP*VP*VP", place{pairs: po1, qualifier: "VP"}, x12, "", 9, true},
		{"PO1[VP]", "PO1*1*VP*EA***UP*1", place{pairs: po1, qualifier: "VP"}, x12, "", 0, false},
		{"DTM01-2", "DTM+137:20261102:102", place{element: 1, component: 2}, edifact, "20261102", 1, true},
		{"PIA[SA]", "PIA+1+A:IN+B:SA", place{pairs: pia, qualifier: "SA"}, edifact, "B", 3, true},
	} {
		var v values
		v.take(edi.ParseSegment([]byte(test.segment), test.d))
		value, at, meant := test.place.find(&v, 0)
		if string(value) != test.want || at.element != test.element || meant != test.meant {
			t.Errorf("%s in %s: got %q, %v, %v", test.name, test.segment, value, at, meant)
		}
	}
}

// FuzzReference: what is read comes back as it was written.
func FuzzReference(f *testing.F) {
	for _, seed := range []string{"BEG03", "N1[ST]04", "PO1[VP]", "DTM[137]01-2", "CTT/AMT[TT]02", "N1004", "N10"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseReference(text)
		if err != nil {
			return
		}
		again, err := ParseReference(r.String())
		if err != nil || again != r || r.String() != text {
			t.Fatalf("%q is %+v, written %s, read again %+v, %v", text, r, r, again, err)
		}
	})
}

// FuzzMap: a map loads or its faults have a place.
func FuzzMap(f *testing.F) {
	f.Add(small()["documents/x12/824.jsonc"])
	text, err := embedded.ReadFile("documents/x12/850.jsonc")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Fuzz(func(t *testing.T, text string) {
		files := small()
		files["documents/x12/824.jsonc"] = text
		c, err := Load(Options{}, filesOf(files))
		if err != nil {
			return
		}
		if d, ok := c.Document("x12/824"); ok {
			feed(bindings(t, d)[0].NewReading(ReadingOptions{}), segments(t, "ST*824~BGN*1*2~OTI*1~REF*A*B~SE*1~"))
		}
	})
}
