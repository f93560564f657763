package mappings

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// port is a tenant with defaults, a partner of each standard and guests of
// both.
func port() map[string]string {
	return map[string]string{
		"erp/rest.jsonc": small()["erp/rest.jsonc"],
		"partners/port/tenant.jsonc": `{
			"name": "Port", "erp": {"kind": "rest", "url": "http://erp"},
			"x12": {"ours": {"qualifier": "ZZ", "id": "PORT"}, "errors": "note", "validate": {"checks": {"totals": "error"}}, "send": {"element": "|"}},
			"edifact": {"ours": [{"qualifier": "14", "id": "4000"}, {"id": "PORT"}]},
			"channels": {"b": {"partners": ["sail", "guest"]}, "a": {"partners": ["sail", "rudder"]}},
			"receive": {"850": {"map": "none", "repeat": "hold"}, "ORDERS": {"map": "none"}},
			"send": {"855": {"map": "none"}, "ORDRSP": {"map": "none"}}
		}`,
		"partners/port/sail.jsonc":   `{"name": "Sail", "channel": "b", "x12": {"theirs": {"qualifier": "01", "id": "SAIL"}, "send": {"release": "005010"}}}`,
		"partners/port/rudder.jsonc": `{"name": "Rudder", "edifact": {"theirs": [{"qualifier": "14", "id": "4711"}, {"id": "RUDDER"}]}, "send": {}}`,
		"partners/port/guest.jsonc": `{"name": "Guest", "status": "testing",
			"x12": {"theirs": {"qualifier": "*", "id": "*"}}, "edifact": {"theirs": {"qualifier": "*", "id": "*"}, "ours": {"qualifier": "*", "id": "*"}}}`,
	}
}

// TestAgreementInEDIFACT: EDIFACT has identities of its own, with or without
// qualifiers, and an id in one standard means nothing in the other.
func TestAgreementInEDIFACT(t *testing.T) {
	c, err := Load(Options{}, filesOf(port()))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, channel string
		party         Party
		partner       string
		err           error
	}{
		{"by qualifier and id", "a", Party{"edifact", "14", "4711", "14", "4000"}, "rudder", nil},
		{"without a qualifier", "a", Party{"edifact", "", "RUDDER", "", "PORT"}, "rudder", nil},
		{"to a qualifier too many", "a", Party{"edifact", "", "RUDDER", "14", "PORT"}, "rudder", ErrUnknownReceiver},
		{"in the other standard", "a", Party{"x12", "14", "4711", "ZZ", "PORT"}, "", ErrUnknownPartner},
		{"a guest", "b", Party{"edifact", "", "WANDERER", "", "ANYONE"}, "guest-edifact--WANDERER", nil},
		{"a guest in X12", "b", Party{"x12", "ZZ", "WANDERER", "ZZ", "PORT"}, "guest-ZZ-WANDERER", nil},
	} {
		a, err := c.Agreement("port", test.channel, test.party)
		if !errors.Is(err, test.err) || (a == nil) != (test.partner == "") || a != nil && a.Partner != test.partner {
			t.Errorf("%s: got %+v, %v", test.name, a, err)
		}
		if a == nil || !a.Guest {
			continue
		}
		again, ok := c.Partner("port", a.Partner)
		if diff := cmp.Diff(again, a, cmp.AllowUnexported(DocumentTerms{})); !ok || diff != "" {
			t.Errorf("%s: by its id (-got +want):\n%s", test.name, diff)
		}
		if a.X12.Spoken() == a.EDIFACT.Spoken() {
			t.Errorf("%s speaks both standards, or none", test.name)
		}
	}
	for _, id := range []string{"guest", "nobody", "guest-", "guest-x", "guest-edifact-14-4711", ""} {
		if a, ok := c.Partner("port", id); ok {
			t.Errorf("%q is %+v", id, a)
		}
	}
	var names []string
	for _, a := range c.Partners("port") {
		names = append(names, a.Partner)
	}
	if diff := cmp.Diff(names, []string{"guest", "rudder", "sail"}); diff != "" {
		t.Errorf("partners (-got +want):\n%s", diff)
	}
}

