package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// tables are the rows of one release, header lines left out.
type tables struct {
	elements, composites, segments, notes, sets, codes [][]string
}

func load(folder string) (*tables, error) {
	t := &tables{}
	for _, f := range []struct {
		name    string
		columns int
		into    *[][]string
	}{
		{"elements", 4, &t.elements}, {"composites", 5, &t.composites}, {"segments", 5, &t.segments},
		{"notes", 3, &t.notes}, {"sets", 11, &t.sets}, {"codes", 3, &t.codes},
	} {
		data, err := os.ReadFile(filepath.Join(folder, f.name+".tsv"))
		if err != nil {
			return nil, fmt.Errorf("read a table: %w", err)
		}
		for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
			row := strings.Split(line, "\t")
			if len(row) < f.columns {
				return nil, fmt.Errorf("%s of %s, line %d: %d columns, want %d", f.name, filepath.Base(folder), i+1, len(row), f.columns)
			}
			if i > 0 {
				*f.into = append(*f.into, row)
			}
		}
	}
	return t, nil
}
