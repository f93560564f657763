package exchange_test

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/mappings"
)

// agree makes a partner BUYER of the rig with an agreement that says so much,
// and no other.
func (r *rig) agree(status, x12, repeat string) {
	r.t.Helper()
	r.agreeOn(fmt.Appendf(nil, `{"name": "Buyer", "status": %q,
		"x12": {"theirs": [{"qualifier": "ZZ", "id": "BUYER"}]%s}, "receive": {"850": {"map": "x12/850", "repeat": %q}}}`, status, x12, repeat))
}

// agreeOn makes a partner BUYER of the rig with that file, and no other.
func (r *rig) agreeOn(partner []byte) {
	r.t.Helper()
	own := fstest.MapFS{
		"partners/quay/tenant.jsonc": {Data: []byte(`{"name": "Quay", "erp": {"kind": "rest", "url": "http://127.0.0.1:1"},
			"x12": {"ours": [{"qualifier": "ZZ", "id": "QUAY"}]}, "edifact": {"ours": [{"qualifier": "14", "id": "QUAY"}]},
			"channels": {"main": {"partners": ["buyer"]}}}`)},
		"partners/quay/buyer.jsonc": {Data: partner},
	}
	shipped, err := partners.Ship(mappings.Options{Getenv: func(string) string { return "http://127.0.0.1:1" }}, mappings.Embedded(), own)
	if err != nil {
		r.t.Fatal(err)
	}
	r.Catalogs = partners.New(r.Store, shipped)
}

const uncompared = `, "duplicates": {"interchangeDays": "0"}`

// quantity is an order of BUYER for so many.
func quantity(n int) string {
	return edited(file("buyer", "P-1"), "PO1*1*12*", fmt.Sprintf("PO1*1*%d*", n))
}

// noted lists the codes of what was found when a file was applied.
func noted(v exchange.View) []string {
	var all []string
	for _, f := range v.Applied.Findings {
		all = append(all, f.Code)
	}
	return all
}

// order is what is remembered of BUYER's order, and what the ERP is owed.
func (r *rig) order(release string, test bool) (rec trade.DocumentRecord, owed int, ids []string) {
	r.t.Helper()
	all, err := r.Store.ScanAll(r.t.Context(), exchange.DocumentKey("quay", "order", "buyer", "P-1", release, test))
	if err != nil {
		r.t.Fatal(err)
	}
	for _, one := range all {
		ids = append(ids, one.ID)
		switch one.ID {
		case trade.DocumentRecordID:
			err = state.Decode(one, trade.DocumentRecordKind, trade.DocumentRecordVersion, &rec)
		case state.TargetID(state.QueueERPSync):
			var t state.Target
			t, err = state.DecodeTarget(one)
			owed = t.Wanted
		}
		if err != nil {
			r.t.Fatal(err)
		}
	}
	return rec, owed, ids
}

