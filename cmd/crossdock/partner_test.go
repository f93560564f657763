package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const graniteFile = "partners/harbor/granite-hardware.jsonc"

// calls runs a verb that must end well, and returns what it prints.
func calls(t *testing.T, words ...string) string {
	t.Helper()
	got := call(t, words...)
	if got.code != exitOK || got.errs != "" {
		t.Fatalf("crossdock %v: code %d, %q", words, got.code, got.errs)
	}
	return got.out
}

// says wants text to hold each of wants.
func says(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
}

// newStore is an order of a partner that nobody knows at first.
func newStore(number string) string {
	return strings.Replace(orders("old-mill", number, number), "16*0700400OLDM    ", "ZZ*NEWSTORE       ", 1)
}

// A partner from nothing to its first order: begun, checked, published to an
// installation that runs, and answered; then taken back.
func TestPartnerFromNothing(t *testing.T) {
	p, dir := newPlatform(t, nil), t.TempDir()
	to := []string{"--to", p.url(), "--who", "operator", "--why", "a new store"}
	says(t, calls(t, "partner", "add", "harbor/new-store", "--x12", "ZZ:NEWSTORE", "--receive", "850", "--channel", "van", "--status", "live", "--dir", dir),
		filepath.Join(dir, "partners/harbor/new-store.jsonc"), filepath.Join(dir, "partners/harbor/tenant.jsonc"), "crossdock partner publish "+dir)
	says(t, calls(t, "partner", "check", dir), "good      partners/harbor/new-store.jsonc\n", "good      partners/harbor/tenant.jsonc\n")

	c := (&command{to: p.url()}).ops()
	drop(t, p.options.Dir, "harbor/van", "before.edi", newStore("N-1"))
	wait(t, 20*time.Second, "the order of a stranger", func() bool { return outcomes(t, c)["before.edi"] != "" })

	says(t, calls(t, append([]string{"partner", "publish", dir}, to...)...), "version 1", "operator: a new store", "added", "replaced")
	if text := calls(t, append([]string{"partner", "publish", dir}, to...)...); text != "Nothing changes: version 1 is in force.\n" {
		t.Errorf("the same again: %q", text)
	}
	says(t, calls(t, "partner", "list", "--tenant", "harbor", "--to", p.url()), "harbor/new-store", "New Store", "harbor/lighthouse-grocers")
	says(t, calls(t, "partner", "show", "harbor/new-store", "--to", p.url()), "x12.theirs[0].id", `"NEWSTORE"`, `x12.send.expect.within`, "24h0m0s")
	says(t, calls(t, "partner", "show", "harbor/new-store", "--source", "--to", p.url()), `"theirs": [{"qualifier": "ZZ", "id": "NEWSTORE"}]`)
	says(t, calls(t, "partner", "show", "harbor", "--to", p.url()), `"new-store"`)
	drop(t, p.options.Dir, "harbor/van", "after.edi", newStore("N-2"))
	wait(t, 20*time.Second, "the order of the new partner", func() bool { return outcomes(t, c)["after.edi"] != "" })
	if got := outcomes(t, c); got["before.edi"] != "rejected" || got["after.edi"] != "accepted" {
		t.Errorf("outcomes %v", got)
	}

	says(t, calls(t, "partner", "rollback", "0", "--to", p.url(), "--why", "not yet"), "version 2", "not yet (version 0 anew)", "removed", "shipped")
	says(t, calls(t, "partner", "history", "--to", p.url()), "version 2", "version 1", "partners/harbor/new-store.jsonc")
	if got := call(t, "partner", "show", "harbor/new-store", "--to", p.url()); got.code != exitNotFound || !strings.Contains(got.errs, "no partner harbor/new-store") {
		t.Errorf("a partner taken back: code %d, %q", got.code, got.errs)
	}
	says(t, calls(t, "partner", "show", "harbor/new-store", "--version", "1", "--to", p.url()), "of catalogue 1.")
	for _, words := range []string{"partner list", "partner history", "partner show harbor", "partner show harbor/granite-hardware"} {
		var v any
		if err := json.Unmarshal([]byte(calls(t, append(strings.Fields(words), "--json", "--to", p.url())...)), &v); err != nil {
			t.Errorf("crossdock %s --json: %v", words, err)
		}
	}
}

