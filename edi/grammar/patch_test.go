package grammar

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// patches reads overlays the way a partner's file has them.
func patches(t testing.TB, text string) []Patch {
	t.Helper()
	var p []Patch
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return p
}

func TestPatch(t *testing.T) {
	g := parse(t, small)
	before := checkAll(t, g)
	for _, one := range []struct{ name, patch, text, want string }{
		{"require an element", `{"set":"100","segment":"BEG","element":2,"require":true}`,
			"BEG*AA~PO1****AB~CTT*1~", "2 BEG-02 ELEMENT-MISSING"},
		{"make one optional", `{"set":"100","segment":"BEG","element":1,"optional":true}`,
			"BEG**AB~PO1****AB~CTT*1~", ""},
		{"forbid an element", `{"segment":"BEG","element":2,"forbid":true}`,
			"BEG*AA*AB~PO1****AB~CTT*1~", "2 BEG-02 ELEMENT-NOT-USED"},
		{"forbid a component", `{"segment":"PID","element":2,"component":4,"forbid":true}`,
			"BEG*AA~PO1****AB~PID**A>B>CC>D~CTT*1~", "4 PID-02-4 ELEMENT-NOT-USED in PO1"},
		{"require a component", `{"segment":"PID","element":2,"component":2,"require":true}`,
			"BEG*AA~PO1****AB~PID**A~CTT*1~", "4 PID-02-2 ELEMENT-MISSING in PO1"},
		{"narrow codes", `{"set":"100","segment":"BEG","element":1,"codes":["AA","BB"]}`,
			"BEG*CC~PO1****AB~PID***CC~CTT*1~", "2 BEG-01 ELEMENT-CODE"},
		{"add codes", `{"segment":"BEG","element":1,"addCodes":["XX"]}`,
			"BEG*XX~PO1****AB~PID***XX~CTT*1~", "4 PID-03 ELEMENT-CODE in PO1"},
		{"add codes everywhere", `{"elementId":"2","addCodes":["XX"]}`,
			"BEG*XX~PO1****AB~PID**A>B>XX>D*XX~CTT*1~", ""},
		{"narrow and add", `{"elementId":"2","codes":["AA"],"addCodes":["XX"]}`,
			"BEG*XX~PO1****AB~PID***AA^BB~CTT*1~", "4 PID-03 ELEMENT-CODE repetition 2 in PO1"},
		{"lengthen", `{"segment":"BEG","element":2,"maxLength":6}`,
			"BEG*AA*ABCDEF~PO1****AB~CTT*1~", ""},
		{"shorten", `{"elementId":"1","maxLength":3,"minLength":1}`,
			"BEG*AA*ABCD~PO1****AB~CTT*1~", "2 BEG-02 ELEMENT-LONG"},
		{"repetitions", `{"segment":"PID","element":3,"limit":1}`,
			"BEG*AA~PO1****AB~PID***AA^BB~CTT*1~", "4 PID-03 REPETITION-TOO-MANY repetition 2 in PO1"},
		{"require a segment", `{"set":"100","segment":"DTM","require":true}`,
			"BEG*AA~PO1****AB~CTT*1~", "2 DTM SEGMENT-MISSING"},
		{"require it in a loop", `{"set":"100","segment":"REF","loop":"N1","require":true}`,
			"BEG*AA~N1*AA~PO1****AB~CTT*1~", "3 REF SEGMENT-MISSING in N1"},
		{"require it outside of loops, at a place", `{"set":"100","segment":"REF","loop":"/","position":190,"require":true}`,
			"BEG*AA~PO1****AB~CTT*1~", "4 REF SEGMENT-MISSING"},
		{"optional segment", `{"set":"100","segment":"CTT","optional":true}`,
			"BEG*AA~PO1****AB~", ""},
		{"forbid a segment", `{"set":"100","segment":"DTM","forbid":true}`,
			"BEG*AA~DTM*A~PO1****AB~CTT*1~", "3 DTM SEGMENT-NOT-USED"},
		{"most uses", `{"set":"100","segment":"DTM","limit":2}`,
			"BEG*AA~DTM*A~DTM*A~DTM*A~PO1****AB~CTT*1~", "5 DTM SEGMENT-TOO-OFTEN"},
		{"no limit", `{"set":"100","segment":"DTM","limit":-1}`,
			"BEG*AA~DTM*A~DTM*A~DTM*A~PO1****AB~CTT*1~", ""},
		{"a loop's limit", `{"set":"100","loop":"PO1","limit":1}`,
			"BEG*AA~PO1****AB~PO1****AB~CTT*1~", "4 PO1 LOOP-TOO-OFTEN in PO1"},
		{"require a loop by its trigger", `{"set":"100","segment":"N1","require":true}`,
			"BEG*AA~PO1****AB~CTT*1~", "2 N1 SEGMENT-MISSING in N1"},
		{"forbid a loop", `{"set":"100","loop":"N1","forbid":true}`,
			"BEG*AA~N1*AA~N2*AA~PO1****AB~CTT*1~", "3 N1 SEGMENT-NOT-USED in N1"},
		{"an optional loop", `{"set":"100","loop":"PO1","optional":true}`,
			"BEG*AA~CTT*1~", ""},
		{"several, one on top of the other", `{"set":"100","segment":"BEG","element":2,"require":true},{"elementId":"1","maxLength":9},{"segment":"BEG","element":2,"minLength":7}`,
			"BEG*AA*ABCDEF~PO1****AB~CTT*1~", "2 BEG-02 ELEMENT-SHORT"},
	} {
		p := patches(t, "["+one.patch+"]")
		own, err := g.Patch(p...)
		if err != nil {
			t.Errorf("%s: %v", one.name, err)
			continue
		}
		again, err := own.Patch(p...)
		if err != nil {
			t.Errorf("%s, twice: %v", one.name, err)
			continue
		}
		for _, g := range []*Grammar{own, again} {
			got := check(t, g.Set("100").NewChecker(CheckOptions{}), x12Delimiters(), "ST*100*0001~"+one.text+"SE*5*0001~")
			if strings.Join(got, ", ") != one.want {
				t.Errorf("%s: got %s, want %s", one.name, got, one.want)
			}
		}
	}
	if after := checkAll(t, g); !reflect.DeepEqual(before, after) {
		t.Errorf("patching changed the grammar itself: %v, then %v", before, after)
	}
}

