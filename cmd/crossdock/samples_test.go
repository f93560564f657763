package main

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/internal/inbox"
)

// real850 is a line of the samples' index that names an X12 file with an 850.
type real850 struct {
	path   string
	file   string         // relative to the index
	sets   map[string]int // by type
	status string         // envelope_status: of the envelope, or what a peer says
	quirks string
}

// real850s are the real 850s, read where they are.
func real850s(t *testing.T) []real850 {
	t.Helper()
	dir := cmp.Or(os.Getenv("CROSSDOCK_SAMPLES"), filepath.Join("..", "..", "..", "shared", "samples"))
	index, err := os.ReadFile(filepath.Join(dir, "index.tsv"))
	if err != nil {
		t.Fatalf("the real partner files are missing (set CROSSDOCK_SAMPLES): %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(index)), "\n")
	column := map[string]int{}
	for i, name := range strings.Split(lines[0], "\t") {
		column[name] = i
	}
	var all []real850
	for _, line := range lines[1:] {
		f := strings.Split(line, "\t")
		if f[column["standard"]] != "X12" || !strings.Contains(f[column["doc_types"]], "850") {
			continue
		}
		r := real850{file: f[column["file"]], status: f[column["envelope_status"]], quirks: f[column["quirks"]], sets: map[string]int{}}
		r.path = filepath.Join(dir, filepath.FromSlash(r.file))
		for _, types := range strings.Split(f[column["doc_types"]], ",") {
			id, times, _ := strings.Cut(types, "*")
			n, err := strconv.Atoi(cmp.Or(times, "1"))
			if err != nil {
				t.Fatalf("%s: doc_types %q", r.file, f[column["doc_types"]])
			}
			r.sets[id] += n
		}
		all = append(all, r)
	}
	if len(all) < 18 {
		t.Fatalf("the index names %d real 850s, want at least 18", len(all))
	}
	return all
}

// envelopeOK reports what the index says of the envelope alone.
func (r real850) envelopeOK() bool { return strings.Contains(r.quirks, "envelope: ok") }

// sampleException is a file that ends otherwise than its line of the index
// lets one expect.
type sampleException struct {
	outcomes []inbox.Outcome
	why      string
}

var sampleExceptions = map[string]sampleException{
	"aaronhuggins__node-x12/test_test-data_850_fat.edi": {
		[]inbox.Outcome{inbox.Accepted, inbox.Duplicate},
		"two interchanges with one control number: the guest agreement does not compare them, and the order is the same",
	},
	"walmartlabs__gozer/po850_po850.txt": {
		[]inbox.Outcome{inbox.Rejected},
		"its peer parses it and does not count; SE01 says 33 segments, there are 21",
	},
	"kputnam__stupidedi/003050_PO850_fail_1.edi": {
		[]inbox.Outcome{inbox.Accepted},
		"its peer's grammar refuses it for a reason it does not state; the envelope is whole and the order can be read",
	},
	"olmelabs__EdiEngine/850.SyntaxNotes.ERR.edi": {
		[]inbox.Outcome{inbox.Accepted},
		"a qualifier without its value breaks a syntax note of the PO1: a warning here, the order can be read",
	},
	"xlate__staedi/x12_invoice810_po850_dual.edi": {
		[]inbox.Outcome{inbox.PartlyAccepted},
		"the guest agreement knows no 810: the 850 beside them is accepted",
	},
}

// wantedOutcomes are how a file may end, and the code that must be found.
func (r real850) wantedOutcomes() (outcomes []inbox.Outcome, code string) {
	switch {
	case strings.Contains(r.quirks, "SE01"):
		outcomes, code = []inbox.Outcome{inbox.Rejected}, "SE-COUNT"
	case strings.Contains(r.quirks, "GE01"):
		outcomes, code = []inbox.Outcome{inbox.Rejected}, "GE-COUNT"
	case r.envelopeOK() && !strings.Contains(r.status, "error expected"):
		outcomes = []inbox.Outcome{inbox.Accepted, inbox.Duplicate}
	}
	if e, ok := sampleExceptions[r.file]; ok {
		outcomes = e.outcomes
	}
	return outcomes, code
}

// Every real 850 ends as its line of the index says, or for a reason that is
// written down; every set in it is found and answered for.
func TestReal850s(t *testing.T) {
	samples := real850s(t)
	words := []string{"demo", "--json"}
	for _, r := range samples {
		words = append(words, "--files", r.path)
	}
	got := call(t, words...)
	if got.code != exitOK {
		t.Fatalf("exit code %d: %s", got.code, got.errs)
	}
	var report demoReport
	if err := json.Unmarshal([]byte(got.out), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Files) != len(samples) {
		t.Fatalf("%d results of %d files", len(report.Files), len(samples))
	}
	excepted := 0
	for i, r := range samples {
		view := report.Files[i].View
		outcomes, code := r.wantedOutcomes()
		if !slices.Contains(outcomes, view.File.Outcome) {
			t.Errorf("%s: %q, want one of %q; the index says %q, %q", r.file, view.File.Outcome, outcomes, r.status, r.quirks)
		}
		if code != "" && !slices.Contains(codes(view), code) {
			t.Errorf("%s: %s is not among the findings %q", r.file, code, codes(view))
		}
		if _, ok := sampleExceptions[r.file]; ok {
			excepted++
		}
		found := map[string]int{}
		for _, set := range view.Sets {
			found[set.ID]++
		}
		for id, n := range r.sets {
			if found[id] != n {
				t.Errorf("%s: %d sets %s, the index says %d", r.file, found[id], id, n)
			}
		}
		groups, answers := 0, 0
		for _, ic := range view.Verdict.Interchanges {
			groups += len(ic.Groups)
		}
		for _, s := range view.Sent {
			if s.Kind == "997" {
				answers++
			}
		}
		if answers != groups {
			t.Errorf("%s: %d functional acknowledgements for %d groups", r.file, answers, groups)
		}
		if view.File.Outcome == inbox.Rejected && !slices.ContainsFunc(view.Sent, rejecting) {
			t.Errorf("%s: rejected, and no acknowledgement says so: %v", r.file, view.Sent)
		}
	}
	if excepted != len(sampleExceptions) {
		t.Errorf("%d of the %d exceptions are among the files", excepted, len(sampleExceptions))
	}
}
