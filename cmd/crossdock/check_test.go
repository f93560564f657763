package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// Every real file is checked, and what is not accepted is told by the exit
// code; as JSON it says the same.
func TestCheckSamples(t *testing.T) {
	paths := samplePaths(t)
	got := call(t, append([]string{"check", "--json"}, paths...)...)
	var files []checkedFile
	if err := json.Unmarshal([]byte(got.out), &files); err != nil || got.code != exitOutcome || len(files) != len(paths) {
		t.Fatalf("code %d, %d of %d files, %v", got.code, len(files), len(paths), err)
	}
	text := call(t, append([]string{"check", "--all"}, paths...)...)
	accepted, rejected, good := 0, 0, ""
	for i, f := range files {
		accepted += f.Accepted
		rejected += f.Rejected
		if good == "" && !f.wrong() {
			good = paths[i]
		}
	}
	if accepted < 100 || rejected < 50 {
		t.Errorf("%d sets are accepted and %d rejected, want more of both", accepted, rejected)
	}
	if n := strings.Count(text.out, " rejected: "); text.code != exitOutcome || n == 0 {
		t.Errorf("code %d, %d files with something rejected", text.code, n)
	}
	if got := call(t, "check", good); got.code != exitOK || got.errs != "" {
		t.Errorf("check %s: code %d, %q", good, got.code, got.errs)
	}
}

// Every real file has its acknowledgements, one after another in number.
func TestAckSamples(t *testing.T) {
	paths := samplePaths(t)
	got := call(t, append([]string{"ack", "--json", "--ta1", "always", "--advice", "--at", "2026-11-02T10:00"}, paths...)...)
	var files []acked
	if err := json.Unmarshal([]byte(got.out), &files); err != nil || got.code != exitOK || len(files) != len(paths) {
		t.Fatalf("code %d, %q, %d of %d files, %v", got.code, got.errs, len(files), len(paths), err)
	}
	kinds := []string{}
	for _, f := range files {
		for _, a := range f.Answers {
			if !slices.Contains(kinds, a.Kind) {
				kinds = append(kinds, a.Kind)
			}
		}
	}
	if slices.Sort(kinds); !slices.Equal(kinds, []string{"824", "997", "CONTRL", "TA1"}) {
		t.Errorf("kinds %v", kinds)
	}
}

// By an agreement every real file is checked and answered too, whoever sent it.
func TestCheckSamplesByAgreement(t *testing.T) {
	paths := samplePaths(t)
	const partner = "harbor/granite-hardware" // who speaks X12, which half of the files are
	got := call(t, append([]string{"check", "--json", "--partner", partner}, paths...)...)
	var files []checkedFile
	if err := json.Unmarshal([]byte(got.out), &files); err != nil || got.code != exitOutcome || len(files) < 100 ||
		len(files)+strings.Count(got.errs, ": the file is of a standard that is not agreed with "+partner+"\n") != len(paths) {
		t.Fatalf("code %d, %q, %d of %d files, %v", got.code, got.errs, len(files), len(paths), err)
	}
	got = call(t, append([]string{"ack", "--json", "--partner", partner}, paths...)...)
	var answers []acked
	if err := json.Unmarshal([]byte(got.out), &answers); err != nil || got.code != exitOutcome || len(answers) < len(files)-1 { // a 999 in a group of another kind is not answered
		t.Fatalf("code %d, %q, %d of %d files, %v", got.code, got.errs, len(answers), len(paths), err)
	}
}
