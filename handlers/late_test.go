package handlers_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/edi/verdict"
	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
)

// causes are the failures without the times and files they name.
func (p *pipeline) causes() []string {
	p.t.Helper()
	var all []string
	for _, f := range p.failures() {
		f, _, _ = strings.Cut(f, ", which was due ")
		f, _, _ = strings.Cut(f, " in file ")
		all = append(all, f)
	}
	slices.Sort(all)
	return all
}

func (p *pipeline) fails(want ...string) {
	p.t.Helper()
	slices.Sort(want)
	if diff := cmp.Diff(want, p.causes()); diff != "" {
		p.t.Errorf("failures (-want +got)\n%s", diff)
	}
}

// held reports whether the ERP has the only document of a file.
func (p *pipeline) held(v exchange.View) bool {
	p.t.Helper()
	if len(v.Sets) != 1 || v.Sets[0].Document == nil {
		p.t.Fatalf("the file is %q with %d sets and no document", v.File.Outcome, len(v.Sets))
	}
	_, ok := p.holds(v.Sets[0].Noun, v.Sets[0].Document.Key, 1)
	return ok
}

// order850 is an order of the number that the change of the samples is of.
func (p *pipeline) order850(change sample) string {
	p.t.Helper()
	o := p.sampleOf("850")
	o.text = strings.Replace(o.text, o.number+"*"+o.release+"*", change.about+"*"+change.release+"*", 1)
	return o.from("customer")
}

// A change that comes before its order waits on the list of what waits, and
// goes to the ERP after it, without anybody's doing.
func TestChangeBeforeItsOrder(t *testing.T) {
	p := newPipeline(t, agreements(t))
	change := p.sampleOf("860")
	v := p.receive(change.from("customer"))
	if v.File.Outcome != inbox.Accepted || acknowledgements(v) != "997 A" {
		t.Errorf("the change is %q and answered with %q", v.File.Outcome, acknowledgements(v))
	}
	p.pass(time.Minute)
	if p.held(v) || len(p.list(state.ListWaiting)) != 1 {
		t.Fatalf("the ERP has the change: %t; %d documents wait, want it alone", p.held(v), len(p.list(state.ListWaiting)))
	}
	order := p.receive(p.order850(change))
	if !p.held(order) {
		t.Error("the ERP has no order")
	}
	p.pass(15 * time.Minute) // the longest between two looks
	if !p.held(v) || len(p.list(state.ListWaiting)) != 0 {
		t.Errorf("the ERP has the change: %t; %d documents wait", p.held(v), len(p.list(state.ListWaiting)))
	}
	p.fails()
}

// A change whose order never comes is a failure once its patience is over; that
// nobody answered it is another.
func TestChangeWithoutItsOrder(t *testing.T) {
	p := newPipeline(t, agreements(t))
	v := p.receive(p.sampleOf("860").from("customer"))
	p.pass(71 * time.Hour)
	if p.held(v) || len(p.list(state.ListWaiting)) != 1 {
		t.Errorf("%d documents wait, want the change", len(p.list(state.ListWaiting)))
	}
	p.pass(time.Hour)
	if p.held(v) || len(p.list(state.ListWaiting)) != 0 {
		t.Errorf("the ERP has the change: %t; %d documents wait", p.held(v), len(p.list(state.ListWaiting)))
	}
	p.fails(
		"overdue: customer has no 865 from us in answer to its order change 0004500117",
		"waiting: the order change 0004500117 waited 72h0m0s for the order 0004500117, which did not come into the ERP",
	)
}

// An 855 of a supplier waits for the order of ours that it answers to have
// been sent; ours has its answer then.
func TestSupplierAnswers(t *testing.T) {
	for _, c := range []struct{ partner, order, answer string }{
		{"supplier", "850", "855"},
		{"exporter", "ORDERS", "ORDRSP"},
	} {
		t.Run(c.answer, func(t *testing.T) {
			p := newPipeline(t, agreements(t))
			answer := p.sampleOf(c.answer)
			v := p.receive(answer.from(c.partner))
			if p.held(v) || len(p.list(state.ListWaiting)) != 1 {
				t.Errorf("%d documents wait, want the answer", len(p.list(state.ListWaiting)))
			}
			p.precede(answer, c.partner)
			p.pass(5 * time.Second)
			if !p.held(v) || len(p.list(state.ListWaiting)) != 0 {
				t.Errorf("the ERP has the answer: %t; %d documents wait", p.held(v), len(p.list(state.ListWaiting)))
			}
			p.fails()
			p.pass(25 * time.Hour) // the answer came, its acknowledgement did not
			p.fails("overdue: " + c.partner + " has not acknowledged our order " + answer.about + " (" + c.order + ")")
		})
	}
}

