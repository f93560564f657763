package exchange_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
)

// customers are partners that get documents from us.
func customers() fstest.MapFS {
	return fstest.MapFS{
		"partners/quay/tenant.jsonc": {Data: []byte(`{"name": "Quay", "shards": 1,
			"erp": {"kind": "rest", "url": "http://127.0.0.1:1"},
			"x12": {"ours": [{"qualifier": "ZZ", "id": "QUAY"}]}, "edifact": {"ours": [{"qualifier": "14", "id": "QUAY"}]},
			"channels": {"main": {"partners": ["american", "european", "supplier"]}}}`)},
		"partners/quay/american.jsonc": {Data: []byte(`{"name": "American", "x12": {
			"theirs": [{"qualifier": "ZZ", "id": "AMERICAN"}],
			"send": {
				"numbers": {"first": "8", "last": "9"}, "groupNumbers": {"first": "50", "last": "59"},
				"setNumbers": {"first": "1", "last": "9999", "prefix": "Q"}, "setsRunOn": true,
				"expect": {"functional": true, "within": "4h"}
			}},
			"receive": {"850": {"map": "x12/850"}}, "send": {"855": {"map": "x12/855"}}}`)},
		"partners/quay/european.jsonc": {Data: []byte(`{"name": "European", "edifact": {
			"theirs": [{"qualifier": "14", "id": "EUROPEAN"}],
			"send": {"association": "EAN008", "requestAcknowledgement": true, "groups": true, "numbers": {"first": "1", "last": "99999", "prefix": "HS", "digits": "5"}}},
			"receive": {"ORDERS": {"map": "edifact/ORDERS"}}, "send": {"ORDRSP": {"map": "edifact/ORDRSP"}}}`)},
		"partners/quay/supplier.jsonc": {Data: []byte(`{"name": "Supplier", "x12": {"theirs": [{"qualifier": "ZZ", "id": "SUPPLIER"}]},
			"receive": {"855": {"map": "x12/855"}}, "send": {"850": {"map": "x12/850", "answers": {"855": "2d"}}}}`)},
	}
}

// respond is the answer to an order as an ERP gives it.
func respond(number, item string) string {
	return fmt.Sprintf(`{"kind":"order-response","version":1,"number":%q,"status":"accepted","orderDate":"2026-11-02","date":"2026-11-03",`+
		`"lines":[{"number":"1","quantity":"12","unit":"EA","price":"4.25","items":[{"type":"vendor","id":%q}]}]}`, number, item)
}

