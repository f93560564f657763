package simtest

import (
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/mappings"
)

// The tenant of the simulated world, its one channel, and partners whose
// agreements differ in what a scenario is about.
const (
	Tenant  = "simco"
	Channel = "edi"
)

// The partners.
const (
	Replacer = "replacer" // a TA1 for each interchange, a 997 for each group; a changed order replaces
	Holder   = "holder"   // an error refuses the whole interchange; a changed order waits for a person
	Rejecter = "rejecter" // a changed order is rejected; outbound numbers from 7 to 9, then 7 again
	Hearer   = "hearer"   // it is told what becomes of its orders, by the ERP
	Gatherer = "gatherer" // so is it, of two at a time
	Overseas = "overseas" // EDIFACT, a CONTRL for each interchange; a changed order replaces
)

// Ship loads the catalogue of the simulated tenant over the maps of
// production. The ERP has nothing to say of itself, unless it speaks.
func Ship(speaks bool) (*partners.Shipped, error) {
	erp := "rest"
	if !speaks {
		erp = "quiet"
	}
	partner := func(terms, repeat string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(`{"name": "Simulated", "x12": {` + terms + `}, "receive": {"850": {"map": "x12/850", "repeat": "` + repeat + `"}}}`)}
	}
	theirs := func(name string) string {
		return `"theirs": [{"qualifier": "ZZ", "id": "` + strings.ToUpper(name) + `"}], "duplicates": {"interchangeDays": "30"}`
	}
	return partners.Ship(mappings.Options{}, programData{mappings.Embedded()}, fstest.MapFS{
		"partners/" + Tenant + "/tenant.jsonc": {Data: []byte(`{
			"name": "Simulated", "shards": "3", "erp": {"kind": "` + erp + `", "url": "http://erp.example"},
			"x12": {"ours": [{"qualifier": "ZZ", "id": "SIMCO"}]}, "edifact": {"ours": [{"qualifier": "14", "id": "SIMCO"}]},
			"channels": {"` + Channel + `": {"partners": ["` + Replacer + `", "` + Holder + `", "` + Rejecter + `", "` + Overseas + `", "` + Hearer + `", "` + Gatherer + `"]}}}`)},
		"erp/quiet.jsonc": {Data: []byte(`{"documents": {"order": {
			"method": "PUT", "path": "/orders/{key}/versions/{version}", "idempotencyKey": "Idempotency-Key", "timeout": "10s"
		}}, "done": ["200"], "refused": ["400"]}`)},
		"partners/" + Tenant + "/" + Hearer + ".jsonc": {Data: []byte(`{"name": "Simulated", "x12": {` + theirs(Hearer) + `},
			"receive": {"850": {"map": "x12/850"}}, "send": {"855": {"map": "x12/855"}}}`)},
		"partners/" + Tenant + "/" + Gatherer + ".jsonc": {Data: []byte(`{"name": "Simulated", "x12": {` + theirs(Gatherer) + `,
			"acknowledge": {"functional": "none"}, "send": {"batch": {"count": "2", "every": "4m"}}},
			"receive": {"850": {"map": "x12/850"}}, "send": {"855": {"map": "x12/855"}}}`)},
		"partners/" + Tenant + "/" + Replacer + ".jsonc": partner(theirs(Replacer)+`, "acknowledge": {"functional": "997", "ta1": "always"}`, "replace"),
		"partners/" + Tenant + "/" + Holder + ".jsonc":   partner(theirs(Holder)+`, "errors": "reject-interchange", "acknowledge": {"functional": "997", "ta1": "requested"}`, "hold"),
		"partners/" + Tenant + "/" + Rejecter + ".jsonc": partner(theirs(Rejecter)+`, "send": {"numbers": {"first": "7", "last": "9"}, "groupNumbers": {"first": "7", "last": "9"}}`, "reject"),
		"partners/" + Tenant + "/" + Overseas + ".jsonc": {Data: []byte(`{"name": "Simulated", "edifact": {
			"theirs": [{"qualifier": "14", "id": "` + strings.ToUpper(Overseas) + `"}], "acknowledge": {"contrl": "always"}},
			"receive": {"ORDERS": {"map": "edifact/ORDERS", "repeat": "replace"}}}`)},
	})
}

// programData is what the program ships without its partners: every tenant
// has timers of its own, and only one is simulated.
type programData struct{ fs.FS }

// Open implements fs.FS.
func (p programData) Open(name string) (fs.File, error) {
	if name == "partners" || strings.HasPrefix(name, "partners/") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return p.FS.Open(name)
}

// purchase is one order of an interchange. The quantity is what tells two
// contents of one number apart.
type purchase struct {
	number   string
	quantity string // not a number: a bad set
}

// interchange writes an X12 interchange with one group of 850s; its group has
// the same control number.
func interchange(partner string, control int, usage string, orders ...purchase) string {
	var b strings.Builder
	fmt.Fprintf(&b, "ISA*00*          *00*          *ZZ*%-15s*ZZ*%-15s*260302*0800*U*00401*%09d*0*%s*>~\n", strings.ToUpper(partner), "SIMCO", control, usage)
	fmt.Fprintf(&b, "GS*PO*%s*SIMCO*20260302*0800*%d*X*004010~\n", strings.ToUpper(partner), control)
	for i, o := range orders {
		fmt.Fprintf(&b, "ST*850*%04d~\nBEG*00*NE*%s**20260302~\nPO1*1*%s*EA*2.50**VN*HS-1~\nCTT*1~\nSE*5*%04d~\n", i+1, o.number, o.quantity, i+1)
	}
	fmt.Fprintf(&b, "GE*%d*%d~\nIEA*1*%09d~\n", len(orders), control, control)
	return b.String()
}

// messages writes an EDIFACT interchange of ORDERS.
func messages(partner string, reference int, orders ...purchase) string {
	var b strings.Builder
	fmt.Fprintf(&b, "UNB+UNOC:3+%s:14+SIMCO:14+260302:0800+%d'\n", strings.ToUpper(partner), reference)
	for i, o := range orders {
		fmt.Fprintf(&b, "UNH+%d+ORDERS:D:96A:UN'\nBGM+220+%s+9'\nDTM+137:20260302:102'\nNAD+BY+4000001000005::9'\nLIN+1++HS-1:SA'\nQTY+21:%s:PCE'\nUNS+S'\nUNT+8+%d'\n",
			i+1, o.number, o.quantity, i+1)
	}
	fmt.Fprintf(&b, "UNZ+%d+%d'\n", len(orders), reference)
	return b.String()
}
