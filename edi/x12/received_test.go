package x12

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/crossdock/crossdock/edi"
	"github.com/google/go-cmp/cmp"
)

// received is what a file says of what we sent, a line each.
func received(t testing.TB, src io.Reader) string {
	t.Helper()
	var b strings.Builder
	tell := func(findings []edi.Finding) {
		for _, f := range findings {
			fmt.Fprintf(&b, "\t%s %s", f.Code, f.Reference())
			if f.InSet > 0 {
				fmt.Fprintf(&b, " in %d", f.InSet)
			}
			if f.Loop != "" {
				fmt.Fprintf(&b, " of loop %s", f.Loop)
			}
			if f.Repetition > 0 {
				fmt.Fprintf(&b, " repetition %d", f.Repetition)
			}
			if f.Value != "" {
				fmt.Fprintf(&b, " %q", f.Value)
			}
			fmt.Fprintf(&b, ": %s\n", f.Message)
		}
	}
	for a, err := range Acknowledgements(NewReader(src, Options{}).Events()) {
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case a.TA1 != nil:
			fmt.Fprintf(&b, "interchange %s: %s\n", a.TA1.ControlNumber, a.TA1.Fate())
			if f, some := a.TA1.Finding(); some {
				tell([]edi.Finding{f})
			}
		case a.Set != nil:
			fmt.Fprintf(&b, "set %s %s of %s %s: %s (%s)", a.Set.ID, a.Set.ControlNumber, a.Set.FunctionalID, a.Set.GroupControl, a.Set.Fate, a.Set.Status)
			if a.Set.Context.Name != "" {
				fmt.Fprintf(&b, ", %s %s", a.Set.Context.Name, a.Set.Context.Value)
			}
			b.WriteString("\n")
			tell(a.Set.Findings)
		case a.Group != nil:
			g := a.Group
			fmt.Fprintf(&b, "group %s %s by %s %s: %s (%s), %d of %d\n", g.FunctionalID, g.ControlNumber, g.ID, g.Control, g.Fate, g.Status, g.AcceptedCount, g.Received)
			tell(g.Findings)
		case a.Outcome != nil:
			o := a.Outcome
			fmt.Fprintf(&b, "content of %s %s of group %s, %s %s, by %s: %s (%s)", o.ID, o.ControlNumber, o.Group.ControlNumber, o.Qualifier, o.Number, a.Advice.Reference, o.Fate, o.Code)
			for _, r := range o.References {
				fmt.Fprintf(&b, ", %s %s", r.Qualifier, r.Value)
			}
			b.WriteString("\n")
			tell(o.Findings)
		}
	}
	return b.String()
}

// interchangeOf puts sets, a line each, into an interchange.
func interchangeOf(functionalID string, sets ...string) []byte {
	e := Envelope{
		ISA:        ISA{SenderID: "BUYER", ReceiverID: "SELLER", Date: "260105", Time: "0930", ControlNumber: "17", Version: "00501"},
		Group:      GS{FunctionalID: functionalID, Sender: "BUYER", Receiver: "SELLER", Date: "20260105", Time: "0930", ControlNumber: "17", Version: "005010"},
		Delimiters: edi.Delimiters{Element: '*', Component: ':', Repetition: '^', Segment: '~'},
	}
	var body []byte
	for i, s := range sets {
		body = fmt.Appendf(body, "ST*%s*%04d~%sSE*%d*%04d~", s[:3], i+1, s[4:], strings.Count(s, "~")+2, i+1)
	}
	return AppendInterchange(nil, e, len(sets), body)
}

