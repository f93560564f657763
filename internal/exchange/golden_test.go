package exchange_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden: what a partner sends, by its agreement, to what is kept of it and
// what goes back. Each case is a file: the agreement and what came; what was
// found, what documents were made, and what was sent.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			case_, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			given := map[string][]byte{}
			got := &txtar.Archive{Comment: case_.Comment}
			for _, f := range case_.Files {
				if f.Name == "partner.jsonc" || strings.HasSuffix(f.Name, ".edi") && strings.Count(f.Name, ".") == 1 {
					given[f.Name] = f.Data
					got.Files = append(got.Files, f)
				}
			}
			r := newRigAt(t, nil, func() time.Time { return time.Date(2026, 11, 3, 9, 30, 0, 0, time.UTC) })
			r.agreeOn(given["partner.jsonc"])
			for _, f := range got.Files[1:] {
				r.told(got, f.Name, r.receive("main", f.Name, f.Data))
			}
			if *update {
				if err := os.WriteFile(path, txtar.Format(got), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(txtar.Format(case_)), string(txtar.Format(got))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// told adds what became of a file.
func (r *rig) told(to *txtar.Archive, name string, v exchange.View) {
	r.t.Helper()
	add := func(kind string, data []byte) {
		to.Files = append(to.Files, txtar.File{Name: strings.TrimSuffix(name, ".edi") + "." + kind, Data: append(bytes.TrimSuffix(data, []byte("\n")), '\n')})
	}
	var told strings.Builder
	fmt.Fprintf(&told, "%s\n", v.File.Outcome)
	for f := range v.Findings() {
		fmt.Fprintf(&told, "%s %s line %d", f.Severity, f.Code, f.Line)
		if at := f.Reference(); at != "" {
			fmt.Fprintf(&told, " %s", at)
		}
		if f.Loop != "" {
			fmt.Fprintf(&told, " in %s", f.Loop)
		}
		if f.Value != "" {
			fmt.Fprintf(&told, " %q", f.Value)
		}
		fmt.Fprintf(&told, ": %s\n", f.Message)
	}
	add("told", []byte(told.String()))
	for i, s := range v.Sets {
		if s.Document == nil {
			continue
		}
		rec, err := r.Store.Read(r.t.Context(), state.Key{Tenant: "quay", Aggregate: s.Document.Key}, "", trade.DocumentRecordID)
		if err != nil {
			r.t.Fatal(err)
		}
		var d trade.DocumentRecord
		if err := state.Decode(rec[trade.DocumentRecordID], trade.DocumentRecordKind, trade.DocumentRecordVersion, &d); err != nil {
			r.t.Fatal(err)
		}
		body, err := r.Store.Fetch(r.t.Context(), state.Content{Inline: d.Body, Path: d.File})
		if err != nil {
			r.t.Fatal(err)
		}
		add(fmt.Sprintf("%d.%s.json", i+1, s.Document.Key), body)
	}
	for i, s := range v.Sent {
		body, err := os.ReadFile(filepath.Join(r.dir, filepath.FromSlash(s.Path)))
		if err != nil {
			r.t.Fatal(err)
		}
		add(fmt.Sprintf("sent%d.%s.edi", i+1, strings.ReplaceAll(s.Summary, " ", "-")), body)
	}
}
