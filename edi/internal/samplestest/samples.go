// Package samplestest reads the real partner files that tests of the library
// hold it against.
//
// They are read in place, from the folder that CROSSDOCK_SAMPLES names or the
// one beside the repository, for tests of packages right below edi. It does not
// skip: a test without the files fails.
package samplestest

import (
	"cmp"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// All yields every file of the index, its name and what it holds.
func All(t testing.TB) iter.Seq2[string, []byte] {
	t.Helper()
	dir := cmp.Or(os.Getenv("CROSSDOCK_SAMPLES"), filepath.Join("..", "..", "..", "shared", "samples"))
	index, err := os.ReadFile(filepath.Join(dir, "index.tsv"))
	if err != nil {
		t.Fatalf("the real partner files are missing (set CROSSDOCK_SAMPLES): %v", err)
	}
	return func(yield func(string, []byte) bool) {
		for _, line := range strings.Split(strings.TrimSpace(string(index)), "\n")[1:] {
			name, _, _ := strings.Cut(line, "\t")
			data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
			if err != nil {
				t.Fatal(err)
			}
			if !yield(name, data) {
				return
			}
		}
	}
}
