package handlers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/verdict"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/internal/erp"
	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// relation is what is exchanged with one partner: sets by the way they go.
type relation struct {
	in, out []string
	newer   bool // we send 005010 or D01B, and are answered with a 999 where there is one
}

// relations are partners of each role, in both standards. With some of them
// more goes than the usual, so that each set goes each way with somebody.
var relations = map[string]relation{
	"customer":  {in: []string{"850", "860", "820", "824", "852", "997", "999"}, out: []string{"855", "865", "856", "810", "846", "832"}},
	"planner":   {in: []string{"850", "860"}, out: []string{"865", "820"}},
	"supplier":  {in: []string{"855", "865", "856", "810", "846", "832"}, out: []string{"850", "860", "852"}},
	"grocer":    {in: []string{"875", "867"}, out: []string{"880"}},
	"packer":    {in: []string{"880"}, out: []string{"875", "867"}},
	"warehouse": {in: []string{"944", "945"}, out: []string{"940", "943"}},
	"depositor": {in: []string{"940", "943"}, out: []string{"944", "945"}},

	"importer": {in: []string{"ORDERS", "ORDCHG", "RECADV", "SLSRPT", "CONTRL"}, out: []string{"ORDRSP", "DESADV", "INVOIC", "PRICAT", "INVRPT"}},
	"exporter": {in: []string{"ORDRSP", "DESADV", "INVOIC", "PRICAT", "INVRPT"}, out: []string{"ORDERS", "ORDCHG", "RECADV", "SLSRPT"}},
}

// twice are the relations, each a second time on the newer release.
func twice(relations map[string]relation) map[string]relation {
	all := maps.Clone(relations)
	for name, r := range relations {
		r.newer = true
		all[name+"-newer"] = r
	}
	return all
}

// idOf is what a partner is called in an envelope.
func idOf(partner string) string { return strings.ToUpper(strings.ReplaceAll(partner, "-", "")) }

func standardOf(set string) string {
	if set[0] < 'A' {
		return mappings.StandardX12
	}
	return mappings.StandardEDIFACT
}

// agreements are those of the relations.
func agreements(t *testing.T) fstest.MapFS {
	t.Helper()
	fs := fstest.MapFS{}
	var names []string
	for name, r := range twice(relations) {
		standard := standardOf(append(r.in, r.out...)[0])
		terms := func(sets []string) map[string]any {
			all := map[string]any{}
			for _, set := range sets {
				all[set] = map[string]any{"map": standard + "/" + set}
			}
			return all
		}
		send := map[string]any{"expect": map[string]any{"functional": true, "within": "4h"}}
		own := map[string]any{
			"theirs":     []any{map[string]any{"qualifier": "ZZ", "id": idOf(name)}},
			"duplicates": map[string]any{"interchangeDays": "0"},
			"send":       send,
		}
		if standard == mappings.StandardEDIFACT {
			own["acknowledge"] = map[string]any{"contrl": "always"}
		}
		switch {
		case r.newer && standard == mappings.StandardEDIFACT:
			send["syntax"], send["characterSet"], send["directory"] = "4", "UNOY", "D01B"
		case r.newer:
			send["control"], send["release"] = "00501", "005010"
		}
		text, err := json.Marshal(map[string]any{"name": name, standard: own, "receive": terms(r.in), "send": terms(r.out)})
		if err != nil {
			t.Fatal(err)
		}
		fs["partners/"+tenant+"/"+name+".jsonc"] = &fstest.MapFile{Data: text}
		names = append(names, fmt.Sprintf("%q", name))
	}
	fs["partners/"+tenant+"/tenant.jsonc"] = &fstest.MapFile{Data: fmt.Appendf(nil, `{"name": "Quay", "shards": 1,
		"erp": {"kind": "rest", "url": "%%QUAY_ERP_URL%%"},
		"x12": {"ours": [{"qualifier": "ZZ", "id": "QUAY"}]}, "edifact": {"ours": [{"qualifier": "ZZ", "id": "QUAY"}]},
		"channels": {"main": {"partners": [%s]}}}`, strings.Join(names, ", "))}
	return fs
}

