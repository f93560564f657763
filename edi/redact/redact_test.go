package redact

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/internal/samplestest"
)

func redact(t testing.TB, name string, data []byte, key string) ([]byte, Result) {
	t.Helper()
	text, err := document.NewText(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	result, err := File(&b, text, []byte(key))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.Bytes(), result
}

// form is what may not change: the tags of all segments and all findings, the
// values aside.
func form(t testing.TB, name string, data []byte) []string {
	t.Helper()
	text, err := document.NewText(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for s, err := range document.Read(text, document.Options{}) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if s.Segment != nil {
			all = append(all, fmt.Sprintf("%d-%d %s %d", s.From, s.To, s.Segment.ID(), s.Segment.Len()))
		}
		for _, f := range s.Findings {
			if f.Code == edi.CodeNotEDI {
				f.Message = "" // it says how the file begins
			}
			f.Value = ""
			all = append(all, fmt.Sprintf("%s %s %s at %s, %d %s: %s", f.Severity, f.Code, f.Reference(), f.Position, f.InSet, f.Loop, f.Message))
		}
	}
	return all
}

// The findings of every real file are the same before and after, and so are
// its segments; names are not.
func TestSamples(t *testing.T) {
	total := Result{}
	for name, data := range samplestest.All(t) {
		out, result := redact(t, name, data, "key")
		total.Sets += result.Sets
		total.Values += result.Values
		total.Priced += result.Priced
		if len(out) != len(data) {
			t.Errorf("%s: %d bytes became %d", name, len(data), len(out))
		}
		if before, after := form(t, name, data), form(t, name, out); !slices.Equal(before, after) {
			for i := range min(len(before), len(after)) {
				if before[i] != after[i] {
					t.Errorf("%s:\nbefore %s\nafter  %s", name, before[i], after[i])
					break
				}
			}
			if len(before) != len(after) {
				t.Errorf("%s: %d segments and findings became %d", name, len(before), len(after))
			}
		}
		if again, _ := redact(t, name, data, "key"); !bytes.Equal(again, out) {
			t.Errorf("%s: the same key gives another file", name)
		}
	}
	t.Logf("%+v", total)
	if total.Values < 10_000 {
		t.Errorf("%d values were replaced, want more", total.Values)
	}
}

// What is nobody's business changes, the same to the same; the rest stays.
func TestOrder(t *testing.T) {
	const header = "ISA*00*          *00*          *ZZ*GRANITE        *ZZ*HARBOR         *261102*0930*U*00401*000000007*0*T*>~" +
		"GS*PO*GRANITE*HARBOR*20261102*0930*7*X*004010~ST*850*0001~BEG*00*SA*G-100**20261102~"
	const body = "N1*ST*Granite Hardware*UL*4012345000016~N3*Quarry Road 1~N4*Stonetown*OH*44139~PO1*1*12*EA*9.50**UP*400123450003~" +
		"PO1*2*5*EA*9.50**VP*G-100~CTT*2~SE*9*0001~GE*1*7~IEA*1*000000007~"
	out, result := redact(t, "order", []byte(header+body), "key")
	text := string(out)
	for _, gone := range []string{"GRANITE", "Granite", "HARBOR", "G-100", "4012345000016", "Quarry", "Stonetown", "44139", "9.50", "400123450003"} {
		if strings.Contains(text, gone) {
			t.Errorf("%q is still there:\n%s", gone, text)
		}
	}
	for _, stays := range []string{"*261102*0930*U*00401*000000007*", "PO1*1*12*EA*", "N1*ST*", "*OH*", "BEG*00*SA*", "*20261102~", "*UL*", "CTT*2~SE*9*0001~"} {
		if !strings.Contains(text, stays) {
			t.Errorf("%q is not there any more:\n%s", stays, text)
		}
	}
	seg := func(tag string, nth int) []string {
		for _, s := range strings.Split(text, "~") {
			if f := strings.Split(s, "*"); f[0] == tag {
				if nth--; nth == 0 {
					return f
				}
			}
		}
		t.Fatalf("no %s", tag)
		return nil
	}
	if isa, gs := strings.TrimSpace(seg("ISA", 1)[6]), seg("GS", 1)[2]; isa != gs {
		t.Errorf("the sender is %q in ISA and %q in GS", isa, gs)
	}
	if beg, line := seg("BEG", 1)[3], seg("PO1", 2)[7]; beg != line {
		t.Errorf("one value became %q and %q", beg, line)
	}
	if a, b := seg("PO1", 1)[4], seg("PO1", 2)[4]; a != b || len(a) != 4 || a[1] != '.' {
		t.Errorf("one price became %q and %q", a, b)
	}
	if gtin, gln := seg("PO1", 1)[7], seg("N1", 1)[4]; checkDigitFits([]byte(gtin)) != checkDigitFits([]byte("400123450003")) || checkDigitFits([]byte(gln)) != checkDigitFits([]byte("4012345000016")) {
		t.Errorf("check digits fit otherwise than before: %s, %s", gtin, gln)
	}
	if other, _ := redact(t, "order", []byte(header+body), "other"); string(other) == text {
		t.Error("another key gives the same file")
	}
	if result.Sets != 1 || result.Values == 0 || result.Priced != 0 {
		t.Errorf("result %+v", result)
	}
}

// Data without a form keeps what a reader goes by, and nothing else that is
// longer than a code.
func TestMasked(t *testing.T) {
	got := string(masked([]byte("Dear Mrs Example, please find ISA*00*SECRET12 and 4711"), false))
	if want := "Xxxx Mrs Xxxxxxx, xxxxxx xxxx ISA*00*XXXXXX99 and 9999"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// widest notes the longest write.
type widest struct {
	bytes.Buffer
	most int
}

func (w *widest) Write(p []byte) (int, error) {
	w.most = max(w.most, len(p))
	return w.Buffer.Write(p)
}

// Data that is no segment goes over piece by piece, however much it is, and
// the segment behind it at its place.
func TestStrayStreams(t *testing.T) {
	const order = "ISA*00*          *00*          *ZZ*GRANITE        *ZZ*HARBOR         *261102*0930*U*00401*000000007*0*T*>~" +
		"GS*PO*GRANITE*HARBOR*20261102*0930*7*X*004010~ST*850*0001~BEG*00*SA*G-100**20261102~SE*3*0001~GE*1*7~IEA*1*000000007~"
	for _, between := range []string{"what the gateway says of itself. ", "       \n", "unbroken"} {
		between = strings.Repeat(between, 5<<20/len(between))
		data := order + "." + between + "." + order
		text, err := document.NewText(strings.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		w := &widest{}
		if _, err := File(w, text, []byte("key")); err != nil {
			t.Fatal(err)
		}
		if w.Len() != len(data) || w.most > 2<<20 {
			t.Errorf("got %d bytes for %d, %d of them in one piece", w.Len(), len(data), w.most)
		}
		alone, _ := redact(t, "order", []byte(order), "key")
		if out := w.Bytes(); !bytes.HasPrefix(out, alone) || !bytes.HasSuffix(out, alone) {
			t.Error("an interchange beside much stray data is redacted otherwise than alone")
		}
	}
}
