package edifact

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
)

// TestGrammarSamples checks every message of the sample files that has tables
// and compares the findings, without the values, with a list that was
// reviewed: almost no rule should fire on a good file.
func TestGrammarSamples(t *testing.T) {
	var b strings.Builder
	for _, s := range samples(t) {
		for _, line := range checkMessages(t, s.data) {
			fmt.Fprintf(&b, "%s\t%s\n", s.file, line)
		}
	}
	golden := filepath.Join("testdata", "grammar-samples.tsv")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("(-golden +got)\n%s", diff)
	}
}

// checkMessages is a line for each message that has tables, and one for each
// finding.
func checkMessages(t testing.TB, data []byte) []string {
	t.Helper()
	var out []string
	var c *grammar.Checker
	for e, err := range NewReader(bytes.NewReader(data), Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case MessageStart:
			g, exact := Grammar(e.Message.Directory(), e.Interchange.Version)
			o := grammar.CheckOptions{}
			if !exact {
				o.Codes = edi.Warning
			}
			if c = nil; g.Set(e.Message.Type) != nil {
				c = g.Set(e.Message.Type).NewChecker(o)
				out = append(out, fmt.Sprintf("%s as %s under %s", edi.Printable([]byte(e.Message.Directory()), 12), e.Message.Type, g.Release()))
			}
		case MessageSegment:
			if c != nil {
				c.Segment(e.Segment, e.Message.Segments)
			}
		case MessageEnd:
			if c == nil {
				continue
			}
			for _, f := range c.Finish(edi.Position{}) {
				out = append(out, fmt.Sprintf("\t%d\t%s\t%s\t%s\t%s", f.InSet, f.Reference(), f.Loop, f.Severity, f.Code))
			}
		}
	}
	return out
}
