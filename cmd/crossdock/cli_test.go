package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// Every verb explains itself: a long text, and an example that calls it.
func TestEveryVerbHasHelp(t *testing.T) {
	root := newRoot(t.Output(), t.Output(), func(string) string { return "" })
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Hidden || cmd.Name() == "help" || cmd.Name() == "completion" {
			return
		}
		if cmd.Short == "" || cmd.Long == "" || cmd.Example == "" {
			t.Errorf("%s: short %q, long %q, example %q: each must say something", cmd.CommandPath(), cmd.Short, cmd.Long, cmd.Example)
		}
		for line := range strings.Lines(cmd.Long + "\n" + cmd.Example) {
			if len(strings.TrimRight(line, "\n")) > 80 {
				t.Errorf("%s: the line %q is longer than a screen", cmd.CommandPath(), line)
			}
		}
		for line := range strings.Lines(cmd.Example) {
			words := strings.Fields(line)
			if found, _, err := root.Find(words[1:]); words[0] != "crossdock" || err != nil || found == root && words[1] != "help" {
				t.Errorf("%s: the example %q calls no verb: %v", cmd.CommandPath(), line, err)
			}
		}
		if cmd.Name() != "exit-codes" {
			got := call(t, append(strings.Fields(cmd.CommandPath())[1:], "--help")...)
			if got.code != exitOK || !strings.Contains(got.out, "Examples:\n"+cmd.Example) || got.errs != "" {
				t.Errorf("%s --help: code %d, %q", cmd.CommandPath(), got.code, got.errs)
			}
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(root)
}

func TestCallsThatAreOff(t *testing.T) {
	busy, url := newPlatform(t, nil), "http://127.0.0.1:1" // a port nobody serves
	dir, blocked := t.TempDir(), filepath.Join(t.TempDir(), "no", "such")
	for _, c := range []struct {
		words string
		code  int
		says  string
	}{
		{"bogus", exitUsage, `no verb "bogus"`},
		{"statu", exitUsage, "did you mean status?"},
		{"files lst", exitUsage, "did you mean list?"},
		{"help bogus", exitUsage, `no verb "bogus"`},
		{"help files lst", exitUsage, "did you mean list?"},
		{"help status now", exitUsage, `no verb "now"`},
		{"files show", exitUsage, `the call is "crossdock files show ID", and 0 words came`},
		{"explain", exitUsage, `"crossdock explain CODE", and 0 words`},
		{"status now", exitUsage, `"crossdock status", and 1 word came after the verb; see --help`},
		{"status --nope", exitUsage, "unknown flag: --nope"},
		{"demo --timeout soon", exitUsage, "soon"},
		{"demo --files " + blocked, exitUsage, blocked},
		{"demo --files " + dir, exitUsage, "no file in " + dir},
		{"demo --files exit.go --channel nope", exitUsage, "harbor/guest"},
		{"demo --channel guest", exitUsage, "are for the files of --files"},
		{"up a b", exitUsage, `"crossdock up [DIR]", and 2 words`},
		{"up " + dir + " --listen nonsense", exitFailed, "nonsense"},
		{"status --to 127.0.0.1:7071", exitUsage, "no address"},
		{"status --to " + url, exitUnreachable, "nothing answers at " + url + ": connect: connection refused; start it"},
		{"files list --to " + url, exitUnreachable, "crossdock up"},
		{"files show 5f --to " + url, exitUnreachable, url},
		{"explain SE-COUNT --to " + url, exitUnreachable, url},
		{"files show 5f2c --to " + busy.url(), exitNotFound, `begins with "5f2c"`},
		{"explain NO-SUCH --to " + busy.url(), exitNotFound, "NO-SUCH"},
		{"documents send harbor nobody --to " + busy.url(), exitNotFound, "partner nobody of tenant harbor"},
		{"files list --limit 0 --to " + busy.url(), exitUsage, "from 1 to 1000"},
		{"up " + busy.options.Dir + " --listen 127.0.0.1:0", exitFailed, busy.options.Dir},
		{"up " + dir + " --listen " + strings.TrimPrefix(busy.url(), "http://"), exitFailed, strings.TrimPrefix(busy.url(), "http://") + ": bind: address already in use; another crossdock may be up, and --listen"},
	} {
		got := call(t, strings.Fields(c.words)...)
		if got.code != c.code || !strings.Contains(got.errs, c.says) || got.out != "" {
			t.Errorf("crossdock %s: code %d, want %d; says %q, want %q in it", c.words, got.code, c.code, got.errs, c.says)
		}
		if strings.Count(got.errs, "\n") != 1 || !strings.HasPrefix(got.errs, "crossdock: ") {
			t.Errorf("crossdock %s: %q is not one line", c.words, got.errs)
		}
	}
}

func TestHelpOfExitCodes(t *testing.T) {
	got := call(t, "help", "exit-codes")
	if got.code != exitOK {
		t.Errorf("code %d", got.code)
	}
	for _, code := range []int{exitOK, exitFailed, exitUsage, exitUnreachable, exitNotFound, exitOutcome, exitFile} {
		if !strings.Contains(got.out, fmt.Sprintf("\n  %d  ", code)) {
			t.Errorf("the table lacks %d:\n%s", code, got.out)
		}
	}
	if got := call(t); got.code != exitOK || !strings.Contains(got.out, "The pipeline:") {
		t.Errorf("no verb: code %d, %q", got.code, got.out)
	}
	for _, words := range [][]string{nil, {"files"}, {"files", "show"}} {
		want := call(t, append(words, "--help")...)
		if got := call(t, append([]string{"help"}, words...)...); got != want {
			t.Errorf("help %v: %+v, want what --help says: %+v", words, got, want)
		}
	}
}

// The README's table of exit codes is that of the program, in fewer words.
func TestReadmeHasTheExitCodes(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "### Exit codes\n")
	section, _, _ := strings.Cut(rest, "\n## ")
	rows := regexp.MustCompile(`(?m)^\| (\d) \| (.*) \|$`).FindAllStringSubmatch(section, -1)
	if got, want := len(rows), strings.Count(exitTable, "\n  ")-strings.Count(exitTable, "\n     "); got != want {
		t.Errorf("the README has %d codes, want %d", got, want)
	}
	for _, row := range rows {
		if !strings.Contains(exitTable, "\n  "+row[1]+"  "+row[2]) {
			t.Errorf("the README says of %s %q, which is not how the program begins", row[1], row[2])
		}
	}
}

