package exchange_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/mappings"
)

// activity lays a map of a feed over what is shipped: each quantity of a
// product transfer.
func activity() fstest.MapFS {
	return fstest.MapFS{
		"documents/activity.schema.json": {Data: []byte(`{"type": "object", "required": ["kind", "number", "lines"], "properties": {
			"kind": {"const": "activity"}, "number": {"type": "string"},
			"lines": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["quantity"], "properties": {
				"quantity": {"type": "string"}, "unit": {"type": "string"}}}}}}`)},
		"documents/x12/867.jsonc": {Data: []byte(`{
			"noun": "activity", "set": "867", "feed": "lines",
			"constants": {"BPT01": "00", "BPT03": "20261102", "PTD01": "SD", "PTD/QTY/QTY01": "32"},
			"fields": {
				"number": "BPT02",
				"lines": {"each": "PTD/QTY", "fields": {"quantity": {"from": "QTY02", "as": "decimal"}, "unit": "QTY03-1"}}
			}}`)},
		"partners/quay/tenant.jsonc": {Data: []byte(`{"name": "Quay", "erp": {"kind": "rest", "url": "http://127.0.0.1:1"},
			"x12": {"ours": [{"qualifier": "ZZ", "id": "QUAY"}]}, "channels": {"main": {"partners": ["buyer"]}}}`)},
		"partners/quay/buyer.jsonc": {Data: []byte(`{"name": "Buyer", "x12": {
			"theirs": [{"qualifier": "ZZ", "id": "BUYER"}], "duplicates": {"interchangeDays": "0"}}, "receive": {"867": {"map": "x12/867"}}}`)},
	}
}

// transfer is a product transfer of so many quantities.
func transfer(number string, quantities ...string) string {
	var b strings.Builder
	b.WriteString("ISA*00*          *00*          *ZZ*BUYER          *ZZ*QUAY           *261102*1015*U*00401*000000007*0*P*>~\n")
	fmt.Fprintf(&b, "GS*PT*THEM*US*20261102*1015*7*X*004010~\nST*867*0001~\nBPT*00*%s*20261102~\nPTD*SD~\n", number)
	for _, q := range quantities {
		fmt.Fprintf(&b, "QTY*32*%s*EA~\nLIN**UP*041900000012~\n", q)
	}
	fmt.Fprintf(&b, "SE*%d*0001~\nGE*1*7~\nIEA*1*000000007~\n", 4+2*len(quantities))
	return b.String()
}

func feeds(t *testing.T, r *rig) []string {
	t.Helper()
	all, err := r.files.List(t.Context(), "feeds/", "", 10)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, f := range all {
		text, err := os.ReadFile(filepath.Join(r.dir, filepath.FromSlash(f.Path)))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

// A bulk document becomes a file of lines, once, and a record that names it.
func TestFeed(t *testing.T) {
	r := newRig(t, nil)
	shipped, err := partners.Ship(mappings.Options{}, mappings.Embedded(), activity())
	if err != nil {
		t.Fatal(err)
	}
	r.Catalogs = partners.New(r.Store, shipped)
	want := ending{inbox.Accepted, 1, nil, []string{"997 A"}}
	if diff := cmp.Diff(want, r.end("main", "first", transfer("T-1", "4", "6.5"))); diff != "" {
		t.Errorf("the first (-want +got)\n%s", diff)
	}
	lines := []string{`{"kind":"activity","number":"T-1"}` + "\n" + `{"quantity":"4","unit":"EA"}` + "\n" + `{"quantity":"6.5","unit":"EA"}` + "\n"}
	if diff := cmp.Diff(lines, feeds(t, r)); diff != "" {
		t.Errorf("feeds (-want +got)\n%s", diff)
	}
	rec, err := r.Store.Read(t.Context(), exchange.DocumentKey("quay", "activity", "buyer", "T-1", "", false), "", trade.DocumentRecordID, state.TargetID(state.QueueERPSync))
	if err != nil || len(rec) != 1 {
		t.Fatalf("%d records (%v), want the document and nothing owed to the ERP", len(rec), err)
	}
	var d trade.DocumentRecord
	if err := state.Decode(rec[trade.DocumentRecordID], trade.DocumentRecordKind, trade.DocumentRecordVersion, &d); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(d.Feed, "feeds/quay/activity/") || len(d.Body) != 0 || d.File != "" {
		t.Errorf("the record: %+v", d)
	}
	// The same again leaves no second file, nor does what is rejected.
	if got := r.end("main", "again", transfer("T-1", "4", "6.5")); got.Outcome != inbox.Duplicate {
		t.Errorf("the same again: %+v", got)
	}
	if got := r.end("main", "other", transfer("T-1", "5")); got.Outcome != inbox.Rejected || !cmp.Equal(got.Errors, []string{"DOCUMENT-REPEATED"}) {
		t.Errorf("other content: %+v", got)
	}
	if got := r.end("main", "bad", transfer("T-2", "four")); got.Outcome != inbox.Rejected || !cmp.Equal(got.Sent, []string{"997 R"}) {
		t.Errorf("a quantity that is none: %+v", got)
	}
	if diff := cmp.Diff(lines, feeds(t, r)); diff != "" {
		t.Errorf("feeds in the end (-want +got)\n%s", diff)
	}
}