// TestTenantDefaults: what a partner leaves out is the tenant's, field by
// field; a table that it writes is its own whole.
func TestTenantDefaults(t *testing.T) {
	c, err := Load(Options{}, filesOf(port()))
	if err != nil {
		t.Fatal(err)
	}
	sail, _ := c.Partner("port", "sail")
	x := sail.X12
	if x.Errors != NoteErrors || x.Send.Element != "|" || x.Send.Release != "005010" || x.Validate.Checks[CheckTotals] != LevelError || x.Validate.Checks[CheckCounts] != LevelWarning {
		t.Errorf("terms %+v", x)
	}
	if d, ok := sail.Receives(DocumentKind{Set: "850"}); !ok || d.Repeat != RepeatHold || d.Validate.Checks[CheckTotals] != LevelError {
		t.Errorf("850: %+v", d)
	}
	if d, ok := sail.Sends("855"); !ok || d.X12.Release != "005010" || d.X12.GroupReceiver != "SAIL" || d.X12.Element != "|" {
		t.Errorf("855: %+v", d)
	}
	if _, ok := sail.Receives(DocumentKind{Set: "ORDERS"}); ok {
		t.Error("a partner of X12 may send ORDERS")
	}
	if sail.Channel != "b" {
		t.Errorf("channel %s", sail.Channel)
	}
	rudder, _ := c.Partner("port", "rudder")
	if _, ok := rudder.Receives(DocumentKind{Set: "ORDERS"}); !ok || len(rudder.Receive) != 1 || len(rudder.Send) != 0 || rudder.Channel != "a" {
		t.Errorf("rudder %+v", rudder)
	}
	guest, _ := c.Partner("port", "guest-ZZ-WANDERER")
	if guest.X12.Send.Usage != "T" || guest.Send["855"].X12.GroupReceiver != "WANDERER" || c.tenants["port"].partners["guest"].Send["855"].X12.GroupReceiver != "" {
		t.Errorf("guest %+v", guest.Send["855"].X12)
	}
}

// TestReceives: the first terms that fit are taken.
func TestReceives(t *testing.T) {
	c, err := Load(Options{}, filesOf(withDocument(`"receive": {
		"850": [
			{"release": "005010", "application": "EAST", "map": "none", "repeat": "replace"},
			{"release": "004", "map": "none", "repeat": "hold"},
			{"map": "none"}
		],
		"ORDERS": [{"association": "EAN008", "map": "none", "repeat": "hold"}]}`)))
	if err != nil {
		t.Fatal(err)
	}
	a, _ := c.Partner("t", "p")
	for kind, want := range map[DocumentKind]Repeat{
		{Set: "850", Release: "005010X", Application: "EAST"}:   RepeatReplace,
		{Set: "850", Release: "005010X", Application: "WEST"}:   RepeatReject,
		{Set: "850", Release: "004030VICS"}:                     RepeatHold,
		{Set: "850"}:                                            RepeatReject,
		{Set: "ORDERS", Release: "D96A", Association: "EAN008"}: RepeatHold,
		{Set: "ORDERS", Release: "D96A", Association: "EAN009"}: "",
		{Set: "855"}: "",
	} {
		d, ok := a.Receives(kind)
		if ok != (want != "") || ok && d.Repeat != want {
			t.Errorf("%+v: got %+v", kind, d)
		}
	}
}

// TestTermsAreRefused: what a file of a partner may not say, told with its
// field.
func TestTermsAreRefused(t *testing.T) {
	for said, want := range map[string]string{
		`"x12": {"theirs": {"qualifier": "01", "id": "1"}}`:                                                          "no document is agreed",
		`"receive": {"850": {"map": "none"}}`:                                                                        "a partner needs x12 or edifact",
		`X, "receive": {"850": []}`:                                                                                  "receive.850: must be the terms of a document",
		`X, "receive": {"ORDERS": {"map": "none"}}`:                                                                  "receive.ORDERS: is of edifact, for which the partner has no terms",
		`X, "receive": {"850": [{"map": "none"}, {"release": "005010", "map": "none"}]}`:                             "receive.850[0]: means every 850",
		`X, "receive": {"850": {"map": "x12/9"}}`:                                                                    "receive.850.map: there is no documents/x12/9.jsonc",
		`X, "receive": {"850": {"map": "none", "association": "EAN"}}`:                                               "receive.850.association: unknown field",
		`X, "receive": {"850": {"map": "none", "patience": "soon"}}`:                                                 `receive.850.patience: "soon" is not a time`,
		`X, "receive": {"850": {"map": "none", "patience": "9999d"}}`:                                                "receive.850.patience",
		`X, "receive": {"850": {"map": "none", "answers": {"ORDRSP": "1d"}}}`:                                        `receive.850.answers.ORDRSP: "ORDRSP" is not a document of x12`,
		`X, "receive": {"850": {"map": "none", "envelope": {}}}`:                                                     "receive.850.envelope: unknown field",
		`X, "send": {"855": {"map": "none", "repeat": "hold"}}`:                                                      "send.855.repeat: unknown field",
		`X, "send": {"855": {"map": "none", "envelope": {"numbers": {}}}}`:                                           "send.855.envelope.numbers: unknown field",
		`X, "send": {"855": {"map": "none", "envelope": {"segment": "*"}}}`:                                          "send.855.envelope: two delimiters are the same byte",
		`X, "channel": "c", "send": {"855": {"map": "none"}}`:                                                        "channel: tenant.jsonc names p on no channel",
		`"x12": {"theirs": {"qualifier": "01", "id": "1"}, "send": {"batch": {"count": 5}}}`:                         "x12.send.batch: needs every or schedule",
		`"x12": {"theirs": {"qualifier": "01", "id": "1"}, "send": {"batch": {"schedule": "daily at 5"}}}`:           "x12.send.batch.schedule",
		`"x12": {"theirs": {"qualifier": "01", "id": "1"}, "send": {"batch": {"every": "1h", "zone": "UTC"}}}`:       "x12.send.batch: zone is that of a schedule",
		`"x12": {"theirs": {"qualifier": "01", "id": "1"}, "send": {"batch": {"every": "1h", "zone": "Mars/Base"}}}`: `"Mars/Base" is not a time zone`,
		`"x12": {"theirs": {"qualifier": "01", "id": "1"}, "send": {"replacement": "*"}}`:                            "x12.send: the replacement is a delimiter",
		`"x12": {"theirs": {"qualifier": "01", "id": "1"}, "send": {"security": {"qualifier": "01"}}}`:               "x12.send.security: a value stands with a qualifier other than 00",
		`"x12": {"theirs": {"qualifier": "01", "id": "1"}, "send": {"numbers": {"prefix": "A"}}}`:                    "x12.send.numbers.prefix: unknown field",
		`"x12": {"theirs": {"qualifier": "01", "id": "1"}, "send": {"setNumbers": {"prefix": "AB"}}}`:                "x12.send.setNumbers: AB999999999 is longer than 9",
		`"x12": {"theirs": {"qualifier": "01", "id": "1"}, "mask": "N104"}`:                                          `x12.mask: "N104" is not a place`,
		`"x12": {"theirs": {"qualifier": "01", "id": "1"}, "acknowledge": {"adviceCodes": {"bad code": "1"}}}`:       "adviceCodes.bad code",
		`"edifact": {"theirs": {"id": "1"}, "send": {"syntax": "3", "encoding": "1"}}`:                               "edifact.send: serviceCodes and encoding stand only in syntax 4",
		`"edifact": {"theirs": {"id": "1"}, "send": {"element": ":"}}`:                                               "edifact.send: two delimiters",
		`"edifact": {"theirs": {"id": "1"}, "send": {"group": {"sender": [{"id": "A"}, {"id": "B"}]}}}`:              "edifact.send.group.sender: is one identity",
		`"edifact": {"theirs": {"id": "1"}, "send": {"characterSet": "ASCII"}}`:                                      `edifact.send.characterSet: "ASCII" is not a character set`,
	} {
		files := withDocument("")
		x := `"x12": {"theirs": {"qualifier": "01", "id": "1"}}`
		files["partners/t/p.jsonc"] = `{"name": "P", ` + strings.Replace(said, "X", x, 1) + `}`
		_, err := Load(Options{}, filesOf(files))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", said, err, want)
		}
	}
}