// The verbs that ask a running installation, as text and as JSON.
func TestVerbsThatAsk(t *testing.T) {
	p := newPlatform(t, nil)
	steps, err := builtinSteps()
	if err != nil {
		t.Fatal(err)
	}
	results := play(t, p, steps[:3])
	id := results[2].View.File.ID
	ask := func(words ...string) string {
		t.Helper()
		got := call(t, append(words, "--to", p.url())...)
		if got.code != exitOK || got.errs != "" {
			t.Errorf("crossdock %v: code %d, %q", words, got.code, got.errs)
		}
		for line := range strings.Lines(got.out) {
			if strings.TrimRight(line, " \n") != strings.TrimRight(line, "\n") {
				t.Errorf("crossdock %v: the line %q ends in blanks", words, line)
			}
		}
		return got.out
	}
	holds := func(text string, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in:\n%s", want, text)
			}
		}
	}
	holds(ask("status"), "unfinished  0\n", "waiting     0\n", "failed      0\n", "edi-inbound", "dead-lettered")
	holds(ask("files", "list"), id[:8], "partly accepted", "duplicate", "harbor/sftp-east/lighthouse-bad-set.edi")
	if text := ask("files", "list", "--limit", "1"); strings.Count(text, "\n") != 2 {
		t.Errorf("one file was asked for:\n%s", text)
	}
	if text := ask("files", "list", "--tenant", "nobody"); strings.Count(text, "\n") != 1 {
		t.Errorf("nobody has files:\n%s", text)
	}
	holds(ask("files", "show", id[:6]), "lighthouse-bad-set.edi  harbor/sftp-east  partly accepted", id, "ELEMENT-NUMBER at line 12", "997 P in outbound/")
	holds(ask("documents", "list"), "says the partner\n")
	holds(ask("documents", "send", "harbor", "summit-foundry"), "0 documents leave\n")
	holds(ask("explain", "SE-COUNT"), "SE-COUNT\n", "Who acts:")
	holds(ask("explain", "se-count"), "SE-COUNT\n")
	for _, words := range []string{"status", "files list", "files show " + id[:6], "explain se-count", "documents list"} {
		text := ask(append(strings.Fields(words), "--json")...)
		d := json.NewDecoder(strings.NewReader(text))
		var v any
		if err := d.Decode(&v); err != nil || d.More() {
			t.Errorf("crossdock %s --json is not one JSON value: %v", words, err)
		}
	}
}