func TestReceived(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
	}{
		{
			"accepted", "997 AK1*PO*17~AK2*850*0001~AK5*A~AK9*A*1*1*1~",
			`set 850 0001 of PO 17: accepted (A)
group PO 17 by 997 0001: accepted (A), 1 of 1
`,
		},
		{
			"only the group", "997 AK1*PO*17~AK9*A*5*5*5~",
			`group PO 17 by 997 0001: accepted (A), 5 of 5
`,
		},
		{
			"errors", "997 AK1*PO*17*005010~AK2*850*0001~AK3*N1*4**3~AK3*PO1*5**8~AK4*3:0:2**7*XX~AK4*2**Q9~AK3*DTM*9**8~AK3*REF*10~AK5*R*5*4*15~AK2*855*0002~AK5*E~AK9*P*2*2*1*5*3*77~",
			`set 850 0001 of PO 17: rejected (R)
	SEGMENT-MISSING N1 in 4: AK304 is "3"
	ELEMENT-CODE PO1-03 in 5 repetition 2 "XX": AK403 is "7"
	ACKNOWLEDGED PO1-02 in 5: AK403 is "Q9"
	ACKNOWLEDGED DTM in 9: AK304 is "8"
	ACKNOWLEDGED REF in 10: AK304 is ""
	SE-COUNT : AK5 tells "4" of the set
	ACKNOWLEDGED : AK5 tells "15" of the set
set 855 0002 of PO 17: acceptedWithErrors (E)
group PO 17 by 997 0001: acceptedWithErrors (P), 1 of 2
	GE-COUNT : AK9 tells "5" of the group
	GE-MISSING : AK9 tells "3" of the group
	ACKNOWLEDGED : AK9 tells "77" of the group
`,
		},
		{
			"a guide", "999 AK1*PO*17*005010~AK2*850*0001*005010X1~IK3*PO1*5*LDT*I4~CTX*SITUATIONAL TRIGGER*PO1*5~CTX*BEG03:PO-77~IK4*3**I10*XX~IK5*R*I5~AK9*R*1*1*0~",
			`set 850 0001 of PO 17: rejected (R), BEG03 PO-77
	SEGMENT-NOT-USED PO1 in 5 of loop LDT: IK304 is "I4"
	ELEMENT-NOT-USED PO1-03 in 5 of loop LDT "XX": IK403 is "I10"
group PO 17 by 999 0001: rejected (R), 0 of 1
`,
		},
		{
			"broken", "997 AK1*PO*17~AK3*PO1*5**8~AK4*3**7~AK5*A~AK2*850*0001~AK4*1**1~AK2*850*0002~AK5*Q~AK9*Z*1*1*1~AK9*A*1*1*1~",
			`set 850 0001 of PO 17:  ()
set 850 0002 of PO 17:  (Q)
group PO 17 by 997 0001:  (Z), 1 of 1
	ACKNOWLEDGEMENT-BROKEN AK3: a segment is told of outside any set
	ACKNOWLEDGEMENT-BROKEN AK4: an element is told of outside any segment
	ACKNOWLEDGEMENT-BROKEN AK5: the verdict on a set stands outside any set
	ACKNOWLEDGEMENT-BROKEN AK4: an element is told of outside any segment
	ACKNOWLEDGEMENT-BROKEN AK2: a set is named without a verdict on it
	ACKNOWLEDGEMENT-BROKEN AK5: the verdict on a set is "Q", which means nothing
	ACKNOWLEDGEMENT-BROKEN AK9: the verdict on the group is "Z", which means nothing
	ACKNOWLEDGEMENT-BROKEN AK9: there is more than one verdict on the group
	ACKNOWLEDGEMENT-BROKEN SE: the verdict counts 1 sets, 1 of them accepted; 2 are named, 0 of them accepted
`,
		},
		{
			"nothing in it", "997 AK1*PO*17~AK2*850*0001~",
			`set 850 0001 of PO 17:  ()
group PO 17 by 997 0001:  (), 0 of 0
	ACKNOWLEDGEMENT-BROKEN SE: a set is named without a verdict on it
	ACKNOWLEDGEMENT-BROKEN SE: there is no verdict on the group
`,
		},
		{
			"advice", "824 BGN*11*A-1*20260105~OTI*TA*TN*0001****0930*17*0001*850*005010~OTI*IR*PO*PO-77~REF*VR*4711~TED*024*price*PO1*5*4:1**2.50~NTE**the price is too low~TED*007~OTI*TH*TN*1~",
			`content of 850 0001 of group 17, TN 0001, by A-1: accepted (TA)
content of   of group , PO PO-77, by A-1: rejected (IR), VR 4711
	ACKNOWLEDGED PO1-04-1 in 5 "2.50": TED01 is "024": price the price is too low
	ACKNOWLEDGED : TED01 is "007":
content of   of group , TN 1, by A-1:  (TH)
`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := interchangeOf("FA", c.in)
			if diff := cmp.Diff(c.want, received(t, bytes.NewReader(in))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(c.want, received(t, iotest.OneByteReader(bytes.NewReader(in)))); diff != "" {
				t.Errorf("byte by byte: (-want +got)\n%s", diff)
			}
		})
	}
}