// checkAll finds what a good and a bad text make of a grammar.
func checkAll(t *testing.T, g *Grammar) []string {
	t.Helper()
	return check(t, g.Set("100").NewChecker(CheckOptions{}), x12Delimiters(),
		"ST*100*0001~BEG*XX*ABCDEF*20260101~DTM*A~DTM*A~N1*AA~PO1****AB~PID**A>B>XX>D*AA^BB^XX~CTT*1~SE*1*1~")
}

func TestPatchErrors(t *testing.T) {
	g := parse(t, small)
	for _, c := range []struct{ patch, want string }{
		{`{}`, "patch 1: no place"},
		{`{"name":"dock doors"}`, "patch dock doors: no place"},
		{`{"set":"850"}`, "no place"},
		{`{"set":"100","loop":"/","require":true}`, "no place"},
		{`{"set":"850","segment":"BEG","require":true}`, "no set \"850\""},
		{`{"set":"100","segment":"XXX","require":true}`, "no segment XXX there"},
		{`{"set":"100","segment":"N2","loop":"PO1","require":true}`, "no segment N2 there"},
		{`{"set":"100","loop":"N9","require":true}`, "no loop \"N9\""},
		{`{"segment":"BEG","require":true}`, "needs its set"},
		{`{"segment":"BEG","element":1,"loop":"N1","require":true}`, "needs its set"},
		{`{"segment":"XXX","element":1,"require":true}`, "no segment \"XXX\""},
		{`{"segment":"BEG","element":9,"require":true}`, "BEG has 3 elements"},
		{`{"segment":"BEG","element":1,"component":1,"require":true}`, "no component 1"},
		{`{"segment":"PID","element":2,"component":9,"require":true}`, "no component 9"},
		{`{"segment":"PID","element":2,"maxLength":9}`, "name the component"},
		{`{"segment":"PID","component":2,"require":true}`, "needs its set"},
		{`{"set":"100","segment":"PID","component":2,"require":true}`, "a component needs its element"},
		{`{"set":"100","segment":"BEG","codes":["AA"]}`, "those of elements"},
		{`{"set":"100","segment":"BEG"}`, "changes nothing"},
		{`{"segment":"BEG","element":1,"require":true,"forbid":true}`, "exclude each other"},
		{`{"segment":"BEG","element":1,"codes":["ZZ"]}`, "no code \"ZZ\""},
		{`{"segment":"BEG","element":1,"addCodes":["Z Z"]}`, "is no code"},
		{`{"segment":"BEG","element":2,"minLength":9}`, "9 to 5 characters"},
		{`{"segment":"BEG","element":2,"minLength":-9}`, "negative"},
		{`{"elementId":"99","addCodes":["ZZ"]}`, "no element \"99\""},
		{`{"elementId":"1","require":true}`, "at a place"},
		{`{"elementId":"1","segment":"BEG","maxLength":9}`, "without a place"},
	} {
		_, err := g.Patch(patches(t, "["+c.patch+"]")...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.patch, err, c.want)
		}
	}
	if same, err := g.Patch(); same != g || err != nil {
		t.Error("no patch made another grammar")
	}
}
