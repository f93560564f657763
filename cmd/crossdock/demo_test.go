package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDemoAsText(t *testing.T) {
	got := call(t, "demo")
	if got.code != exitOK {
		t.Errorf("exit code %d, want 0: %s", got.code, got.errs)
	}
	if strings.Contains(got.out+got.errs, "\x1b") || strings.Contains(got.out+got.errs, "\r") {
		t.Error("there are escape codes, and nothing of it is a terminal")
	}
	steps, err := builtinSteps()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if !strings.Contains(got.out, s.As+"  "+s.Tenant+"/"+s.Channel+"  "+s.Want.Outcome) {
			t.Errorf("%s with its outcome %q is not in the text", s.As, s.Want.Outcome)
		}
	}
	if !strings.HasSuffix(got.out, "18 files in and 6 documents out, 24 as they should be\n") {
		t.Errorf("the text ends in %q", got.out[max(0, len(got.out)-60):])
	}
	for _, want := range []string{
		"  partner   lighthouse-grocers, interchange 000004101\n",
		"  error     SE-COUNT at line 8, byte 261, SE-01: SE01 says 9 segments, there are 6\n",
		"  sent      TA1 R 025 in outbound/harbor/sftp-east/lighthouse-grocers-",
		" version 2 of order.prairie-outfitters.PRO8801, saved 2 times\n",
		"  took      ",
		"\ngranite-hardware  855 ", "\ncastle-markets    INVOIC  INV-", "  accepted CONTRL 7  outbound/harbor/overseas/castle-markets-",
	} {
		if !strings.Contains(got.out, want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	for line := range strings.Lines(got.out) {
		if strings.TrimRight(line, " \n") != strings.TrimRight(line, "\n") {
			t.Errorf("the line %q ends in blanks", line)
		}
	}
	lines := strings.Split(strings.TrimSpace(got.errs), "\n")
	if first, last := lines[0], lines[len(lines)-1]; first != "0 of 18 files with an outcome" || last != "18 of 18 files with an outcome" {
		t.Errorf("progress goes from %q to %q", first, last)
	}
}

func TestDemoAsJSON(t *testing.T) {
	got := call(t, "demo", "--json", "--keep")
	if got.code != exitOK {
		t.Fatalf("exit code %d, want 0: %s", got.code, got.errs)
	}
	_, rest, _ := strings.Cut(got.errs, "the folder is ")
	dir, _, _ := strings.Cut(rest, "\n")
	defer os.RemoveAll(dir)
	d := json.NewDecoder(strings.NewReader(got.out))
	var report demoReport
	if err := d.Decode(&report); err != nil || d.More() {
		t.Fatalf("the output is not one JSON value: %v", err)
	}
	results := report.Files
	steps, err := builtinSteps()
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != len(steps) {
		t.Fatalf("%d results, want %d", len(results), len(steps))
	}
	for i, r := range results {
		s := steps[i]
		if r.As != s.As || len(r.Wrong) > 0 || string(r.View.File.Outcome) != s.Want.Outcome {
			t.Errorf("result %d is %s, %q, %v; want %s, %q", i, r.As, r.View.File.Outcome, r.Wrong, s.As, s.Want.Outcome)
		}
		if r.Took <= 0 || r.Took > time.Minute {
			t.Errorf("%s took %s", r.As, r.Took)
		}
		if len(s.Want.Orders) > 0 && (r.View.Verdict == nil || r.View.Verdict.Interchanges[0].Partner == "") {
			t.Errorf("%s: no partner", r.As)
		}
		for f := range r.View.Findings() {
			if f.Code == "" || f.Severity == "" || f.Message == "" {
				t.Errorf("%s: finding %+v lacks something", r.As, f)
			}
			if f.Code != "DOCUMENT-REPLACED" && f.Position.Line == 0 {
				t.Errorf("%s: finding %s has no position", r.As, f.Code)
			}
		}
		holdAcks(t, dir, r.View)
		held := 0
		for _, set := range r.View.Sets {
			if set.Document != nil && !set.Document.Test {
				held++
			}
		}
		if len(r.ERP) != held {
			t.Errorf("%s: the ERP holds %d orders, want %d", r.As, len(r.ERP), held)
		}
	}
	out, err := filepath.Glob(filepath.Join(dir, "outbound", "*", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	var sent []string
	for _, r := range results {
		for _, s := range r.View.Sent {
			sent = append(sent, filepath.Join(dir, filepath.FromSlash(s.Path)))
		}
	}
	for _, doc := range report.Documents {
		if len(doc.Wrong) > 0 || len(doc.Sent) != 1 {
			t.Errorf("%s for %s was sent %d times: %q", doc.Set, doc.Partner, len(doc.Sent), doc.Wrong)
			continue
		}
		sent = append(sent, filepath.Join(dir, filepath.FromSlash(doc.Sent[0].Path)))
	}
	if len(report.Documents) != 6 {
		t.Errorf("%d documents left, want 6", len(report.Documents))
	}
	if slices.Sort(sent); !slices.Equal(sent, out) {
		t.Errorf("outbound holds %q, the views say %q", out, sent)
	}
}

// An end other than the wanted one is exit code 5 and is said, as is a file
// that never ends.
func TestDemoThatEndsOtherwise(t *testing.T) {
	steps, err := builtinSteps()
	if err != nil {
		t.Fatal(err)
	}
	steps = steps[:1]
	good := *steps[0].Want
	for _, c := range []struct {
		name   string
		change func(*want)
		says   string
	}{
		{"outcome", func(w *want) { w.Outcome = "rejected" }, `outcome "accepted", want "rejected"`},
		{"orders", func(w *want) { w.Orders = w.Orders[:2] }, `want ["LG-70011" "LG-70012"]`},
		{"acknowledgements", func(w *want) { w.Acks = nil }, `sent ["997 A"], want []`},
		{"findings", func(w *want) { w.Findings = []string{"SE-COUNT"} }, "no finding SE-COUNT"},
	} {
		w := good
		c.change(&w)
		steps[0].Want = &w
		var out bytes.Buffer
		err := (&command{out: &out, errs: t.Output()}).play(t.Context(), demoOptions{timeout: time.Minute}, steps, nil)
		if exitCode(err) != exitOutcome || !strings.Contains(err.Error(), "1 of 1 file did not end") {
			t.Errorf("%s: %v (exit code %d), want code 5 and the count", c.name, err, exitCode(err))
		}
		if !strings.Contains(out.String(), "  WRONG     ") || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: the text does not say %q:\n%s", c.name, c.says, out.String())
		}
	}
	steps[0].Want, steps[0].As = nil, "never.part" // which the inbox takes for unfinished
	err = (&command{out: t.Output(), errs: t.Output()}).play(t.Context(), demoOptions{timeout: 300 * time.Millisecond}, steps, nil)
	if exitCode(err) != exitOutcome || !strings.Contains(err.Error(), "never.part") || !strings.Contains(err.Error(), "--timeout") {
		t.Errorf("a file without end: %v (exit code %d), want code 5 and its name", err, exitCode(err))
	}
}

// A document that does not leave, that nobody wanted, or of which the partner
// says something else is told.
func TestAnswersThatEndOtherwise(t *testing.T) {
	steps, answers, err := builtinDemo()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(steps, func(s step) bool { return s.As == "castle-order.edi" })
	wanted := slices.Clone(answers[3:])
	wanted[0].Want, wanted[1].Set, wanted[2].About = "rejected CONTRL 4", "PRICAT", "CM-20418"
	var out bytes.Buffer
	err = (&command{out: &out, errs: t.Output()}).play(t.Context(), demoOptions{timeout: time.Minute}, steps[i:i+1], wanted)
	if exitCode(err) != exitOutcome || !strings.Contains(err.Error(), "5 of 1 file in and 5 documents out did not end") {
		t.Errorf("%v (exit code %d), want code 5 and the count", err, exitCode(err))
	}
	for _, want := range []string{
		`ORDRSP for castle-markets about CM-20417: the partner says "accepted CONTRL 7", want "rejected CONTRL 4"`,
		"DESADV for castle-markets about CM-20417: nobody wanted it", "PRICAT for castle-markets about CM-20417: it did not leave",
		"INVOIC for castle-markets about CM-20417: nobody wanted it", "INVOIC for castle-markets about CM-20418: it did not leave",
	} {
		if !strings.Contains(out.String(), "  WRONG     "+want) {
			t.Errorf("the text does not say %q:\n%s", want, out.String())
		}
	}
}

// Whatever --files names is dropped under a name that a channel takes.
func TestDemoFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a/po.edi", "b/po.edi", "a/.hidden", ".git/config", "a/half.tmp", "a/odd\nna\\me.edi", "a/" + strings.Repeat("ü", 120)} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("not EDI"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/dev/zero", filepath.Join(dir, "a", "endless")); err != nil {
		t.Fatal(err)
	}
	got := call(t, "demo", "--json", "--files", dir, "--files", filepath.Join(dir, "a"), "--files", filepath.Join(dir, "b"))
	if got.code != exitOK {
		t.Fatalf("exit code %d: %s", got.code, got.errs)
	}
	var report demoReport
	if err := json.Unmarshal([]byte(got.out), &report); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, r := range report.Files {
		names[r.As] = true
		if r.View.File.Outcome != "rejected" {
			t.Errorf("%s: %s", r.As, r.View.File.Outcome)
		}
	}
	if len(report.Files) != 10 || len(names) != 10 {
		t.Errorf("%d files under %d names, want 10 under 10: %v", len(report.Files), len(names), names)
	}
}