// TestReceivedTA1 reads every note back to the finding it was written for.
func TestReceivedTA1(t *testing.T) {
	for _, row := range ta1Notes {
		out := AppendTA1(nil, plainDelimiters, InterchangeResult{
			ISA: ISA{ControlNumber: "000000017", Date: "260105", Time: "0930"}, Fate: Rejected,
			Findings: []edi.Finding{{Code: row.finding, Severity: edi.Error}},
		})
		got := ParseTA1(edi.ParseSegment(bytes.TrimSuffix(out, []byte("~")), plainDelimiters))
		f, some := got.Finding()
		if got.ControlNumber != "000000017" || got.Fate() != Rejected || !some || ta1Note(f) != row.code || got.Note != row.code {
			t.Errorf("%s: got %+v, %+v", out, got, f)
		}
	}
	for note, want := range map[string]string{"010": CodeAuthorization, "012": CodeSecurity, "030": CodeAcknowledged, "": CodeAcknowledged} {
		if f, some := (TA1{Action: "R", Note: note}).Finding(); !some || f.Code != want {
			t.Errorf("%s: got %+v, want %s", note, f, want)
		}
	}
	for _, accepted := range []TA1{{Action: "A", Note: "000"}, {Action: "A"}} {
		if f, some := accepted.Finding(); some || accepted.Fate() != Accepted {
			t.Errorf("%+v: got %+v", accepted, f)
		}
	}
	if (TA1{Action: "P"}).Fate() != "" {
		t.Error("P is no action of a TA1")
	}
}

// TestAnswered writes a verdict as 999 and reads it: fates, codes, places and
// values come back.
func TestAnswered(t *testing.T) {
	set := func(control string, fate Fate, findings ...edi.Finding) SetResult {
		return SetResult{ID: "850", ControlNumber: control, Implementation: "005010X1", Fate: fate, Findings: findings}
	}
	bad := set("0002", Rejected, at(edi.CodeSegmentMissing, "N1", 4, 0, 0, 0, ""), at(edi.CodeElementCode, "PO1", 5, 3, 2, 4, "XX"), edi.Finding{Code: CodeSECount, Severity: edi.Error})
	bad.Context = Context{"BEG03", "PO-77"}
	g := groupOf("005010", set("0001", Accepted), bad, set("0003", AcceptedWithErrors, at(edi.CodeElementDate, "DTM", 3, 2, 0, 0, "20261399")))
	out := interchangeOf("FA", "999 "+inner(t, Append999(nil, plainDelimiters, "0042", g, AckPolicy{})))
	var sets []SetResult
	for a, err := range Acknowledgements(NewReader(bytes.NewReader(out), Options{}).Events()) {
		if err != nil {
			t.Fatal(err)
		}
		if a.Set != nil {
			for i := range a.Set.Findings {
				a.Set.Findings[i].Position, a.Set.Findings[i].Message = edi.Position{}, ""
			}
			sets = append(sets, a.Set.SetResult)
		}
		if a.Group != nil && (len(a.Group.Findings) > 0 || a.Group.ControlNumber != "17" || a.Group.AcceptedCount != 2 || a.Group.Received != 3) {
			t.Errorf("group %+v", a.Group)
		}
	}
	if diff := cmp.Diff(g.Sets, sets); diff != "" {
		t.Errorf("(-sent +received)\n%s", diff)
	}
}

