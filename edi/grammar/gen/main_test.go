package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/crossdock/crossdock/edi/grammar"
)

// The files that are embedded are those the tables give.
func TestGenerated(t *testing.T) {
	tables := os.Getenv("CROSSDOCK_GRAMMAR")
	if tables == "" {
		tables = filepath.Join("..", "..", "..", "..", "shared", "reference", "edi-grammar")
	}
	files, err := generate(tables)
	if err != nil {
		t.Fatalf("the tables are missing (set CROSSDOCK_GRAMMAR): %v", err)
	}
	for _, r := range releases {
		have, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(r.file)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have, files[r.file]) {
			t.Errorf("%s is not what the tables give: make grammar", r.file)
		}
		if r.release == "D96A" || r.release == "D01B" {
			continue // these need service segments beside them
		}
		if _, err := grammar.Parse(string(have)); err != nil {
			t.Error(err)
		}
	}
}
