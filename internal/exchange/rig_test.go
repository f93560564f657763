package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// buyers are the partners of the tests: the same but for the error mode, and for
// one that a channel of its own carries.
func buyers() fstest.MapFS {
	fs := fstest.MapFS{
		"partners/quay/tenant.jsonc": {Data: []byte(`{"name": "Quay", "shards": 1,
			"erp": {"kind": "rest", "url": "http://127.0.0.1:1"},
			"x12": {"ours": [{"qualifier": "ZZ", "id": "QUAY"}]}, "edifact": {"ours": [{"qualifier": "14", "id": "QUAY"}]},
			"channels": {"main": {"partners": ["setwise", "strict", "lenient", "shortly"]}, "other": {"partners": ["elsewhere"]}}}`)},
	}
	for partner, mode := range map[string]mappings.ErrorMode{
		"setwise": mappings.RejectSet, "strict": mappings.RejectInterchange, "lenient": mappings.NoteErrors, "elsewhere": mappings.RejectSet,
		"shortly": mappings.RejectSet,
	} {
		send := ""
		if partner == "shortly" { // one control number for all our answers
			send = `, "send": {"numbers": {"first": "5", "last": "5"}}`
		}
		fs["partners/quay/"+partner+".jsonc"] = &fstest.MapFile{Data: fmt.Appendf(nil, `{"name": %q, "x12": {
			"theirs": [{"qualifier": "ZZ", "id": %q}], "errors": %q, "duplicates": {"interchangeDays": "0"}%s},
			"edifact": {"theirs": [{"qualifier": "14", "id": %q}], "errors": %q, "duplicates": {"interchangeDays": "0"}, "acknowledge": {"contrl": "always"}},
			"receive": {"850": {"map": "x12/850", "repeat": "reject"}, "ORDERS": {"map": "edifact/ORDERS", "repeat": "reject"}}}`,
			partner, strings.ToUpper(partner), mode, send, strings.ToUpper(partner), mode)}
	}
	return fs
}

// rig is an exchange over local state in a folder of its own, without a host:
// the test makes the calls that wake-ups make.
type rig struct {
	*exchange.Exchange
	t       testing.TB
	dir     string
	files   state.Files
	inbox   *inbox.Inbox
	records *local.Records
	queues  state.Sender
}

// newRig returns a rig; wrap may stand between it and its files.
func newRig(t testing.TB, wrap func(state.Files) state.Files) *rig {
	t.Helper()
	return newRigAt(t, wrap, nil)
}

// newRigAt returns a rig whose clock is now.
func newRigAt(t testing.TB, wrap func(state.Files) state.Files, now func() time.Time) *rig {
	t.Helper()
	return newRigOf(t, wrap, now, buyers())
}

// newRigOf returns a rig with partners of its own.
func newRigOf(t testing.TB, wrap func(state.Files) state.Files, now func() time.Time, partnersOf fstest.MapFS) *rig {
	t.Helper()
	dir := t.TempDir()
	queues := map[string]local.QueueConfig{}
	for _, q := range state.QueueNames() {
		queues[q] = local.QueueConfig{}
	}
	p, err := local.Open(dir, local.Options{Queues: queues})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	shipped, err := partners.Ship(mappings.Options{Getenv: func(string) string { return "http://127.0.0.1:1" }}, mappings.Embedded(), partnersOf)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, dir: dir, files: p.Files, records: p.Records, queues: p.Queues}
	if wrap != nil {
		r.files = wrap(p.Files)
	}
	store := state.New(p.Records, r.files, p.Queues, state.Options{Now: now})
	r.Exchange = &exchange.Exchange{Store: store, Catalogs: partners.New(store, shipped)}
	r.inbox = &inbox.Inbox{Store: store, Channel: func(tenant, channel string) (string, bool) {
		_, ok := shipped.Catalog().Channel(tenant, channel)
		return state.QueueEDIInbound, ok
	}}
	return r
}