// sample is a golden case of a map: a set and the document it is.
type sample struct {
	set, text string
	noun      string
	document  json.RawMessage
	number    string // it is known by
	release   string
	about     string // the order it is about
}

// cases are the golden cases of the maps that are valid by their standard: by
// set, the case and the part of it.
var cases = map[string][2]string{
	"810": {"same/invoice", "x12/810"}, "820": {"x12-820/chain", "input"}, "824": {"x12-824/rejected", "input"}, "832": {"same/prices", "x12/832"},
	"846": {"x12-846/whole", "input"}, "850": {"same/order", "x12/850"}, "852": {"x12-852/stores", "input"}, "855": {"same/order-response", "x12/855"},
	"856": {"same/shipment", "x12/856"}, "860": {"x12-860/cancel", "input"}, "865": {"x12-865/offer", "input"}, "867": {"x12-867/whole", "input"},
	"875": {"x12-875/whole", "input"}, "880": {"x12-880/grocer", "input"}, "940": {"x12-940/grocery", "input"}, "943": {"x12-943/whole", "input"},
	"944": {"x12-944/whole", "input"}, "945": {"x12-945/whole", "input"}, "997": {"x12-997/accepted", "input"}, "999": {"x12-999/whole", "input"},
	"ORDERS": {"same/order", "edifact/ORDERS"}, "ORDCHG": {"same/order-change", "edifact/ORDCHG"}, "ORDRSP": {"same/order-response", "edifact/ORDRSP"},
	"DESADV": {"edifact-DESADV/plain", "input"}, "INVOIC": {"same/invoice", "edifact/INVOIC"}, "INVRPT": {"edifact-INVRPT/whole", "input"},
	"PRICAT": {"edifact-PRICAT/whole", "input"}, "RECADV": {"edifact-RECADV/plain", "input"}, "SLSRPT": {"edifact-SLSRPT/whole", "input"},
	"CONTRL": {"edifact-CONTRL/explained", "input"},
}

// newer are those that are used instead with the newer release, where some
// code or segment of the others is not valid.
var newer = map[string][2]string{
	"944":    {}, // it wants loads, and no case has them without what 005010 has not
	"PRICAT": {"edifact-PRICAT/changes", "input"}, "RECADV": {"edifact-RECADV/short", "input"},
}

