package x12

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/google/go-cmp/cmp"
)

func rnd(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 997)) }

// hostile is a value as bad as a document can make it.
func hostile(r *rand.Rand, length int) string {
	const alphabet = "AZ09az*~:>^U!'+?|\\ \n\r\t\x00\x1c\x7fé\xff\"<"
	b := make([]byte, r.IntN(length+1))
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

func hostileFinding(r *rand.Rand) edi.Finding {
	codes := append(edi.Codes(), Codes()...)
	severities := []edi.Severity{edi.Note, edi.Warning, edi.Error}
	tags := []string{"PO1", "N1", "", "BEG", "SE", "TOOLONG", "*~", "po", hostile(r, 5)}
	return edi.Finding{
		Code: codes[r.IntN(len(codes))], Severity: severities[r.IntN(3)],
		SegmentID: tags[r.IntN(len(tags))], InSet: r.IntN(8) * r.IntN(300000), Loop: hostile(r, 9),
		Element: r.IntN(120) - 3, Component: r.IntN(120) - 3, Repetition: r.IntN(20000) - 3,
		Value: hostile(r, 150), Message: hostile(r, 50),
	}
}

func hostileFate(r *rand.Rand) Fate {
	return []Fate{Accepted, AcceptedWithErrors, Rejected, "nonsense"}[r.IntN(4)]
}

func hostileGroup(r *rand.Rand, sets int) GroupResult {
	findings := func() (out []edi.Finding) {
		for range r.IntN(12) {
			out = append(out, hostileFinding(r))
		}
		return out
	}
	versions := []string{"004010", "005010", "005010X220A1", "", hostile(r, 14)}
	g := GroupResult{
		FunctionalID: "PO", ControlNumber: hostile(r, 12), Version: versions[r.IntN(len(versions))], Sender: hostile(r, 20),
		Receiver: hostile(r, 20), Declared: hostile(r, 4), Received: r.IntN(10), Fate: hostileFate(r), Findings: findings(),
	}
	for range sets {
		g.Sets = append(g.Sets, SetResult{
			ID: []string{"850", "", "8", "*", "997", hostile(r, 4)}[r.IntN(6)], ControlNumber: hostile(r, 10),
			Implementation: hostile(r, 40), Fate: hostileFate(r), Findings: findings(), Context: Context{hostile(r, 40), hostile(r, 40)},
		})
	}
	return g
}

var outgoing = []edi.Delimiters{
	{Element: '*', Component: ':', Segment: '~'},
	{Element: '*', Component: '>', Segment: '~', Repetition: '^'},
	{Element: '|', Component: '^', Segment: '\n'},
	{Element: 0x1D, Component: 0x1F, Segment: 0x1C},
}

func hostilePolicy(r *rand.Rand) AckPolicy {
	versions := []string{"", "003010", "003040", "003070", "004010", "005010", "005010X230", hostile(r, 12)}
	return AckPolicy{
		Version: versions[r.IntN(len(versions))], OnlyRejectedSets: r.IntN(2) == 0, MaxSegments: r.IntN(4), MaxElements: r.IntN(4),
		NoValues: r.IntN(4) == 0, DuplicateSetCode: hostile(r, 2), DuplicateGroupCode: hostile(r, 2), MissingSECode: hostile(r, 2),
		PartialGroup: hostile(r, 2), AdviceCodes: map[string]string{edi.CodeElementCode: hostile(r, 4)},
	}
}

func hostileAdvice(r *rand.Rand, g GroupResult) Advice {
	gs := GS{
		FunctionalID: g.FunctionalID, Sender: g.Sender, Receiver: g.Receiver, Date: hostile(r, 9), Time: hostile(r, 9),
		ControlNumber: g.ControlNumber, Version: g.Version,
	}
	a := Advice{
		Purpose: hostile(r, 3), Reference: hostile(r, 40), Date: "20260105", Time: hostile(r, 9), Original: hostile(r, 40),
		Outcomes: append(Outcomes(gs, g), Outcome{ID: "850", Number: "PO-77"}),
	}
	for i := range a.Outcomes {
		a.Outcomes[i].Code, a.Outcomes[i].Qualifier = hostile(r, 3), hostile(r, 4)
		for range r.IntN(20) {
			a.Outcomes[i].References = append(a.Outcomes[i].References, Reference{hostile(r, 4), hostile(r, 40)})
		}
	}
	return a
}

// TestAcknowledgementsAreValid reads back what is written for the worst of
// verdicts: nothing may be found in it.
func TestAcknowledgementsAreValid(t *testing.T) {
	for seed := range uint64(1000) {
		checkHostile(t, seed)
	}
}

// FuzzAcknowledge is TestAcknowledgementsAreValid for ever.
func FuzzAcknowledge(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkHostile(t, seed) })
}