// put makes an inbound file and returns the wake-up of its event.
func (r *rig) put(channel, name string, content []byte) (state.FileInfo, state.Wake) {
	r.t.Helper()
	info, err := r.files.Create(r.t.Context(), "inbound/quay/"+channel+"/"+name, bytes.NewReader(content))
	if err != nil {
		r.t.Fatal(err)
	}
	w, err := inbox.Wake(inbox.Event{Path: info.Path, ETag: info.ETag})
	if err != nil {
		r.t.Fatal(err)
	}
	return info, w
}

// receive takes a file the whole way and returns what is known of it then.
func (r *rig) receive(channel, name string, content []byte) exchange.View {
	r.t.Helper()
	_, w := r.put(channel, name, content)
	if err := r.inbox.Take(r.t.Context(), w); err != nil {
		r.t.Fatalf("take %s: %v", name, err)
	}
	return r.finish(r.find(name))
}

// find returns the id of the newest file of a name.
func (r *rig) find(name string) string {
	r.t.Helper()
	rows, err := r.Store.List(r.t.Context(), state.ListQuery{Tenant: "quay", List: state.ListFiles})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, row := range slices.Backward(rows) {
		if strings.Contains(string(row.Body), fmt.Sprintf(`"name":%q`, name)) {
			return row.ID
		}
	}
	r.t.Fatalf("no file is called %q", name)
	return ""
}

// finish does what wake-ups do for a file that was taken.
func (r *rig) finish(id string) exchange.View {
	r.t.Helper()
	w := state.Wake{Tenant: "quay", Aggregate: inbox.Key("quay", id).Aggregate}
	for _, step := range []func(context.Context, state.Wake) error{r.Receive, r.Send} {
		for {
			err := step(r.t.Context(), w)
			if errors.Is(err, state.ErrNothingDue) || errors.Is(err, state.ErrNotFound) {
				break
			}
			if err != nil {
				r.t.Fatalf("file %s: %v", id, err)
			}
		}
	}
	v, err := r.Show(r.t.Context(), "quay", id, 2000)
	if err != nil {
		r.t.Fatal(err)
	}
	r.holds(v)
	return v
}

// holds checks what must be so of every file: it has its outcome and has left
// the inbox, a bad one says why, and each acknowledgement that was sent lies
// there, says what the view says and holds nothing our own reader objects to.
func (r *rig) holds(v exchange.View) {
	r.t.Helper()
	name := v.File.Name
	if v.File.Outcome == "" {
		r.t.Errorf("%s has no outcome", name)
	}
	if _, err := os.Stat(filepath.Join(r.dir, filepath.FromSlash(v.File.Inbound))); !os.IsNotExist(err) {
		r.t.Errorf("%s is still in the inbox: %v", name, err)
	}
	errs := 0
	for f := range v.Findings() {
		if f.Message == "" || f.Code == "" || f.Severity == "" {
			r.t.Errorf("%s: finding %+v says nothing", name, f)
		}
		if f.Severity == "error" {
			errs++
		}
	}
	if v.File.Outcome != inbox.Accepted && v.File.Outcome != inbox.Duplicate && errs == 0 {
		r.t.Errorf("%s is %s and nothing says why", name, v.File.Outcome)
	}
	for _, s := range v.Sent {
		body, err := os.ReadFile(filepath.Join(r.dir, filepath.FromSlash(s.Path)))
		if err != nil {
			r.t.Errorf("%s: %v", name, err)
			continue
		}
		if got := summary(r.t, body); got != s.Summary {
			r.t.Errorf("%s: the acknowledgement says %q, the view %q", name, got, s.Summary)
		}
	}
}

