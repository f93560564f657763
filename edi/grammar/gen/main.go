// Command gen writes the grammar files that edi/x12 and edi/edifact embed.
//
// It reads the tables of elements, composites, segments, notes, sets and codes
// from a folder that is not part of this repository, and invents nothing: what
// it leaves out is the envelope, which the readers know, and code lists that
// are not lists. It writes no file if any table is not as it should be. A test
// compares what it would write with what is there.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// releases are the folders of the tables and the files they become.
var releases = []struct{ folder, standard, release, file string }{
	{"x12-004010", "X12", "004010", "x12/004010.grammar"},
	{"x12-005010", "X12", "005010", "x12/005010.grammar"},
	{"edifact-d96a", "EDIFACT", "D96A", "edifact/D96A.grammar"},
	{"edifact-d01b", "EDIFACT", "D01B", "edifact/D01B.grammar"},
	{"edifact-service-v3", "EDIFACT", "3", "edifact/service3.grammar"},
	{"edifact-service-v4", "EDIFACT", "4", "edifact/service4.grammar"},
}

func main() {
	tables := flag.String("tables", "", "folder of the tables")
	out := flag.String("out", "edi", "the folder edi of the repository")
	flag.Parse()
	if err := write(*tables, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func write(tables, out string) error {
	files, err := generate(tables)
	if err != nil {
		return err
	}
	for _, r := range releases {
		if err := os.WriteFile(filepath.Join(out, filepath.FromSlash(r.file)), files[r.file], 0o644); err != nil {
			return fmt.Errorf("write a grammar: %w", err)
		}
	}
	return nil
}

// generate is the content of each file.
func generate(tables string) (map[string][]byte, error) {
	if tables == "" {
		return nil, fmt.Errorf("no folder of tables: set -tables")
	}
	files := map[string][]byte{}
	for _, r := range releases {
		t, err := load(filepath.Join(tables, r.folder))
		if err != nil {
			return nil, err
		}
		files[r.file] = t.format(r.standard, r.release)
	}
	return files, nil
}