// What is owed and stays out is a failure at its time, for what we owe and for
// what is owed to us, and none any more when it comes after all.
func TestOverdue(t *testing.T) {
	for _, c := range []struct{ customer, supplier, order, answer string }{
		{"customer", "supplier", "850", "855"},
		{"importer", "exporter", "ORDERS", "ORDRSP"},
	} {
		t.Run(c.order, func(t *testing.T) {
			p := newPipeline(t, agreements(t))
			order := p.sampleOf(c.order)
			theirs, ours := order.from(c.customer), order.event(c.supplier)
			p.receive(theirs)
			left := p.announce(ours)
			p.pass(4*time.Hour - time.Second)
			p.fails()
			p.pass(time.Second)
			p.fails("overdue: " + c.supplier + " has not acknowledged our order PO-1 (" + c.order + ")")
			p.receive(p.acknowledge(p.file(left.Sent[0].Path), verdict.Answers{}))
			p.fails()
			p.pass(20 * time.Hour)
			p.fails(
				"overdue: "+c.customer+" has no "+c.answer+" from us in answer to its order PO-1",
				"overdue: "+c.supplier+" has not answered our order PO-1 with "+c.answer,
			)
			p.answers(c.answer, order, c.customer, c.supplier)
			p.pass(trade.AnswerSeen)
			p.fails()
		})
	}
}

// answers lets us answer a customer's order, and a supplier ours.
func (p *pipeline) answers(set string, order sample, customer, supplier string) {
	p.t.Helper()
	answer := p.sampleOf(set)
	e := answer.event(customer)
	e.About, e.Number, e.Release = order.number, order.number, order.release
	sent := p.announce(e)
	p.receive(p.acknowledge(p.file(sent.Sent[0].Path), verdict.Answers{}))
	from := "PO-50*"
	if set == "ORDRSP" {
		from = "PO-50'"
	}
	answer.text = strings.Replace(answer.text, from, order.number+from[len("PO-50"):], 1)
	p.receive(answer.from(supplier))
}

// A partner may say that an interchange came before it says what it found: the
// one does not stand in the way of the other.
func TestSaidTwice(t *testing.T) {
	p := newPipeline(t, agreements(t))
	e := p.sampleOf("ORDRSP").event("importer")
	text := p.file(p.announce(e).Sent[0].Path)
	said := p.acknowledge(text, verdict.Answers{Receipt: true})
	if n := strings.Count(said, "UCI+"); n != 2 {
		t.Fatalf("%d messages, want the receipt and the acceptance", n)
	}
	v := p.receive(said)
	if v.File.Outcome != inbox.Accepted {
		t.Errorf("the file is %q", v.File.Outcome)
	}
	if got := p.shown(e); got.Status != "accepted" {
		t.Errorf("the partner says %q", got.Status)
	}
}

// What a partner rejects is a failure, in each of the ways to say so.
func TestRejected(t *testing.T) {
	for _, c := range []struct {
		partner, set, spoil, with string
		as                        verdict.Answers
		want                      string
	}{
		{"customer", "855", "BAK*00*", "BAK*QQ*", verdict.Answers{}, "997 R"},
		{"customer-newer", "855", "BAK*00*", "BAK*QQ*", verdict.Answers{Functional: "999"}, "999 R"},
		{"importer", "ORDRSP", "UNS+S", "UNS+Q", verdict.Answers{}, "CONTRL 4"},
	} {
		t.Run(c.want, func(t *testing.T) {
			p := newPipeline(t, agreements(t))
			e := p.sampleOf(c.set).event(c.partner)
			text := p.file(p.announce(e).Sent[0].Path)
			said, _ := p.judge(strings.Replace(text, c.spoil, c.with, 1), c.as)
			p.receive(said)
			if got := p.shown(e); got.Status != "rejected" || got.Sent[0].Acknowledged.Summary != c.want {
				t.Errorf("the partner says %q: %+v", got.Status, got.Sent[0].Acknowledged)
			}
			got := p.causes()
			if len(got) != 1 || !strings.HasPrefix(got[0], "rejected: "+c.partner+" rejects our "+c.set+", set ") || !strings.HasSuffix(got[0], ", with "+c.want) {
				t.Errorf("failures %q", got)
			}
		})
	}
}