// outgoing makes a document to be sent, as the ERP's events do, and returns
// the wake-up for it.
func (r *rig) outgoing(partner, standard, set, noun, number, body string) state.Wake {
	r.t.Helper()
	key := state.Key{Tenant: "quay", Aggregate: state.ID(trade.KeyParts(trade.Out, noun, partner, number, "", false)...)}
	b := r.Store.Batch(key)
	b.Create(trade.DocumentRecordID, trade.DocumentRecordKind, trade.DocumentRecordVersion, trade.DocumentRecord{
		Version: 1, Noun: noun, Number: number, About: number, Partner: partner, Channel: "main", Direction: trade.Out, Standard: standard, Set: set,
		Source: "erp:1", Hash: state.Hash(body), Received: r.Store.Now(), Body: json.RawMessage(body),
	})
	b.Want(state.QueueEDIOutbound, 1)
	if _, err := b.Commit(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	return state.Wake{Tenant: "quay", Aggregate: key.Aggregate}
}

// letters returns the files that were sent, by name.
func (r *rig) letters() []string {
	r.t.Helper()
	infos, err := r.files.List(r.t.Context(), "outbound/", "", 100)
	if err != nil {
		r.t.Fatal(err)
	}
	var all []string
	for _, info := range infos {
		body, err := os.ReadFile(filepath.Join(r.dir, filepath.FromSlash(info.Path)))
		if err != nil {
			r.t.Fatal(err)
		}
		all = append(all, string(body))
	}
	return all
}

// later is the exchange as it will be after a time.
func (r *rig) later(after time.Duration) *exchange.Exchange {
	store := state.New(r.records, r.files, r.queues, state.Options{Now: func() time.Time { return time.Now().Add(after) }})
	return &exchange.Exchange{Store: store, Catalogs: r.Catalogs}
}

func (r *rig) failures() []state.Failure {
	r.t.Helper()
	rows, err := r.Store.List(r.t.Context(), state.ListQuery{Tenant: "quay", List: state.ListFailures})
	if err != nil {
		r.t.Fatal(err)
	}
	var all []state.Failure
	for _, row := range rows {
		var f state.Failure
		if err := json.Unmarshal(row.Body, &f); err != nil {
			r.t.Fatal(err)
		}
		all = append(all, f)
	}
	return all
}

func (r *rig) said(w state.Wake) exchange.Acknowledged {
	r.t.Helper()
	v, err := r.ShowOutgoing(r.t.Context(), w.Key())
	if err != nil {
		r.t.Fatal(err)
	}
	if len(v.Sent) == 0 || v.Sent[0].Acknowledged == nil {
		return exchange.Acknowledged{}
	}
	return *v.Sent[0].Acknowledged
}

// A document leaves in the envelope agreed, once however often it is sent, and
// with the numbers of its first try.
func TestSendX12(t *testing.T) {
	r := newRigOf(t, nil, nil, customers())
	w := r.outgoing("american", "x12", "855", "order-response", "PO-1", respond("PO-1", "HS*1"))
	for range 2 {
		if err := r.Send(t.Context(), w); err != nil && !errors.Is(err, state.ErrNothingDue) {
			t.Fatal(err)
		}
	}
	got := r.letters()
	if len(got) != 1 {
		t.Fatalf("%d files, want one", len(got))
	}
	for _, want := range []string{
		"ISA|00|          |00|          |ZZ|QUAY           |ZZ|AMERICAN       |", "|000000008|0|P|>~", "GS|PR|QUAY|AMERICAN|", "|50|X|004010~",
		"ST|855|Q0001~\nBAK|00|AD|PO-1|20261102|", "|VN|HS*1~", "SE|5|Q0001~\nGE|1|50~\nIEA|1|000000008~\n",
	} {
		if !strings.Contains(got[0], want) {
			t.Errorf("it lacks %q:\n%s", want, got[0])
		}
	}
	v, err := r.ShowOutgoing(t.Context(), w.Key())
	if err != nil || len(v.Sent) != 1 || v.Sent[0].Control != "000000008" || v.Sent[0].Group != "50" || v.Sent[0].Set != "Q0001" || v.Status != "sent" {
		t.Errorf("shown as %+v (%v)", v, err)
	}
}

// What a document says that its set has no place for is remembered with it.
func TestSentWithoutAField(t *testing.T) {
	r := newRigOf(t, nil, nil, customers())
	body := strings.Replace(respond("PO-1", "HS-1"), `"price":"4.25"`, `"price":"4.25","priceCategory":"CT"`, 1)
	w := r.outgoing("american", "x12", "855", "order-response", "PO-1", body)
	if err := r.Send(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	v, err := r.ShowOutgoing(t.Context(), w.Key())
	if err != nil || len(v.Sent) != 1 || len(v.Sent[0].Findings) != 1 || v.Sent[0].Findings[0].Code != "FIELD-UNMAPPED" {
		t.Errorf("shown as %+v (%v), want a finding about the price's category", v, err)
	}
}

func TestSendEDIFACT(t *testing.T) {
	r := newRigOf(t, nil, nil, customers())
	w := r.outgoing("european", "edifact", "ORDRSP", "order-response", "PO+1", respond("PO+1", "HS'1"))
	if err := r.Send(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(r.letters(), "")
	for _, want := range []string{
		"UNB+UNOC:3+QUAY:14+EUROPEAN:14+", "+HS00001++++1'\n", "UNG+ORDRSP+QUAY:14+EUROPEAN:14+", "UNH+1+ORDRSP:D:96A:UN:EAN008'\n", "RFF+ON:PO?+1'", "HS?'1", "UNE+1+1'\nUNZ+1+HS00001'\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it lacks %q:\n%s", want, got)
		}
	}
}

// What cannot be written as agreed does not leave, costs no control number,
// and says why.
func TestUnwritable(t *testing.T) {
	r := newRigOf(t, nil, nil, customers())
	bad := r.outgoing("american", "x12", "855", "order-response", "PO-1", respond("PO-THAT-IS-LONGER-THAN-BAK03-CAN-HOLD", "HS-1"))
	err := r.Send(t.Context(), bad)
	var refused interface{ Refused() bool }
	if !errors.As(err, &refused) || !refused.Refused() || !strings.Contains(err.Error(), "the 855 cannot be sent: ") {
		t.Errorf("got %v", err)
	}
	if got := r.letters(); len(got) != 0 {
		t.Errorf("sent %q", got)
	}
	if err := r.Send(t.Context(), r.outgoing("american", "x12", "855", "order-response", "PO-2", respond("PO-2", "HS-1"))); err != nil {
		t.Fatal(err)
	}
	if got := r.letters(); len(got) != 1 || !strings.Contains(got[0], "*000000008*0*P*") {
		t.Errorf("sent %q, want the first number", got)
	}
}

func functional(status, set string) string {
	return "ISA*00*          *00*          *ZZ*AMERICAN       *ZZ*QUAY           *261103*1015*U*00401*000000071*0*P*>~\n" +
		"GS*FA*AMERICAN*QUAY*20261103*1015*71*X*004010~\nST*997*0001~\nAK1*PR*50~\nAK2*855*Q0001~\n" + set +
		"AK9*" + status + "*1*1*1~\nSE*6*0001~\nGE*1*71~\nIEA*1*000000071~\n"
}

// What the partner says of a document is known of it, and what it rejects is a
// failure that names it.
func TestAcknowledged(t *testing.T) {
	for _, c := range []struct{ name, file, want, cause, told string }{
		{"accepted", functional("A", "AK5*A~\n"), "accepted 997 A", "", "ACKNOWLEDGEMENT-ACCEPTS"},
		{"rejected", edited(functional("R", "AK3*BAK*2**8~\nAK4*3*324*1~\nAK5*R*5~\n"), "SE*6", "SE*8"), "rejected 997 R", "american rejects our 855, set Q0001, with 997 R in file ", "ACKNOWLEDGEMENT-REJECTS"},
		{"another group", edited(functional("A", "AK5*A~\n"), "AK1*PR*50", "AK1*PR*51"), " ", "", "ACKNOWLEDGEMENT-UNMATCHED"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRigOf(t, nil, nil, customers())
			w := r.outgoing("american", "x12", "855", "order-response", "PO-1", respond("PO-1", "HS-1"))
			if err := r.Send(t.Context(), w); err != nil {
				t.Fatal(err)
			}
			v := r.receive("main", "ack.edi", []byte(c.file))
			if v.File.Outcome != inbox.Accepted {
				t.Errorf("the file is %s: %q", v.File.Outcome, codes(v))
			}
			told := slices.Collect(v.Findings())
			if !slices.ContainsFunc(told, func(f edi.Finding) bool { return f.Code == c.told }) {
				t.Errorf("told %+v, want %s", told, c.told)
			}
			if a := r.said(w); string(a.Status)+" "+a.Summary != c.want {
				t.Errorf("said %q %q, want %q", a.Status, a.Summary, c.want)
			}
			failed := r.failures()
			if c.cause == "" && len(failed) > 0 || c.cause != "" && (len(failed) != 1 || !strings.HasPrefix(failed[0].Cause, c.cause) || failed[0].Class != "rejected") {
				t.Errorf("failures %+v, want %q", failed, c.cause)
			}
		})
	}
}

