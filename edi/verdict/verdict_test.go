package verdict

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/internal/samplestest"
	"github.com/crossdock/crossdock/edi/x12"
)

var at = time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)

func read(t testing.TB, name, data string, p Policy) *File {
	t.Helper()
	text, err := document.NewText(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	f, err := Read(text, p, nil)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}

func errors(f *File) []string {
	var all []string
	for one := range f.All() {
		if one.Severity == edi.Error && !strings.HasPrefix(one.SegmentID, "AK") { // AK1 and AK2 repeat what came
			all = append(all, one.Code+" "+one.Reference())
		}
	}
	return all
}

// Every acknowledgement of every real file is itself without fault, and gets
// none.
func TestSamples(t *testing.T) {
	kinds := map[string]int{}
	for name, data := range samplestest.All(t) {
		for _, a := range []Answers{{TA1: Always, Receipt: true}, {Functional: "999", Advice: true}} {
			for _, x := range read(t, name, string(data), Policy{}).Interchanges {
				for _, answer := range x.Answers(a, 501, at) {
					kinds[answer.Kind]++
					back := read(t, name, answer.Text, Policy{})
					if len(back.Interchanges) != 1 {
						t.Errorf("%s: the %s is %d interchanges: %q", name, answer.Kind, len(back.Interchanges), answer.Text)
						continue
					}
					if found := errors(back); len(found) > 0 {
						t.Errorf("%s: the %s has %v:\n%s", name, answer.Kind, found, answer.Text)
					}
					if answer.Kind != "824" && len(back.Interchanges[0].Answers(Answers{TA1: Requested}, 1, at)) > 0 {
						t.Errorf("%s: the %s gets an answer", name, answer.Kind)
					}
				}
			}
		}
	}
	t.Logf("%v", kinds)
	for _, kind := range []string{"TA1", "997", "999", "824", "CONTRL"} {
		if kinds[kind] < 10 {
			t.Errorf("%d answers are %s, want more", kinds[kind], kind)
		}
	}
}

const order = "ISA*00*          *00*          *ZZ*GRANITE        *ZZ*HARBOR         *261102*0930*U*00401*000000007*0*T*>~" +
	"GS*PO*GRANITE*HARBOR*20261102*0930*7*X*004010~" +
	"ST*850*0001~BEG*00*SA*G-100**20261102~PO1*1*12*EA*9.50**VP*4711~CTT*1~SE*5*0001~" +
	"ST*850*0002~BEG*00*SA*G-101**20261102~PO1*1*x*EA*9.50**VP*4711~CTT*1~SE*5*0002~GE*2*7~IEA*1*000000007~"

// Fates and answers follow the policy.
func TestPolicy(t *testing.T) {
	for _, c := range []struct {
		name    string
		policy  Policy
		answers Answers
		fates   []edi.Fate
		holds   []string // of the answers, in their order
	}{
		{"usual", Policy{}, Answers{}, []edi.Fate{edi.Accepted, edi.Rejected}, []string{"AK5*R", "AK9*P*2*2*1"}},
		{"together", Policy{X12: x12.FatePolicy{Together: x12.WholeGroup}}, Answers{}, []edi.Fate{edi.Rejected, edi.Rejected}, []string{"AK9*R*2*2*0"}},
		{"accept errors", Policy{X12: x12.FatePolicy{AcceptErrors: true}}, Answers{}, []edi.Fate{edi.Accepted, edi.AcceptedWithErrors}, []string{"AK5*E", "AK9*E*2*2*2"}},
		{"999", Policy{}, Answers{Functional: "999"}, []edi.Fate{edi.Accepted, edi.Rejected}, []string{"ST*999", "IK5*R"}},
		{"advice", Policy{}, Answers{Functional: "none", Advice: true}, []edi.Fate{edi.Accepted, edi.Rejected}, []string{"GS*AG*HARBOR*GRANITE", "ST*824", "OTI*TR"}},
		{"TA1", Policy{}, Answers{TA1: Always, Functional: "none"}, []edi.Fate{edi.Accepted, edi.Rejected}, []string{"TA1*000000007*261102*0930*A*000"}},
		{"nothing", Policy{}, Answers{Functional: "none"}, []edi.Fate{edi.Accepted, edi.Rejected}, nil},
	} {
		f := read(t, c.name, order, c.policy)
		var fates []edi.Fate
		for _, s := range f.Interchanges[0].Groups[0].Sets {
			fates = append(fates, s.Fate)
		}
		if !slices.Equal(fates, c.fates) {
			t.Errorf("%s: fates %v, want %v", c.name, fates, c.fates)
		}
		var text bytes.Buffer
		for _, a := range f.Interchanges[0].Answers(c.answers, 501, at) {
			text.WriteString(a.Text)
		}
		rest := text.String()
		if (rest == "") != (c.holds == nil) {
			t.Errorf("%s: the answers are %q", c.name, rest)
		}
		for _, want := range c.holds {
			_, after, found := strings.Cut(rest, want)
			if !found {
				t.Errorf("%s: %q is not in its place in\n%s", c.name, want, text.String())
			}
			rest = after
		}
	}
}

const message = "UNB+UNOC:3+4012345000016:14+4098765000010:14+261102:0930+77++++1'UNH+1+ORDERS:D:96A:UN'BGM+220+G-100+9'DTM+137:20261102:102'" +
	"LIN+1++4711:SA'QTY+21:x'UNS+S'UNT+7+1'UNZ+1+77'"

// A CONTRL goes back to the sender, rejects what is wrong, and is one that the
// interchange came if that is asked for.
func TestCONTRL(t *testing.T) {
	x := read(t, "message", message, Policy{}).Interchanges[0]
	all := x.Answers(Answers{Receipt: true}, 501, at)
	if len(all) != 2 || !strings.Contains(all[0].Text, "+8'") || !strings.Contains(all[1].Text, "UNB+UNOC:3+4098765000010:14+4012345000016:14+261102:0930+502'") ||
		!strings.Contains(all[1].Text, "UCM+1+ORDERS:D:96A:UN+4'") {
		t.Errorf("answers %q", all)
	}
	if accepted, sets := x.Accepted(); accepted != 0 || sets != 1 {
		t.Errorf("%d of %d messages are accepted", accepted, sets)
	}
	x = read(t, "message", message, Policy{EDIFACT: edifact.FatePolicy{AcceptErrors: true}}).Interchanges[0]
	if accepted, _ := x.Accepted(); accepted != 1 {
		t.Errorf("accepted %d with errors, want 1", accepted)
	}
	if all := x.Answers(Answers{CONTRL: Never}, 1, at); all != nil {
		t.Errorf("answers %q", all)
	}
}

// Answers go out in a form that is known, whatever came, and an interchange
// that is refused for its groups is told so.
func TestForms(t *testing.T) {
	asking := strings.Replace(order, "*0*T*>", "*1*T*>", 1)
	group, _, _ := strings.Cut(asking[strings.Index(asking, "GS*"):], "~")
	const acknowledgement = "ST*999*0001~AK1*PO*1~AK9*A*1*1*1~SE*4*0001~"
	sets := asking[strings.Index(asking, "ST*850*0001"):strings.Index(asking, "GE*")]
	for _, c := range []struct {
		name, data string
		answers    Answers
		want       []string // kinds
		holds      []string
	}{
		{"no group", strings.NewReplacer(group+"~", "", "GE*2*7~", "", "IEA*1", "IEA*0").Replace(asking), Answers{}, []string{"TA1"}, []string{"*R*024~"}},
		{"a group without a name", strings.Replace(asking, "GS*PO", "GS*po!", 1), Answers{}, []string{"TA1"}, []string{"*R*024~"}},
		{"acknowledgements alone", strings.NewReplacer(sets, acknowledgement, "GE*2", "GE*1").Replace(asking), Answers{}, nil, nil},
		{"999 of a guide", strings.Replace(order, "*004010~", "*005010X222A1~", 1), Answers{Functional: "999"}, []string{"999"}, []string{"*X*005010X231A1~", "ST*999*0001*005010X231A1~", "AK1*PO*7*005010X222A1~"}},
		{"before 004010", strings.NewReplacer("*004010~", "*003040~", "*20261102*0930*7", "*261102*0930*7").Replace(order), Answers{}, []string{"997"}, []string{"GS*FA*HARBOR*GRANITE*261102*0930*501*X*003040~"}},
		{"no release", strings.Replace(order, "*004010~", "~", 1), Answers{}, []string{"997"}, []string{"*501*X*004010~"}},
		{"lines that end segments", strings.ReplaceAll(message, "'", "\n"), Answers{}, []string{"CONTRL"}, []string{"UNH+1+CONTRL:D:3:UN\nUCI+77+"}},
		{"no syntax version", strings.Replace(message, "UNOC:3", "ABCD:9", 1), Answers{}, []string{"CONTRL"}, []string{"UNB+UNOC:3+", "CONTRL:D:3:UN"}},
	} {
		var kinds []string
		var text string
		for _, a := range read(t, c.name, c.data, Policy{}).Interchanges[0].Answers(c.answers, 501, at) {
			kinds = append(kinds, a.Kind)
			text += a.Text
		}
		if !slices.Equal(kinds, c.want) {
			t.Errorf("%s: answers %v, want %v:\n%s", c.name, kinds, c.want, text)
		}
		for _, want := range c.holds {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not in\n%s", c.name, want, text)
			}
		}
		if text == "" {
			continue
		}
		for one := range read(t, c.name, text, Policy{}).All() {
			t.Errorf("%s: the answer has %s at %s", c.name, one.Code, one.Reference())
		}
	}
}

// What is looked at beside the grammar counts, and what it says again of the
// same place does not.
func TestMore(t *testing.T) {
	text, err := document.NewText(strings.NewReader(order))
	if err != nil {
		t.Fatal(err)
	}
	var seen edi.Position
	f, err := Read(text, Policy{}, func(s *document.Step) ([]edi.Finding, string) {
		switch {
		case s.Kind == document.SetSegment && s.Segment.Is("PO1"):
			seen = s.Segment.Position()
		case s.Kind == document.SetEnd:
			return []edi.Finding{
				{Code: "LINE-COUNT", Severity: edi.Error, Position: seen, SegmentID: "CTT"},
				{Code: edi.CodeElementNumber, Severity: edi.Error, Position: seen, SegmentID: "PO1", Element: 2},
			}, "G"
		}
		return nil, ""
	})
	if err != nil {
		t.Fatal(err)
	}
	sets := f.Interchanges[0].Groups[0].Sets
	if len(sets[0].Findings) != 2 || len(sets[1].Findings) != 2 || sets[0].Document != "G" || sets[0].Fate != edi.Rejected {
		t.Errorf("findings %v and %v, number %q", sets[0].Findings, sets[1].Findings, sets[0].Document)
	}
}