// A number that comes again: with the same content it is a duplicate, with
// other content what the agreement says, and the ERP is owed a version for
// each that stands.
func TestRepeats(t *testing.T) {
	type step struct {
		quantity int
		outcome  inbox.Outcome
		noted    []string
	}
	for _, c := range []struct {
		rule     string
		steps    []step
		version  int
		owed     int
		earlier  []string // records of other versions
		standing string   // of the last order, what stands
	}{
		{"reject", []step{
			{5, inbox.Accepted, nil}, {5, inbox.Duplicate, []string{"DOCUMENT-DUPLICATE"}}, {6, inbox.Rejected, []string{"DOCUMENT-REPEATED"}},
		}, 1, 1, nil, `"quantity":"5"`},
		{"replace", []step{
			{5, inbox.Accepted, nil}, {6, inbox.Accepted, []string{"DOCUMENT-REPLACED"}}, {7, inbox.Accepted, []string{"DOCUMENT-REPLACED"}},
			{7, inbox.Duplicate, []string{"DOCUMENT-DUPLICATE"}}, {5, inbox.Duplicate, []string{"DOCUMENT-DUPLICATE"}},
		}, 3, 3, []string{"document.1", "document.2"}, `"quantity":"7"`},
		{"hold", []step{
			{5, inbox.Accepted, nil}, {6, inbox.Accepted, []string{"DOCUMENT-HELD"}}, {7, inbox.Rejected, []string{"DOCUMENT-REPEATED"}},
			{5, inbox.Duplicate, []string{"DOCUMENT-DUPLICATE"}},
		}, 1, 1, []string{"document.held"}, `"quantity":"5"`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			r := newRig(t, nil)
			r.agree("live", uncompared, c.rule)
			for i, s := range c.steps {
				v := r.receive("main", fmt.Sprintf("%d.edi", i), []byte(quantity(s.quantity)))
				if got := noted(v); v.File.Outcome != s.outcome || !slices.Equal(got, s.noted) {
					t.Errorf("file %d, quantity %d: %s, %q; want %s, %q", i, s.quantity, v.File.Outcome, got, s.outcome, s.noted)
				}
			}
			rec, owed, ids := r.order("", false)
			if rec.Version != c.version || owed != c.owed || !strings.Contains(string(rec.Body), c.standing) {
				t.Errorf("version %d, the ERP is owed %d, of %s; want %d and %d of %s", rec.Version, owed, rec.Body, c.version, c.owed, c.standing)
			}
			want := append([]string{"document"}, c.earlier...)
			want = append(want, state.TargetID(state.QueueERPSync))
			if diff := cmp.Diff(want, ids); diff != "" {
				t.Errorf("records (-want +got)\n%s", diff)
			}
			waiting, err := r.Store.List(t.Context(), state.ListQuery{Tenant: "quay", List: state.ListWaiting})
			if held := slices.Contains(c.earlier, "document.held"); err != nil || (len(waiting) == 1) != held {
				t.Errorf("%d orders wait for a person (%v)", len(waiting), err)
			}
		})
	}
}

// A release is part of an order's key.
func TestReleasesAreOrders(t *testing.T) {
	r := newRig(t, nil)
	r.agree("live", uncompared, "reject")
	for _, release := range []string{"", "R1", "R2"} {
		v := r.receive("main", "release"+release, []byte(edited(quantity(5), "BEG*00*SA*P-1**", "BEG*00*RL*P-1*"+release+"*")))
		if rec, owed, _ := r.order(release, false); v.File.Outcome != inbox.Accepted || rec.Release != release || owed != 1 {
			t.Errorf("release %q: %s, %+v, owed %d", release, v.File.Outcome, rec, owed)
		}
	}
}

// A test, by its ISA15 or its partner's status, is acknowledged as test, owes
// the ERP nothing and stands in the way of no real order.
func TestTests(t *testing.T) {
	r := newRig(t, nil)
	r.agree("testing", uncompared, "reject")
	byStatus := r.receive("main", "status.edi", []byte(quantity(5)))
	r.agree("live", uncompared, "reject")
	byUsage := r.receive("main", "usage.edi", []byte(edited(quantity(6), "*0*P*>", "*0*T*>")))
	real := r.receive("main", "real.edi", []byte(quantity(7)))
	if byStatus.File.Outcome != inbox.Accepted || real.File.Outcome != inbox.Accepted || byUsage.File.Outcome != inbox.Rejected {
		t.Errorf("outcomes %s, %s, %s: the two tests are one order, the real one another", byStatus.File.Outcome, byUsage.File.Outcome, real.File.Outcome)
	}
	if rec, owed, _ := r.order("", true); !rec.Test || owed != 0 {
		t.Errorf("the test order is %+v, and the ERP is owed %d", rec, owed)
	}
	if rec, owed, _ := r.order("", false); rec.Test || owed != 1 {
		t.Errorf("the real order is %+v, and the ERP is owed %d", rec, owed)
	}
	for v, want := range map[*exchange.View]string{&byStatus: "T", &byUsage: "T", &real: "P"} {
		if got := r.usage(v.Sent[0].Path); got != want {
			t.Errorf("%s is answered as %s, want %s", v.File.Name, got, want)
		}
	}
}

