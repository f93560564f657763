package mappings

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAgreement(t *testing.T) {
	c := shipped(t)
	party := func(q, id string) Party { return Party{"x12", q, id, "01", "600600600"} }
	for _, test := range []struct {
		name, channel string
		party         Party
		partner       string
		err           error
	}{
		{"by its id", "sftp-east", party("01", "100200300"), "lighthouse-grocers", nil},
		{"by its other id", "sftp-east", party("01", "100200301"), "lighthouse-grocers", nil},
		{"padded", "sftp-east", party("01", "100200300      "), "lighthouse-grocers", nil},
		{"padded on both sides", "sftp-east", Party{"x12", "01", "100200300", "01", "600600600      "}, "lighthouse-grocers", nil},
		{"under another qualifier", "sftp-east", party("ZZ", "100200300"), "", ErrUnknownPartner},
		{"on another channel", "van", party("01", "100200300"), "lighthouse-grocers", ErrNotOnChannel},
		{"a partner is no guest", "guest", party("01", "100200300"), "lighthouse-grocers", ErrNotOnChannel},
		{"a stranger", "van", party("ZZ", "STRANGER"), "", ErrUnknownPartner},
		{"a guest", "guest", party("ZZ", "STRANGER"), "guest-ZZ-STRANGER", nil},
		{"a guest with odd bytes", "guest", party("ZZ", "A-B_C d"), "guest-ZZ-A_2DB_5FC_20d", nil},
		{"to somebody else", "sftp-east", Party{"x12", "01", "100200300", "01", "600600601"}, "lighthouse-grocers", ErrUnknownReceiver},
		{"to a name of ours it may not use", "sftp-east", Party{"x12", "ZZ", "GRANITEHW", "01", "600600600"}, "granite-hardware", ErrUnknownReceiver},
		{"of a standard without terms", "sftp-east", Party{"edifact", "01", "100200300", "01", "600600600"}, "", ErrUnknownPartner},
		{"on no channel", "nowhere", party("01", "100200300"), "", ErrNotOnChannel},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, err := c.Agreement("harbor", test.channel, test.party)
			if !errors.Is(err, test.err) {
				t.Errorf("got %v, want %v", err, test.err)
			}
			got := ""
			if a != nil {
				got = a.Partner
			}
			if got != test.partner {
				t.Errorf("partner %q, want %q", got, test.partner)
			}
		})
	}
	if _, err := c.Agreement("nobody", "van", party("01", "1")); !errors.Is(err, ErrUnknownPartner) {
		t.Errorf("of no tenant: %v", err)
	}
}

// TestGuestsDiffer: identities that differ anywhere never share a partner id.
func TestGuestsDiffer(t *testing.T) {
	c := shipped(t)
	seen := map[string]string{}
	for _, identity := range []string{"ZZ A", "ZZ a", "ZZ A-B", "ZZ A_B", "ZZ A_2DB", "01 A", "ZZ A.B", "ZZ A B"} {
		q, id, _ := strings.Cut(identity, " ")
		a, err := c.Agreement("harbor", "guest", Party{"x12", q, id, "01", "600600600"})
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[a.Partner]; ok {
			t.Errorf("%s and %s are both %s", identity, other, a.Partner)
		}
		seen[a.Partner] = identity
		if a.X12.Send.GroupReceiver != id {
			t.Errorf("%s: group receiver %q", identity, a.X12.Send.GroupReceiver)
		}
	}
}

func TestAgreementTerms(t *testing.T) {
	a, err := shipped(t).Agreement("harbor", "sftp-east", Party{"x12", "ZZ", "GRANITEHW", "ZZ", "HARBORSUPPLY"})
	if err != nil {
		t.Fatal(err)
	}
	want := defaultX12()
	want.Ours, want.Theirs = []Identity{{"ZZ", "HARBORSUPPLY"}}, []Identity{{"ZZ", "GRANITEHW"}}
	want.Errors, want.Acknowledge.Interchange = RejectInterchange, TA1Always
	want.Send.Element, want.Send.LineEnd = "|", "\r\n"
	want.Send.Control, want.Send.Release = "00501", "005010"
	want.Send.Usage, want.Send.GroupSender, want.Send.GroupReceiver = "P", "HARBORSUPPLY", "GRANITE"
	want.Send.Numbers = NumberRange{First: 500001, Last: 599999, Digits: 9}
	want.Send.Expect = Expect{Functional: true, Within: 4 * time.Hour}
	if diff := cmp.Diff(a.X12, want); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
	if a.Partner != "granite-hardware" || a.Name != "Granite Hardware Cooperative" || a.Status != Live || a.Channel != "sftp-east" || a.EDIFACT.Spoken() {
		t.Errorf("got %+v", a)
	}
	d, ok := a.Receives(DocumentKind{Set: "850", Release: "005010"})
	if !ok || d.Map != "x12/850" || d.Repeat != RepeatHold || d.Standard != StandardX12 {
		t.Errorf("850: got %+v", d)
	}
}

// TestAgreementVersion: the version follows the content, not its layout.
func TestAgreementVersion(t *testing.T) {
	version := func(change func(string) string) string {
		files := small()
		files["partners/t/p.jsonc"] = change(files["partners/t/p.jsonc"])
		c, err := Load(Options{}, filesOf(files))
		if err != nil {
			t.Fatal(err)
		}
		a, err := c.Agreement("t", "c", Party{"x12", "01", "1", "ZZ", "US"})
		if err != nil {
			t.Fatal(err)
		}
		return a.Version
	}
	plain := version(func(s string) string { return s })
	if got := version(func(s string) string { return "// why\n" + strings.ReplaceAll(s, "\n", "\n\n") }); got != plain {
		t.Error("a comment makes a new version")
	}
	if got := version(func(s string) string { return strings.Replace(s, `"P"`, `"Q"`, 1) }); got == plain {
		t.Error("another name has the same version")
	}
	if got := version(func(s string) string { return strings.Replace(s, `"x12": {`, `"status": "live", "x12": {`, 1) }); got != plain {
		t.Error("saying the default makes a new version")
	}
}

func TestERPOutcome(t *testing.T) {
	e, ok := shipped(t).ERP("rest")
	if !ok {
		t.Fatal("no descriptor")
	}
	for status, want := range map[int]Outcome{200: OutcomeDone, 201: OutcomeDone, 208: OutcomeDone, 204: OutcomeLater, 400: OutcomeRefused, 409: OutcomeLater, 429: OutcomeLater, 503: OutcomeLater, 302: OutcomeLater, 418: OutcomeLater} {
		if got := e.Outcome(status); got != want {
			t.Errorf("%d: got %s, want %s", status, got, want)
		}
	}
	if got := e.Documents["order"].Target("a.b", "p & q", 3); got != "/orders/a.b/versions/3?partner=p+%26+q" {
		t.Errorf("target %s", got)
	}
	if got := e.Events.Target("7 8"); got != "/events?after=7+8&limit=100" {
		t.Errorf("target of events %s", got)
	}
}