// A channel that is published while the pipeline runs gets its folder, and
// what is dropped there is taken.
func TestPublishedChannel(t *testing.T) {
	p, dir := newPlatform(t, nil), t.TempDir()
	calls(t, "partner", "add", "harbor/new-store", "--x12", "ZZ:NEWSTORE", "--receive", "850", "--channel", "van", "--status", "live", "--dir", dir)
	file := filepath.Join(dir, "partners/harbor/tenant.jsonc")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.Replace(string(text), `"channels": {`, `"channels": {"fresh": {"partners": ["new-store"]},`, 1)
	if err := os.WriteFile(file, []byte(edited), 0o666); err != nil {
		t.Fatal(err)
	}
	calls(t, "partner", "publish", dir, "--why", "a channel of its own", "--to", p.url())
	if err := p.renew(t.Context()); err != nil {
		t.Fatal(err)
	}
	drop(t, p.options.Dir, "harbor/fresh", "order.edi", newStore("N-1"))
	c := (&command{to: p.url()}).ops()
	wait(t, 20*time.Second, "the order on the new channel", func() bool { return outcomes(t, c)["order.edi"] == "accepted" })
}

// Files with faults are told with all of them, and nothing is published.
func TestPartnerFaults(t *testing.T) {
	p, dir := newPlatform(t, nil), t.TempDir()
	path := filepath.Join(dir, filepath.FromSlash(graniteFile))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("{\n  \"nmae\": \"Granite\",\n  \"x12\": {\"theirs\": {\"qualifier\": \"ZZ\", \"id\": 12}}\n}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	publish := []string{"partner", "publish", path, "--why", "a try", "--to", p.url()}
	for _, words := range [][]string{{"partner", "check", path}, {"partner", "check", dir}, publish} {
		got := call(t, words...)
		if got.code != exitOutcome || !strings.Contains(got.errs, "faults; docs/agreements.md") {
			t.Errorf("crossdock %v: code %d, %q", words, got.code, got.errs)
		}
		says(t, got.out, graniteFile+":2: nmae: unknown field\n", graniteFile+":3: x12.theirs.id: must be a string: put quotes around 12\n")
	}
	var faults struct {
		Faults []struct{ File, Field string }
	}
	if got := call(t, "partner", "check", dir, "--json"); json.Unmarshal([]byte(got.out), &faults) != nil || len(faults.Faults) < 3 || faults.Faults[0].Field != "nmae" {
		t.Errorf("check --json: %s", got.out)
	}
	says(t, calls(t, "partner", "history", "--to", p.url()), "nothing was published")
	if err := os.WriteFile(path, []byte(`{"name": "Granite", "x12": {"theirs": {"qualifier": "ZZ", "id": "GRANITEHW"}}, "receive": {"850": {"map": "x12/850"}}}`), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := call(t, append(publish, "--if", "3")...); got.code != exitOutcome || !strings.Contains(got.errs, "version 0") {
		t.Errorf("while another version is in force: code %d, %q", got.code, got.errs)
	}
	calls(t, append(publish, "--if", "0")...)
}

// The files of a partner against its agreement: what becomes of them, and what
// it would be answered.
func TestPartnerSamples(t *testing.T) {
	dir := t.TempDir()
	calls(t, "partner", "add", "harbor/new-store", "--x12", "ZZ:NEWSTORE", "--receive", "850", "--channel", "van", "--status", "live", "--dir", filepath.Join(dir, "config"))
	good, bad := filepath.Join(dir, "good.edi"), filepath.Join(dir, "bad.edi")
	for path, text := range map[string]string{good: newStore("N-1"), bad: strings.Replace(newStore("N-2"), "PO1*1*12*", "PO1*1*dozen*", 1)} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	says(t, calls(t, "partner", "test", "harbor/new-store", good, "--with", filepath.Join(dir, "config")),
		"accepted", "N-1", "\n  997 A\n    ISA*00*", "    AK9*A*1*1*1~\n")
	got := call(t, "partner", "test", "harbor/new-store", good, bad, "--with", filepath.Join(dir, "config"), "--json")
	var samples []sample
	if err := json.Unmarshal([]byte(got.out), &samples); got.code != exitOutcome || err != nil || len(samples) != 2 || !strings.Contains(samples[1].Answers[0].Text, "AK9*R*1*1*0") {
		t.Errorf("code %d, %v: %s", got.code, err, got.out)
	}
	if got := call(t, "partner", "test", "harbor/nobody", good); got.code != exitUsage || !strings.Contains(got.errs, "neither shipped nor in --with") {
		t.Errorf("no such partner: code %d, %q", got.code, got.errs)
	}
}

func TestPartnerCallsThatAreOff(t *testing.T) {
	dir := t.TempDir()
	const nowhere = " --to http://127.0.0.1:1"
	for words, want := range map[string]struct {
		code int
		says string
	}{
		"partner lst":                                                {exitUsage, "did you mean"},
		"partner check " + dir:                                       {exitUsage, "neither holds nor lies in"},
		"partner check " + dir + "/no":                               {exitUsage, "no such file"},
		"partner publish --why x":                                    {exitUsage, "name a file"},
		"partner publish " + dir:                                     {exitUsage, "--why is missing"},
		"partner publish --remove a --why x" + nowhere:               {exitUnreachable, "crossdock up"},
		"partner test harbor/guest":                                  {exitUsage, "FILE..."},
		"partner rollback":                                           {exitUsage, "rollback VERSION"},
		"partner rollback x --why y":                                 {exitUsage, "no version"},
		"partner rollback 1":                                         {exitUsage, "--why is missing"},
		"partner list" + nowhere:                                     {exitUnreachable, "crossdock up"},
		"partner add new --x12 ZZ:A --receive 850":                   {exitUsage, "is not TENANT/PARTNER"},
		"partner add harbor/new --receive 850 --dir " + dir:          {exitUsage, "say who the partner is"},
		"partner add harbor/new --x12 ZZ:A --dir " + dir:             {exitUsage, "say what is exchanged"},
		"partner add harbor/new --x12 ZZ --receive 850 --dir " + dir: {exitUsage, "QUALIFIER:ID"},
		"partner add harbor/guest --x12 ZZ:A --receive 850 --channel no --dir " + dir: {exitUsage, "no channel"},
		"partner add nobody/new --x12 ZZ:A --receive 850 --channel c --dir " + dir:    {exitUsage, "there is no such file"},
	} {
		got := call(t, strings.Fields(words)...)
		if got.code != want.code || !strings.Contains(got.errs, want.says) {
			t.Errorf("crossdock %s: code %d, want %d; says %q, want %q in it", words, got.code, want.code, got.errs, want.says)
		}
	}
	if got := call(t, "partner", "add", "harbor/new", "--x12", "Z:A", "--receive", "850", "--dir", dir); got.code != exitOutcome || !strings.Contains(got.out, "x12.theirs[0].qualifier") {
		t.Errorf("a partner with a fault: code %d, %q", got.code, got.out)
	}
	if _, err := os.Stat(filepath.Join(dir, "partners")); err == nil {
		t.Error("a partner with a fault was written")
	}
	calls(t, "partner", "add", "harbor/new", "--x12", "ZZ:A", "--receive", "850", "--dir", dir)
	if got := call(t, "partner", "add", "harbor/new", "--x12", "ZZ:A", "--receive", "850", "--dir", dir); got.code != exitUsage || !strings.Contains(got.errs, "is there already") {
		t.Errorf("twice: code %d, %q", got.code, got.errs)
	}
}