// A control number is claimed by a place of a file: any other place of any
// file is a duplicate, and one that was refused claims nothing.
func TestClaims(t *testing.T) {
	r := newRig(t, nil)
	r.agree("live", "", "reject")
	refused := r.end("main", "refused.edi", edited(quantity(5), "SE*5*", "SE*9*"))
	if refused.Outcome != inbox.Rejected {
		t.Errorf("refused: %+v", refused)
	}
	for i, want := range []ending{
		{inbox.Accepted, 1, nil, []string{"997 A"}},
		{inbox.Duplicate, 0, []string{"INTERCHANGE-DUPLICATE"}, []string{"TA1 R 025"}},
	} {
		if diff := cmp.Diff(want, r.end("main", fmt.Sprintf("%d.edi", i), quantity(5))); diff != "" {
			t.Errorf("file %d (-want +got)\n%s", i, diff)
		}
	}
	twice := strings.ReplaceAll(quantity(8), "000000007", "000000008")
	twice += strings.ReplaceAll(strings.ReplaceAll(quantity(9), "000000007", "000000008"), "P-1", "P-2")
	if diff := cmp.Diff(ending{inbox.PartlyAccepted, 1, []string{"INTERCHANGE-DUPLICATE"}, []string{"997 A", "TA1 R 025"}},
		r.end("main", "twice.edi", strings.Replace(twice, "P-1", "P-3", 1))); diff != "" {
		t.Errorf("one number twice in a file (-want +got)\n%s", diff)
	}
}

// What is sent is what the agreement asks for.
func TestWhatIsAskedFor(t *testing.T) {
	good, bad := quantity(5), edited(file("buyer", "P-1", "P-2"), "SE*5*0002", "SE*9*0002")
	asks := edited(good, "*0*P*>", "*1*P*>")
	for _, c := range []struct {
		name, status, acknowledge, content string
		sent                               []string
	}{
		{"the default", "live", `{}`, good, []string{"997 A"}},
		{"ISA14", "live", `{}`, asks, []string{"TA1 A 000", "997 A"}},
		{"ISA14, never", "live", `{"ta1": "never"}`, asks, []string{"997 A"}},
		{"always", "live", `{"ta1": "always"}`, good, []string{"TA1 A 000", "997 A"}},
		{"no 997", "live", `{"functional": "none"}`, bad, nil},
		{"nothing, of a refused interchange", "live", `{"functional": "none", "ta1": "never"}`, edited(good, "IEA*1*000000007~\n", ""), nil},
		{"suspended", "suspended", `{}`, good, []string{"TA1 R 024"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, nil)
			r.agree(c.status, `, "acknowledge": `+c.acknowledge, "reject")
			if got := r.end("main", "po.edi", c.content).Sent; !slices.Equal(got, c.sent) {
				t.Errorf("sent %q, want %q", got, c.sent)
			}
		})
	}
	r := newRig(t, nil)
	r.agree("live", `, "acknowledge": {"acceptedSets": false}`, "reject")
	v := r.receive("main", "po.edi", []byte(bad))
	if got, want := r.answered(v.Sent[0].Path), []string{"0002 R"}; !slices.Equal(got, want) {
		t.Errorf("sets told of: %q, want %q", got, want)
	}
}

// usage is the ISA15 of an answer.
func (r *rig) usage(path string) string {
	r.t.Helper()
	for ev := range r.read(path) {
		return ev.Interchange.Usage
	}
	return ""
}

// answered lists the sets a 997 tells of, and how they fared.
func (r *rig) answered(path string) []string {
	r.t.Helper()
	var sets []string
	for ev := range r.read(path) {
		switch {
		case ev.Kind != x12.SetSegment:
		case ev.Segment.Is("AK2"):
			sets = append(sets, ev.Segment.Text(2))
		case ev.Segment.Is("AK5"):
			sets[len(sets)-1] += " " + ev.Segment.Text(1)
		}
	}
	return sets
}

// read goes through an answer.
func (r *rig) read(path string) iter.Seq[*x12.Event] {
	return func(yield func(*x12.Event) bool) {
		f, err := r.files.Open(r.t.Context(), path, "", 0, -1)
		if err != nil {
			r.t.Fatal(err)
		}
		defer f.Close()
		for ev, err := range x12.NewReader(f, x12.Options{}).Events() {
			if err != nil {
				r.t.Fatal(err)
			}
			if !yield(ev) {
				return
			}
		}
	}
}
