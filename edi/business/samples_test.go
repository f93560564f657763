package business_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/business"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/internal/samplestest"
	"github.com/crossdock/crossdock/edi/x12"
)

var update = flag.Bool("update", false, "rewrite the wanted parts of testdata")

// TestSamples runs the packs over every sample file that has tables and
// compares what they find, without the values, with a list that was reviewed.
func TestSamples(t *testing.T) {
	var b strings.Builder
	for name, data := range samplestest.All(t) {
		report := func(set string, findings []edi.Finding) {
			for _, f := range findings {
				fmt.Fprintf(&b, "%s\t%s\t%d\t%s\t%s\t%s\n", name, set, f.InSet, f.Reference(), f.Loop, f.Code)
			}
		}
		checkX12(t, data, report)
		checkEDIFACT(t, data, report)
	}
	golden := filepath.Join("testdata", "samples.tsv")
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

func checkX12(t *testing.T, data []byte, report func(string, []edi.Finding)) {
	t.Helper()
	var w *grammar.Walker
	var c *business.Checker
	for e, err := range x12.NewReader(bytes.NewReader(data), x12.Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case x12.SetStart:
			g, _ := x12.Grammar(e.Group.Version)
			if w, c = nil, nil; g.Set(e.Set.ID) != nil {
				w, c = g.Set(e.Set.ID).NewWalker(), business.New(g.Set(e.Set.ID), business.Options{})
				c.Reset(e.Interchange.Date)
			}
		case x12.SetSegment:
			if c != nil {
				row, _ := w.Place(e.Segment.Element(0))
				c.Segment(e.Segment, e.Set.Segments, row)
			}
		case x12.SetEnd:
			if c != nil {
				report(e.Set.ID, c.Finish())
			}
		}
	}
}

func checkEDIFACT(t *testing.T, data []byte, report func(string, []edi.Finding)) {
	t.Helper()
	var w *grammar.Walker
	var c *business.Checker
	for e, err := range edifact.NewReader(bytes.NewReader(data), edifact.Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case edifact.MessageStart:
			g, _ := edifact.Grammar(e.Message.Directory(), e.Interchange.Version)
			if w, c = nil, nil; g.Set(e.Message.Type) != nil {
				w, c = g.Set(e.Message.Type).NewWalker(), business.New(g.Set(e.Message.Type), business.Options{})
				c.Reset(e.Interchange.Date)
			}
		case edifact.MessageSegment:
			if c != nil {
				row, _ := w.Place(e.Segment.Element(0))
				c.Segment(e.Segment, e.Message.Segments, row)
			}
		case edifact.MessageEnd:
			if c != nil {
				report(e.Message.Type, c.Finish())
			}
		}
	}
}