func checkHostile(t *testing.T, seed uint64) {
	r := rnd(seed)
	d := outgoing[r.IntN(len(outgoing))]
	g := hostileGroup(r, r.IntN(6))
	p := hostilePolicy(r)
	name := fmt.Sprintf("seed %d", seed)
	e := Envelope{
		ISA: ISA{SenderID: "SELLER", ReceiverID: "BUYER", Date: "260105", Time: "0931", ControlNumber: "7", Version: "00501"},
		Group: GS{
			FunctionalID: "FA", Sender: "SELLER", Receiver: "BUYER", Date: "20260105", Time: "0931", ControlNumber: "7", Version: "005010",
		},
		Delimiters: d,
	}
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
	version := p.Version
	if version == "" {
		version = g.Version
	}
	for set, body := range map[string][]byte{
		"997": Append997(nil, d, "0001", g, p), "999": Append999(nil, d, "0001", g, p), "824": Append824(nil, d, "0001", hostileAdvice(r, g), p),
	} {
		if len(body) == 0 && len(g.Sets) > 0 && !slices.ContainsFunc(g.Sets, func(s SetResult) bool { return s.ID != "997" }) {
			continue // never acknowledged
		}
		out := AppendInterchange(nil, e, 1, body)
		out = AppendTA1Interchange(out, e.ISA, d, InterchangeResult{
			ISA:  ISA{ControlNumber: hostile(r, 12), Date: hostile(r, 9), Time: hostile(r, 9)},
			Fate: hostileFate(r), Findings: g.Findings,
		})
		checkAcknowledgement(t, name, out, d)
		switch set {
		case "997":
			checkGrammar(t, name, out, version)
		case "999":
			checkGrammar(t, name, out, "005010")
		default:
			checkGrammar(t, name, out, p.Version)
		}
		checkReceived(t, name, out, g)
	}
}

// checkGrammar holds an acknowledgement to the tables of its release. Codes that
// repeat what the partner sent, or wants, are its own affair.
func checkGrammar(t testing.TB, name string, out []byte, version string) {
	t.Helper()
	g, _ := Grammar(version)
	ours := map[string]bool{"AK3-04": true, "IK3-04": true, "AK4-03": true, "IK4-03": true, "AK9-01": true}
	var c *grammar.Checker
	for e, err := range NewReader(bytes.NewReader(out), Options{}).Events() {
		switch {
		case err != nil:
			t.Fatal(err)
		case e.Kind == SetStart:
			c = g.Set(e.Set.ID).NewChecker(grammar.CheckOptions{})
		case e.Kind == SetSegment:
			c.Segment(e.Segment, e.Set.Segments)
		case e.Kind == SetEnd:
			for _, f := range c.Finish(edi.Position{}) {
				own := ours[f.Reference()] || (f.SegmentID == "AK5" || f.SegmentID == "IK5" || f.SegmentID == "AK9") && f.Element != 2
				echo := f.Reference() == "AK2-02" && f.Code == edi.CodeElementShort                                                              // the set is named as it named itself
				short := before(version, "004010") && f.Code == edi.CodeElementShort && (f.Reference() == "BGN-03" || f.Reference() == "OTI-06") // YYMMDD
				if f.Code != edi.CodeElementCode && !echo && !short || own {
					t.Fatalf("%s: %s: %s %s in\n%s", name, f.Reference(), f.Code, f.Message, out)
				}
			}
		}
	}
}