// TestMask: what hides an element hides its components, and the other way
// round.
func TestMask(t *testing.T) {
	m := Mask{"N1-04", "SV1-01-2"}
	for place, want := range map[[3]any]bool{
		{"N1", 4, 0}: true, {"N1", 4, 1}: true, {"N1", 3, 0}: false,
		{"SV1", 1, 2}: true, {"SV1", 1, 1}: false, {"SV1", 1, 0}: true, {"SV1", 11, 0}: false,
	} {
		if got := m.Hides(place[0].(string), place[1].(int), place[2].(int)); got != want {
			t.Errorf("%v: %v", place, got)
		}
	}
	x, e := defaultX12(), defaultEDIFACT()
	if !x.Hides("ISA", 4, 0) || x.Hides("ISA", 6, 0) || !e.Hides("UNB", 6, 1) || e.Hides("UNB", 5, 0) || !e.Hides("UNG", 8, 0) {
		t.Error("security fields")
	}
}

func TestNumberRangeText(t *testing.T) {
	if got := (NumberRange{Prefix: "A", Suffix: "-Z", Digits: 4}).Text(42); got != "A0042-Z" {
		t.Errorf("got %s", got)
	}
}

// FuzzPartner: whatever a file of a partner holds, it is read to an agreement
// or refused with faults that have their places.
func FuzzPartner(f *testing.F) {
	files := port()
	for name, text := range files {
		if strings.HasSuffix(name, "/sail.jsonc") || strings.HasSuffix(name, "/rudder.jsonc") {
			f.Add(text)
		}
	}
	f.Add(`{"name": "P", "x12": {"theirs": []}, "receive": {"850": [{}, 5]}, "send": {"855": null}}`)
	f.Fuzz(func(t *testing.T, text string) {
		own := maps.Clone(files)
		own["partners/port/sail.jsonc"] = text
		c, err := Load(Options{}, filesOf(own))
		if err == nil {
			if a, ok := c.Partner("port", "sail"); !ok || a.Version == "" || !a.X12.Spoken() && !a.EDIFACT.Spoken() {
				t.Errorf("loads as %+v", a)
			}
			return
		}
		faults := Faults(err)
		if len(faults) == 0 {
			t.Errorf("no fault says why: %v", err)
		}
		for _, fault := range faults {
			if fault.File == "" || fault.Line < 1 || fault.Reason == "" {
				t.Errorf("%+v has no place", fault)
			}
		}
		MaskSecrets(text)
	})
}