// summary reads an acknowledgement with our own reader.
func summary(t testing.TB, body []byte) string {
	t.Helper()
	if bytes.HasPrefix(body, []byte("UN")) {
		return contrl(t, body)
	}
	said, advised := "", 0
	for ev, err := range x12.NewReader(bytes.NewReader(body), x12.Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case ev.Segment != nil && ev.Segment.Is("TA1"):
			said = "TA1 " + ev.Segment.Text(4) + " " + ev.Segment.Text(5)
		case ev.Segment != nil && ev.Segment.Is("AK9"):
			said = ev.Set.ID + " " + ev.Segment.Text(1)
		case ev.Segment != nil && ev.Segment.Is("OTI"):
			advised++
			said = fmt.Sprintf("824 %d", advised)
		}
		if ev.Kind == x12.InterchangeEnd && len(ev.Interchange.Findings) > 0 {
			t.Errorf("our acknowledgement has findings: %v", ev.Interchange.Findings)
		}
	}
	return said
}

// contrl reads a CONTRL with our own reader.
func contrl(t testing.TB, body []byte) string {
	t.Helper()
	said, messages, rejected := "", 0, 0
	for ev, err := range edifact.NewReader(bytes.NewReader(body), edifact.Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case ev.Segment != nil && ev.Segment.Is("UCI"):
			said = "CONTRL " + ev.Segment.Text(4)
		case ev.Segment != nil && ev.Segment.Is("UCM"):
			messages++
			if ev.Segment.Text(3) == "4" {
				rejected++
			}
		}
		if ev.Kind == edifact.InterchangeEnd && len(ev.Interchange.Findings) > 0 {
			t.Errorf("our acknowledgement has findings: %v", ev.Interchange.Findings)
		}
	}
	if said == "CONTRL 7" && rejected > 0 {
		said = fmt.Sprintf("CONTRL 7, %d of %d rejected", rejected, messages)
	}
	return said
}

// sent lists the summaries of what went back.
func sent(v exchange.View) []string {
	var all []string
	for _, s := range v.Sent {
		all = append(all, s.Summary)
	}
	return all
}

// codes lists the codes of all findings that are errors.
func codes(v exchange.View) []string {
	var all []string
	for f := range v.Findings() {
		if f.Severity == "error" && !slices.Contains(all, f.Code) {
			all = append(all, f.Code)
		}
	}
	return all
}

// created is how many orders a file brought.
func created(v exchange.View) int {
	if v.Applied == nil {
		return 0
	}
	return v.Applied.Created
}

// file is an interchange of a partner with an 850 for each number.
func file(partner string, numbers ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "ISA*00*          *00*          *ZZ*%-15s*ZZ*QUAY           *261102*1015*U*00401*000000007*0*P*>~\n", strings.ToUpper(partner))
	b.WriteString("GS*PO*THEM*US*20261102*1015*7*X*004010~\n")
	for i, number := range numbers {
		fmt.Fprintf(&b, "ST*850*%04d~\nBEG*00*SA*%s**20261102~\nPO1*1*12*EA*4.25**VN*WB-1007~\nCTT*1~\nSE*5*%04d~\n", i+1, number, i+1)
	}
	fmt.Fprintf(&b, "GE*%d*7~\nIEA*1*000000007~\n", len(numbers))
	return b.String()
}

// numbers are n order numbers.
func numbers(prefix string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("%s-%d", prefix, i+1)
	}
	return all
}

// orders is an interchange of a partner with an ORDERS for each number.
func orders(partner string, numbers ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "UNB+UNOC:3+%s:14+QUAY:14+261102:1015+7'\n", strings.ToUpper(partner))
	for i, number := range numbers {
		fmt.Fprintf(&b, "UNH+%d+ORDERS:D:96A:UN'\nBGM+220+%s+9'\nDTM+137:20261102:102'\nNAD+BY+4000001000005::9'\nLIN+1++WB-1007:SA'\nQTY+21:12:PCE'\nUNS+S'\nUNT+8+%d'\n",
			i+1, number, i+1)
	}
	fmt.Fprintf(&b, "UNZ+%d+7'\n", len(numbers))
	return b.String()
}