// checkReceived reads what was written as its receiver does: it must say what
// was meant, and not contradict itself.
func checkReceived(t testing.TB, name string, out []byte, g GroupResult) {
	t.Helper()
	for a, err := range Acknowledgements(NewReader(bytes.NewReader(out), Options{}).Events()) {
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case a.TA1 != nil:
			if f, some := a.TA1.Finding(); a.TA1.Fate() == "" || some && f.Code == CodeAcknowledged {
				t.Fatalf("%s: %+v", name, a.TA1)
			}
		case a.Set != nil:
			if a.Set.Fate == "" || g.Fate == Rejected && a.Set.Fate != Rejected || a.Set.Fate == Accepted && len(a.Set.Findings) > 0 {
				t.Fatalf("%s: %+v in\n%s", name, a.Set, out)
			}
		case a.Group != nil:
			for _, f := range a.Group.Findings {
				if f.Code == CodeAcknowledgementBroken || f.Code == CodeAcknowledged {
					t.Fatalf("%s: %+v in\n%s", name, f, out)
				}
			}
			if a.Group.Received != max(g.Received, len(g.Sets)) {
				t.Fatalf("%s: %d sets received, told are %d", name, max(g.Received, len(g.Sets)), a.Group.Received)
			}
		case a.Outcome != nil && a.Advice.Date != "20260105" && a.Advice.Date != "260105":
			t.Fatalf("%s: %+v", name, a.Advice)
		}
	}
}

func checkAcknowledgement(t testing.TB, name string, out []byte, d edi.Delimiters) {
	t.Helper()
	bad := func(level string, findings []edi.Finding) {
		if len(findings) > 0 {
			t.Fatalf("%s: %s: %+v in\n%s", name, level, findings, out)
		}
	}
	for _, b := range out {
		if (b < ' ' || b > '~') && !d.Has(b) {
			t.Fatalf("%s: byte %#x in\n%q", name, b, out)
		}
	}
	ta1, sets := 0, 0
	for e, err := range NewReader(bytes.NewReader(out), Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case SetEnd:
			sets++
			bad("set", e.Set.Findings)
		case GroupEnd:
			bad("group", e.Group.Findings)
		case InterchangeEnd:
			bad("interchange", e.Interchange.Findings)
			ta1 += e.Interchange.TA1
		case SetSegment:
			checkAckSegment(t, name, e.Set.ID, e.Segment)
		case Other:
			if e.Finding != nil {
				bad("file", []edi.Finding{*e.Finding})
			}
		}
	}
	if ta1 != 1 || sets != 1 {
		t.Fatalf("%s: %d TA1, %d sets in\n%q", name, ta1, sets, out)
	}
}

// checkAckSegment holds a segment to the lengths of the acknowledgements.
func checkAckSegment(t testing.TB, name, set string, s *edi.Segment) {
	t.Helper()
	tag := s.ID()
	if set == "999" && strings.HasPrefix(tag, "IK") {
		tag = "A" + tag[1:]
	} else if set == "999" && (tag == "AK3" || tag == "AK4" || tag == "AK5") {
		t.Fatalf("%s: %s in a 999", name, tag)
	}
	lengths := map[string][][2]int{
		"ST":  {{3, 3}, {4, 9}, {0, 35}},
		"AK1": {{2, 2}, {1, 9}, {0, 12}},
		"AK2": {{3, 3}, {1, 9}, {0, 35}},
		"AK3": {{2, 3}, {1, 10}, {0, 4}, {0, 3}},
		"AK4": {{1, 10}, {0, 4}, {1, 3}, {0, 99}},
		"AK5": {{1, 1}, {0, 3}, {0, 3}, {0, 3}, {0, 3}, {0, 3}},
		"AK9": {{1, 1}, {1, 6}, {1, 6}, {1, 6}, {0, 3}, {0, 3}, {0, 3}, {0, 3}, {0, 3}},
		"CTX": {{1, 71}, {2, 3}, {1, 10}, {0, 4}},
		"BGN": {{2, 2}, {1, 30}, {6, 8}, {0, 8}, {0, 0}, {0, 30}},
		"OTI": {{2, 2}, {2, 3}, {1, 30}, {0, 15}, {0, 15}, {0, 8}, {0, 8}, {0, 9}, {0, 9}, {0, 3}, {0, 12}},
		"REF": {{2, 3}, {1, 30}},
		"TED": {{1, 3}, {0, 60}, {0, 3}, {0, 6}, {0, 10}, {0, 0}, {0, 99}},
		"SE":  {{1, 10}, {4, 9}},
	}[tag]
	if tag == "CTX" && s.Len() == 1 {
		lengths = lengths[:1]
	}
	if lengths == nil || s.Len() > len(lengths) {
		t.Fatalf("%s: %q has %d elements", name, s.Raw(), s.Len())
	}
	for i, l := range lengths {
		if n := len(s.Element(i + 1)); n < l[0] || n > l[1] {
			t.Fatalf("%s: %s%02d of %q has %d bytes, want %v", name, s.ID(), i+1, s.Raw(), n, l)
		}
	}
}