// sampleOf reads the case of a set. Where the case does not say what document
// it is, the map does.
func (p *pipeline) sampleOf(set string, of ...map[string][2]string) sample {
	t := p.t
	t.Helper()
	from := cases[set]
	for _, others := range of {
		if other, ok := others[set]; ok {
			from = other
		}
	}
	archive, err := txtar.ParseFile(filepath.Join("..", "mappings", "testdata", filepath.FromSlash(from[0])+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	s := sample{set: set}
	for _, f := range archive.Files {
		switch {
		case f.Name == from[1]:
			s.text = string(f.Data)
		case strings.HasSuffix(f.Name, ".json"):
			var b bytes.Buffer
			if err := json.Compact(&b, f.Data); err != nil {
				t.Fatal(err)
			}
			s.document = b.Bytes()
		}
	}
	if s.document == nil {
		s.document = p.read(s.from("anybody"), standardOf(set)+"/"+set)
	}
	var is struct{ Kind, Number, Release, ChangeNumber string }
	if err := json.Unmarshal(s.document, &is); err != nil {
		t.Fatal(err)
	}
	s.noun, s.number, s.release = is.Kind, is.Number, is.Release
	if s.noun == "order-change" || s.noun == "order-response" {
		s.about = s.number
		if is.ChangeNumber != "" {
			s.number += "/" + is.ChangeNumber
		}
	}
	return s
}

// from is the sample as a file of a partner.
func (s sample) from(partner string) string {
	partner = idOf(partner)
	if standardOf(s.set) == mappings.StandardEDIFACT {
		return string(edifact.AppendInterchange(nil, edifact.Envelope{
			UNB: edifact.UNB{Sender: edifact.Party{ID: partner, Qualifier: "ZZ"}, Receiver: edifact.Party{ID: "QUAY", Qualifier: "ZZ"},
				Date: "261102", Time: "1000", Reference: "7"},
			Delimiters: edifact.Delimiters("3"), LineEnd: "\n",
		}, 1, []byte(s.text)))
	}
	e := x12.Envelope{
		ISA:        x12.ISA{SenderID: partner, ReceiverID: "QUAY", Date: "261102", Time: "1000", ControlNumber: "000000007"},
		Group:      x12.GS{FunctionalID: x12.FunctionalID(s.set), Sender: partner, Receiver: "QUAY", Date: "20261102", Time: "1000", ControlNumber: "7", Version: "004010"},
		Delimiters: edi.Delimiters{Element: '*', Component: '>', Segment: '~'}, LineEnd: "\n",
	}
	if s.set == "999" {
		e.ISA.Version, e.Group.Version = "00501", "005010"
		e.Delimiters.Repetition = '^'
	}
	return string(x12.AppendInterchange(nil, e, 1, []byte(s.text)))
}

// event is the sample as the ERP announces it to a partner.
func (s sample) event(partner string) erp.Event {
	return erp.Event{Noun: s.noun, Partner: partner, Number: s.number, Release: s.release, About: s.about, Set: s.set, Document: s.document}
}

// TestReceived takes each set from each partner that sends it: it has its
// record and its acknowledgement, and the ERP or a feed holds what it says.
func TestReceived(t *testing.T) {
	p := newPipeline(t, agreements(t))
	for partner, r := range relations {
		for _, set := range r.in {
			t.Run(partner+" sends "+set, func(t *testing.T) {
				p.t = t
				s := p.sampleOf(set)
				p.precede(s, partner)
				p.takes(s, partner)
			})
			p.t = t
		}
	}
	if got := p.failures(); len(got) != 0 {
		t.Errorf("failures: %q", got)
	}
	if got := p.list(state.ListWaiting); len(got) != 0 {
		t.Errorf("%d documents wait", len(got))
	}
}

// precede sees to it that the order that a sample is about is there: ours that
// it answers, or the partner's that it changes.
func (p *pipeline) precede(s sample, partner string) {
	p.t.Helper()
	if s.about == "" {
		return
	}
	o := p.sampleOf("850")
	if standardOf(s.set) == mappings.StandardEDIFACT {
		o = p.sampleOf("ORDERS")
	}
	if s.noun == "order-change" {
		o.text = strings.Replace(o.text, o.number+"*"+o.release+"*", s.about+"*"+s.release+"*", 1)
		p.receive(o.from(partner))
		return
	}
	order := values(p.t, o.document)
	order["number"], order["release"] = s.about, s.release
	if s.release == "" {
		delete(order, "release")
	}
	var err error
	if o.document, err = json.Marshal(order); err != nil {
		p.t.Fatal(err)
	}
	o.number, o.release = s.about, s.release
	p.announce(o.event(partner))
}

// takes receives a sample and holds what became of it against the table of
// documents.
func (p *pipeline) takes(s sample, partner string) {
	t := p.t
	t.Helper()
	v := p.receive(s.from(partner))
	for f := range v.Findings() {
		if f.Severity == edi.Error {
			t.Errorf("%s %s at %s: %s", f.Severity, f.Code, f.Reference(), f.Message)
		}
	}
	if v.File.Outcome != inbox.Accepted || len(v.Sets) != 1 {
		t.Fatalf("the file is %q with %d sets", v.File.Outcome, len(v.Sets))
	}
	want := "997 A"
	if standardOf(s.set) == mappings.StandardEDIFACT {
		want = "CONTRL 7"
	}
	if s.noun == "acknowledgement" {
		want = ""
	}
	if got := acknowledgements(v); got != want {
		t.Errorf("answered %q, want %q", got, want)
	}
	set := v.Sets[0]
	if set.Noun != s.noun || s.number != "" && set.Number != s.number || set.Release != s.release {
		t.Errorf("it is the %s %q %q, want the %s %q %q", set.Noun, set.Number, set.Release, s.noun, s.number, s.release)
	}
	switch flow := p.catalog.Flow(s.noun); flow.Effect {
	case mappings.EffectERP:
		if set.Document == nil {
			t.Fatal("it has no record")
		}
		held, ok := p.holds(s.noun, set.Document.Key, set.Document.Version)
		if diff := cmp.Diff(string(s.document), string(held)); diff != "" || !ok {
			t.Errorf("the ERP holds it: %t (-want +got)\n%s", ok, diff)
		}
		if set.Document.ERP != "in the ERP" || set.Document.Reference == "" {
			t.Errorf("it is %s as %q", set.Document.ERP, set.Document.Reference)
		}
	case mappings.EffectFeed:
		if set.Document == nil || set.Document.Feed == "" {
			t.Fatalf("it has no feed: %+v", set.Document)
		}
		m, _ := p.catalog.Document(set.Map)
		if diff := cmp.Diff(values(t, s.document), feed(t, p.file(set.Document.Feed), m.Feed())); diff != "" {
			t.Errorf("the feed (-want +got)\n%s", diff)
		}
	case mappings.EffectMatch:
		if set.Document != nil {
			t.Errorf("it has a record: %+v", set.Document)
		}
	default:
		t.Errorf("nothing is said of what becomes of a %s", s.noun)
	}
}

// acknowledgements are the summaries of what a file is answered with.
func acknowledgements(v exchange.View) string {
	var all []string
	for _, s := range v.Sent {
		all = append(all, s.Summary)
	}
	return strings.Join(all, ", ")
}

func values(t *testing.T, text []byte) map[string]any {
	t.Helper()
	v := map[string]any{}
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// feed puts together again what the lines of a feed say.
func feed(t *testing.T, text, items string) map[string]any {
	t.Helper()
	var whole map[string]any
	var rest []any
	for line := range strings.Lines(text) {
		if whole == nil {
			whole = values(t, []byte(line))
			continue
		}
		rest = append(rest, any(values(t, []byte(line))))
	}
	whole[items] = rest
	return whole
}

// TestSent lets the ERP announce each document to each partner that gets it:
// it lies in the outbound folder, reads again as it was, and the partner's
// acknowledgement is known of it.
func TestSent(t *testing.T) {
	p := newPipeline(t, agreements(t))
	for partner, r := range relations {
		for _, set := range r.out {
			t.Run(partner+" gets "+set, func(t *testing.T) {
				p.t = t
				p.gives(p.sampleOf(set), partner, "997")
			})
			if newer, ok := newer[set]; ok && newer[0] == "" {
				continue
			}
			t.Run(partner+" gets "+set+" of the newer release", func(t *testing.T) {
				p.t = t
				p.gives(p.sampleOf(set, newer), partner+"-newer", "999")
			})
			p.t = t
		}
	}
	if got := p.failures(); len(got) != 0 {
		t.Errorf("failures: %q", got)
	}
}

// gives announces a sample and holds what became of it against the sample.
func (p *pipeline) gives(s sample, partner, functional string) {
	t := p.t
	t.Helper()
	e := s.event(partner)
	if e.Number == "" {
		e.Number = "NONE"
	}
	v := p.announce(e)
	if v.Status != "sent" || len(v.Sent) != 1 || v.Set != s.set {
		t.Fatalf("%s is %s, failures: %q", v.Set, v.Status, p.failures())
	}
	text := p.file(v.Sent[0].Path)
	if diff := cmp.Diff(string(s.document), string(p.read(text, standardOf(s.set)+"/"+s.set))); diff != "" {
		t.Errorf("what left (-want +got)\n%s", diff)
	}
	said := p.receive(p.acknowledge(text, verdict.Answers{Functional: functional}))
	want := functional + " A"
	if standardOf(s.set) == mappings.StandardEDIFACT {
		want = "CONTRL 7"
	}
	if got := acknowledgements(said); said.File.Outcome != inbox.Accepted || got != "" {
		t.Errorf("the acknowledgement is %q and answered with %q", said.File.Outcome, got)
	}
	v = p.shown(e)
	if a := v.Sent[0].Acknowledged; v.Status != "accepted" || a == nil || a.Summary != want {
		t.Errorf("the partner says %q: %+v, want %s", v.Status, a, want)
	}
}