func TestAcknowledgedEDIFACT(t *testing.T) {
	for action, want := range map[string]string{"7": "accepted CONTRL 7", "4": "rejected CONTRL 4", "8": " CONTRL 8"} {
		r := newRigOf(t, nil, nil, customers())
		w := r.outgoing("european", "edifact", "ORDRSP", "order-response", "PO-1", respond("PO-1", "HS-1"))
		if err := r.Send(t.Context(), w); err != nil {
			t.Fatal(err)
		}
		r.receive("main", "ack.edi", []byte("UNB+UNOC:3+EUROPEAN:14+QUAY:14+261103:1015+71'UNH+1+CONTRL:2:2:UN'UCI+HS00001+QUAY:14+EUROPEAN:14+"+action+"'UNT+3+1'UNZ+1+71'"))
		if a := r.said(w); string(a.Status)+" "+a.Summary != want {
			t.Errorf("said %q %q, want %q", a.Status, a.Summary, want)
		}
	}
}

// An acknowledgement that stays out is a failure once, and none any more when
// it comes after all.
func TestOverdue(t *testing.T) {
	r := newRigOf(t, nil, nil, customers())
	w := r.outgoing("american", "x12", "855", "order-response", "PO-1", respond("PO-1", "HS-1"))
	if err := r.Send(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	due := func(after time.Duration) []state.Failure {
		t.Helper()
		later := r.later(after)
		if err := later.Due(t.Context(), w); err != nil {
			t.Fatal(err)
		}
		return r.failures()
	}
	if got := due(time.Hour); len(got) != 0 {
		t.Errorf("early: %+v", got)
	}
	for range 2 {
		if got := due(5 * time.Hour); len(got) != 1 || got[0].Class != "overdue" || !strings.HasPrefix(got[0].Cause, "american has not acknowledged our order response PO-1 (855), which was due ") {
			t.Errorf("due: %+v", got)
		}
	}
	r.receive("main", "ack.edi", []byte(functional("A", "AK5*A~\n")))
	if got := r.failures(); len(got) != 0 {
		t.Errorf("it came: %+v", got)
	}
}

// An order of ours has its answer when the 855 comes; one of theirs, when ours
// leaves.
func TestAnswersDue(t *testing.T) {
	const order = `{"kind":"order","version":1,"number":"OUR-1","purpose":"original","type":"stand-alone","date":"2026-11-02","lines":[{"number":"1","quantity":"12","unit":"EA","price":"4.25","items":[{"type":"vendor","id":"HS-1"}]}]}`
	const answer = "ISA*00*          *00*          *ZZ*SUPPLIER       *ZZ*QUAY           *261103*1015*U*00401*000000071*0*P*>~\n" +
		"GS*PR*SUPPLIER*QUAY*20261103*1015*71*X*004010~\nST*855*0001~\nBAK*00*AT*OUR-1*20261102~\nPO1*1*12*EA*4.25**VN*HS-1~\nCTT*1~\nSE*5*0001~\nGE*1*71~\nIEA*1*000000071~\n"
	for _, answered := range []bool{false, true} {
		r := newRigOf(t, nil, nil, customers())
		ours := r.outgoing("supplier", "x12", "850", "order", "OUR-1", order)
		if err := r.Send(t.Context(), ours); err != nil {
			t.Fatal(err)
		}
		r.receive("main", "po.edi", []byte(file("american", "THEIRS-1")))
		theirs := state.Wake{Tenant: "quay", Aggregate: "order.american.THEIRS-1"}
		if answered {
			r.receive("main", "answer.edi", []byte(answer))
			b := r.Store.Batch(state.Key{Tenant: "quay", Aggregate: state.ID(trade.AnswerParts(trade.Out, "american", "THEIRS-1", false)...)})
			b.Put("855", trade.AnswerRecordKind, trade.AnswerRecordVersion, trade.AnswerRecord{})
			if _, err := b.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		later := r.later(72 * time.Hour)
		for _, w := range []state.Wake{ours, theirs} {
			if err := later.Due(t.Context(), w); err != nil {
				t.Fatal(err)
			}
		}
		var causes []string
		for _, f := range r.failures() {
			cause, _, _ := strings.Cut(f.Cause, ", which was due ")
			causes = append(causes, cause)
		}
		slices.Sort(causes)
		var want []string
		if !answered {
			want = []string{"american has no 855 from us in answer to its order THEIRS-1", "supplier has not answered our order OUR-1 with 855"}
		}
		if !slices.Equal(causes, want) {
			t.Errorf("answered %t: %q, want %q", answered, causes, want)
		}
	}
}