func TestAppend997(t *testing.T) {
	d := edi.Delimiters{Element: '*', Component: ':', Segment: '~'}
	placed := func(code, id string, in, element, component, repetition int, value string) edi.Finding {
		return edi.Finding{
			Code: code, Severity: edi.Error, SegmentID: id, InSet: in, Element: element, Component: component, Repetition: repetition, Value: value,
		}
	}
	set := func(control string, fate Fate, findings ...edi.Finding) SetResult {
		return SetResult{ID: "850", ControlNumber: control, Fate: fate, Findings: findings}
	}
	group := func(version string, sets ...SetResult) GroupResult {
		return GroupResult{
			FunctionalID: "PO", ControlNumber: "0017", Version: version, Declared: fmt.Sprint(len(sets)), Received: len(sets), Fate: Accepted, Sets: sets,
		}
	}
	rejected := group("004010", set("0001", Accepted))
	rejected.Fate, rejected.Declared = Rejected, "2"
	rejected.Findings = []edi.Finding{{Code: CodeGECount, Severity: edi.Error}, {Code: CodeGroupDuplicate, Severity: edi.Error}}
	newer := rejected
	newer.Version = "005010"
	signed := rejected
	signed.Declared, signed.Findings = "+2", rejected.Findings[:1]
	unprintable := group("004010", set("0001", Rejected, placed(edi.CodeElementLong, "N1", 3, 2, 0, 0, edi.Printable([]byte("A\x01B"), 99))))
	fa := group("004010", set("0001", Accepted))
	fa.FunctionalID = "FA"
	for _, c := range []struct {
		name string
		g    GroupResult
		p    AckPolicy
		want string
	}{
		{"accepted", group("004010", set("0001", Accepted)), AckPolicy{}, "AK1*PO*0017~AK2*850*0001~AK5*A~AK9*A*1*1*1"},
		{"empty group", group("004010"), AckPolicy{}, "AK1*PO*0017~AK9*A*0*0*0"},
		{
			"5010 repeats version and guide",
			group("005010X1", SetResult{ID: "850", ControlNumber: "0001", Implementation: "005010X1", Fate: Accepted}),
			AckPolicy{}, "AK1*PO*0017*005010X1~AK2*850*0001*005010X1~AK5*A~AK9*A*1*1*1",
		},
		{
			"one bad among good, only that told",
			group("004010", set("0001", Accepted), set("0002", Rejected, placed(edi.CodeElementMissing, "PO1", 5, 2, 0, 0, "")), set("0003", Accepted)),
			AckPolicy{OnlyRejectedSets: true}, "AK1*PO*0017~AK2*850*0002~AK3*PO1*5**8~AK4*2**1~AK5*R*5~AK9*P*3*3*2",
		},
		{
			"places are sorted and gathered",
			group(
				"004010",
				set("0001", Rejected, placed(edi.CodeElementCode, "PO1", 9, 3, 0, 0, "XX"), placed(edi.CodeSegmentMissing, "BEG", 2, 0, 0, 0, ""),
					placed(edi.CodeElementLong, "PO1", 9, 6, 2, 4, "TOO LONG"), placed(edi.CodeElementNumber, "PO1", 9, 4, 0, 0, "1:2")),
			),
			AckPolicy{}, "AK1*PO*0017~AK2*850*0001~AK3*BEG*2**3~AK3*PO1*9**8~AK4*3**7*XX~AK4*6:2**5*TOO LONG~AK4*4**6~AK5*R*5~AK9*R*1*1*0",
		},
		{
			"5010 tells the repetition",
			group("005010", set("0001", Rejected, placed(edi.CodeRepetitionTooMany, "REF", 3, 4, 0, 2, "X"))),
			AckPolicy{Version: "005010"}, "AK1*PO*0017*005010~AK2*850*0001~AK3*REF*3**8~AK4*4::2**12*X~AK5*R*5~AK9*R*1*1*0",
		},
		{
			"a bad character is not sent back",
			group("004010", set("0001", Rejected, placed(edi.CodeElementCharacter, "N1", 3, 2, 0, 0, "A\x01B"))),
			AckPolicy{}, "AK1*PO*0017~AK2*850*0001~AK3*N1*3**8~AK4*2**6~AK5*R*5~AK9*R*1*1*0",
		},
		{
			"envelope of the set",
			group("004010", set("0001", Rejected, edi.Finding{Code: CodeSENumber, Severity: edi.Error}, edi.Finding{Code: CodeSECount, Severity: edi.Error}, edi.Finding{Code: CodeSetDuplicate, Severity: edi.Error})),
			AckPolicy{DuplicateSetCode: "7"}, "AK1*PO*0017~AK2*850*0001~AK5*R*3*4*7~AK9*R*1*1*0",
		},
		{
			"accepted with errors",
			group("004010", set("0001", AcceptedWithErrors, placed(edi.CodeElementDate, "DTM", 4, 2, 0, 0, "20261399")), set("0002", Accepted)),
			AckPolicy{}, "AK1*PO*0017~AK2*850*0001~AK3*DTM*4**8~AK4*2**8*20261399~AK5*E*5~AK2*850*0002~AK5*A~AK9*E*2*2*2",
		},
		{
			"warnings do not trouble an accepted set",
			group("004010", set("0001", Accepted, edi.Finding{Code: edi.CodeElementLong, Severity: edi.Warning, SegmentID: "N1", InSet: 2, Element: 1})),
			AckPolicy{}, "AK1*PO*0017~AK2*850*0001~AK5*A~AK9*A*1*1*1",
		},
		{
			"caps",
			group("004010", set("0001", Rejected, placed(edi.CodeElementMissing, "N1", 2, 1, 0, 0, ""), placed(edi.CodeElementMissing, "N1", 2, 2, 0, 0, ""), placed(edi.CodeElementMissing, "N3", 3, 1, 0, 0, ""))),
			AckPolicy{MaxSegments: 1, MaxElements: 1}, "AK1*PO*0017~AK2*850*0001~AK3*N1*2**8~AK4*1**1~AK5*R*5~AK9*R*1*1*0",
		},
		{"rejected group", rejected, AckPolicy{}, "AK1*PO*0017~AK2*850*0001~AK5*R~AK9*R*2*1*0*5*6"},
		{"rejected group of 5010", newer, AckPolicy{}, "AK1*PO*0017*005010~AK2*850*0001~AK5*R~AK9*R*2*1*0*5*19"},
		{"a count with a sign is not sent back", signed, AckPolicy{}, "AK1*PO*0017~AK2*850*0001~AK5*R~AK9*R*1*1*0*5"},
		{"a control byte is not sent back", unprintable, AckPolicy{}, "AK1*PO*0017~AK2*850*0001~AK3*N1*3**8~AK4*2**5~AK5*R*5~AK9*R*1*1*0"},
		{"an acknowledgement is not acknowledged", fa, AckPolicy{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := string(Append997(nil, d, "0042", c.g, c.p))
			want := ""
			if c.want != "" {
				want = fmt.Sprintf("ST*997*0042~%s~SE*%d*0042~", c.want, strings.Count(c.want, "~")+3)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			j, err := json.Marshal(c.g)
			if err != nil {
				t.Fatal(err)
			}
			var stored GroupResult
			if err := json.Unmarshal(j, &stored); err != nil {
				t.Fatal(err)
			}
			if again := string(Append997(nil, d, "0042", stored, c.p)); again != got {
				t.Errorf("from the stored verdict: got %s, want %s", again, got)
			}
		})
	}
}

func TestTA1(t *testing.T) {
	isa := ISA{ControlNumber: "000000017", Date: "260105", Time: "0930"}
	finding := func(code string, s edi.Severity) edi.Finding { return edi.Finding{Code: code, Severity: s} }
	for _, c := range []struct {
		r    InterchangeResult
		want string
	}{
		{InterchangeResult{ISA: isa, Fate: Accepted, Findings: []edi.Finding{finding(CodeISALength, edi.Warning)}}, "A*000"},
		{InterchangeResult{ISA: isa, Fate: AcceptedWithErrors, Findings: []edi.Finding{finding(CodeIEACount, edi.Error)}}, "E*021"},
		{InterchangeResult{ISA: isa, Fate: Rejected, Findings: []edi.Finding{finding(CodeISADate, edi.Warning), finding(CodeInterchangeDuplicate, edi.Error)}}, "R*025"},
		{InterchangeResult{ISA: isa, Fate: Rejected, Findings: []edi.Finding{finding(CodeSender, edi.Error)}}, "R*006"},
		{InterchangeResult{ISA: isa, Fate: Rejected}, "R*024"},
	} {
		got := string(AppendTA1(nil, outgoing[0], c.r))
		if want := "TA1*000000017*260105*0930*" + c.want + "~"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestFates(t *testing.T) {
	e := func(code string, in int) []edi.Finding {
		return []edi.Finding{{Code: code, Severity: edi.Error, InSet: in}}
	}
	w := []edi.Finding{{Code: CodeISALength, Severity: edi.Warning}}
	for _, c := range []struct {
		name      string
		got, want Fate
	}{
		{"interchange, warning", InterchangeFate(w, true), Accepted},
		{"interchange, count", InterchangeFate(e(CodeIEACount, 0), false), AcceptedWithErrors},
		{"interchange, count, strict", InterchangeFate(e(CodeIEACount, 0), true), Rejected},
		{"interchange, missing IEA", InterchangeFate(e(CodeIEAMissing, 0), false), Rejected},
		{"group, warning", GroupFate(w), Accepted},
		{"group, count", GroupFate(e(CodeGECount, 0)), Rejected},
		{"set, element", SetFate(e(edi.CodeElementMissing, 3), false), Rejected},
		{"set, element, lenient", SetFate(e(edi.CodeElementMissing, 3), true), AcceptedWithErrors},
		{"set, SE, lenient", SetFate(e(CodeSECount, 9), true), Rejected},
		{"set, segment not read to its end, lenient", SetFate(e(edi.CodeSegmentTooLarge, 3), true), Rejected},
		{"set, elements not read, lenient", SetFate(e(edi.CodeSegmentElements, 3), true), Rejected},
		{"set, nothing", SetFate(nil, false), Accepted},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, c.got, c.want)
		}
	}
}

func TestInterchangeIsAlwaysReadable(t *testing.T) {
	for seed := range uint64(1000) {
		r := rnd(seed)
		e := Envelope{
			ISA: ISA{
				SenderID: hostile(r, 20), ReceiverID: hostile(r, 20), SenderQualifier: hostile(r, 3), Date: hostile(r, 8), Time: hostile(r, 8),
				ControlNumber: hostile(r, 12), Version: hostile(r, 7), AckRequested: hostile(r, 2), Usage: hostile(r, 2),
			},
			Group:      GS{FunctionalID: "PO", Sender: hostile(r, 20), ControlNumber: hostile(r, 12), Version: "004010"},
			Delimiters: outgoing[r.IntN(len(outgoing))],
		}
		out := AppendInterchange(nil, e, 0, nil)
		if n := bytes.IndexByte(out, e.Delimiters.Segment); n != 105 {
			t.Fatalf("seed %d: the ISA ends at byte %d: %q", seed, n, out)
		}
		ends := 0
		for ev, err := range NewReader(bytes.NewReader(out), Options{}).Events() {
			if err != nil {
				t.Fatal(err)
			}
			if ev.Kind == InterchangeEnd {
				ends++
				if f := InterchangeFate(ev.Interchange.Findings, true); f != Accepted {
					t.Fatalf("seed %d: %+v in %q", seed, ev.Interchange.Findings, out)
				}
			}
			if ev.Kind == GroupEnd && GroupFate(ev.Group.Findings) != Accepted {
				t.Fatalf("seed %d: %+v in %q", seed, ev.Group.Findings, out)
			}
		}
		if ends != 1 {
			t.Fatalf("seed %d: %d interchanges in %q", seed, ends, out)
		}
	}
}