// TestReceivedSamples reads every acknowledgement among the samples.
func TestReceivedSamples(t *testing.T) {
	want := map[string]string{
		"kputnam__stupidedi/005010_X231A1_FA999_Implementation_Acknowledgment_for_Health_Care_Insurance_pass_response-to-functional-group-containing-3-837s.edi": `set 837 0001 of HC 17456: accepted (A)
set 837 0002 of HC 17456: rejected (R), CLM01 123456789
	ELEMENT-MISSING CLM-02 in 22: IK403 is "1"
set 837 0003 of HC 17456: rejected (R), CLM01 987654321
	SEGMENT-MISSING REF in 57: IK304 is "3"
group HC 17456 by 999 2870001: acceptedWithErrors (P), 1 of 3
`,
		"cosyte__x12/test_fixtures_ack_ta1-accept-with-errors.edi": `interchange 000000019: acceptedWithErrors
	ISA-REPETITION : TA105 is "016"
`,
		"xlate__staedi/x12_simple997.edi": `set 837 0021 of HC 000001: rejected (R)
	ELEMENT-CODE NM1-08 in 8 "MI": AK403 is "7"
group HC 000001 by 997 0001: rejected (R), 0 of 1
`,
		"xlate__staedi/x12_empty997.edi": `group   by 997 0001:  (), 0 of 0
	ACKNOWLEDGEMENT-BROKEN SE: there is no verdict on the group
`,
	}
	kinds := map[string]int{}
	for _, s := range samples(t) {
		if s.standard != "X12" {
			continue
		}
		got := received(t, bytes.NewReader(s.data))
		if w, ok := want[s.file]; ok {
			if diff := cmp.Diff(w, got); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", s.file, diff)
			}
			delete(want, s.file)
		}
		told := false
		for line := range strings.Lines(got) {
			if kind, _, _ := strings.Cut(line, " "); !strings.HasPrefix(kind, "\t") {
				kinds[kind]++
				told = true
			}
		}
		if sent := strings.Contains(s.sets, "997") || strings.Contains(s.sets, "999") || strings.Contains(s.sets, "824"); sent && !told && s.status == "envelope ok" {
			t.Errorf("%s: %s says nothing", s.file, s.sets)
		}
	}
	if len(want) > 0 || kinds["interchange"] < 5 || kinds["set"] < 20 || kinds["group"] < 20 || kinds["content"] < 5 {
		t.Errorf("not read: %v; of what was read %v", want, kinds)
	}
	t.Log(kinds)
}

// A partner's acknowledgement of any size is read in bounded memory.
func TestReceivedMemory(t *testing.T) {
	head := interchangeOf("FA", "997 AK1*PO*17~")
	head = head[:bytes.Index(head, []byte("SE*"))]
	for name, block := range map[string]string{
		"sets":     "AK2*850*0001~AK5*A~",
		"segments": "AK3*PO1*5**3~", "elements": "AK4*3**7*XX~", "verdicts": "AK5*Q~AK9*A~", "contexts": "CTX*A:B~",
	} {
		src := &endless{head: append(bytes.Clone(head), "AK2*850*0001~AK3*PO1*5**8~"...), block: []byte(block), left: 4 << 20}
		before := heap()
		n := 0
		for a, err := range Acknowledgements(NewReader(src, Options{}).Events()) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; a.Set != nil && len(a.Set.Findings) > 100 {
				t.Fatalf("%s: %d findings", name, len(a.Set.Findings))
			}
		}
		if after := heap(); after > before+1<<20 || n == 0 {
			t.Errorf("%s: heap grew from %d to %d bytes in %d answers", name, before, after, n)
		}
	}
	broken := errors.New("line is down")
	var last error
	for _, err := range Acknowledgements(NewReader(iotest.ErrReader(broken), Options{}).Events()) {
		last = err
	}
	if !errors.Is(last, broken) {
		t.Errorf("got %v", last)
	}
}