// What was given up stands in status, with its cause.
func TestStatusNamesFailures(t *testing.T) {
	erp := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no such customer", http.StatusUnprocessableEntity)
	}))
	defer erp.Close()
	p := newPlatform(t, func(o *platformOptions) {
		o.Getenv = func(name string) string { return map[string]string{erpSetting: erp.URL}[name] }
	})
	steps, err := builtinSteps()
	if err != nil {
		t.Fatal(err)
	}
	drop(t, p.options.Dir, "harbor/sftp-east", steps[0].As, string(steps[0].content))
	c := (&command{to: p.url()}).ops()
	wait(t, 20*time.Second, "three orders given up", func() bool {
		s, err := c.Status(t.Context())
		return err == nil && s.Failed == 3 && !s.Busy()
	})
	got := call(t, "status", "--to", p.url())
	if got.code != exitOK || !strings.Contains(got.out, "failed      3\n") || strings.Count(got.out, "\n  refused   harbor order.lighthouse-grocers.LG-7001") != 3 ||
		!strings.Contains(got.out, "after 1 try: erp: refused: answer 422: \"no such customer\"\n") {
		t.Errorf("code %d:\n%s", got.code, got.out)
	}
	rows := outcomes(t, c)
	if rows[steps[0].As] != "accepted" {
		t.Errorf("outcomes %v: what the ERP refuses is no fault of the file", rows)
	}
	files, err := c.Files(t.Context(), "harbor", 1)
	if err != nil {
		t.Fatal(err)
	}
	view, err := c.File(t.Context(), files[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range view.Sets {
		if set.Document == nil || set.Document.ERP != "given up" {
			t.Errorf("set %s: order %+v, want it given up", set.Number, set.Document)
		}
	}
}

// On a terminal long entries go on below their beginning, and tables are cut.
func TestScreenWidth(t *testing.T) {
	var b strings.Builder
	s := &screen{Writer: &b, width: 40}
	s.entry("error", "%s", "one two three four five six seven eight nine ten")
	s.entry("sent", "%s ", strings.Repeat("x", 50))
	s.table(func(w io.Writer) { fmt.Fprintf(w, "%s\n%s\n", strings.Repeat("é", 41), strings.Repeat("é", 40)) })
	want := "  error     one two three four five six\n            seven eight nine ten\n  sent      " + strings.Repeat("x", 50) + "\n" +
		strings.Repeat("é", 39) + "…\n" + strings.Repeat("é", 40) + "\n"
	if b.String() != want {
		t.Errorf("got\n%q, want\n%q", b.String(), want)
	}
	b.Reset()
	s.width = 0
	s.entry("error", "%s", strings.Repeat("word ", 40))
	if strings.Count(b.String(), "\n") != 1 {
		t.Errorf("without a width it is one line: %q", b.String())
	}
	if d := duration(1234567 * time.Microsecond); d != "1.23s" {
		t.Errorf("duration %s", d)
	}
}
