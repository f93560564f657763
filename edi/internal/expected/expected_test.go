package expected

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata/table.tsv")

// samples is where the real files are read in place.
func samples() string {
	return cmp.Or(os.Getenv("CROSSDOCK_SAMPLES"), filepath.Join("..", "..", "..", "..", "shared", "samples"))
}

// row is one line of the list of expectations.
type row struct{ file, peer, says, source string }

func (r row) key() string { return r.peer + " " + r.file }

func rows(t *testing.T) []row {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(samples(), "expected.tsv"))
	if err != nil {
		t.Fatalf("the expectations of other engines are missing (set CROSSDOCK_SAMPLES): %v", err)
	}
	var all []row
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 4 {
			t.Fatalf("line %d of the expectations has %d fields, want 4", i+1, len(f))
		}
		if i > 0 {
			all = append(all, row{f[0], f[1], f[2], f[3]})
		}
	}
	return all
}

// The answers to whether two engines say the same.
const (
	agrees  = "yes"
	differs = "no"
	open    = "open" // nothing of the expectation is at hand to compare with
)

// readOnly is the expectation of a row that asserts nothing about errors.
const readOnly = "read, nothing asserted about errors"

// comparison is a row in the terms of its engine.
type comparison struct {
	expected, ours string
	agrees         string // agrees, differs or open; by the two texts if empty
}

func (c comparison) verdict() string {
	switch {
	case c.agrees != "":
		return c.agrees
	case c.expected == c.ours:
		return agrees
	default:
		return differs
	}
}

// compare brings a row, and what is found in its file, into the terms of its
// engine.
func compare(t *testing.T, r row) comparison {
	t.Helper()
	f := readFile(t, filepath.Join(samples(), filepath.FromSlash(r.file)))
	switch r.peer {
	case "EdiEngine":
		return ediEngine(t, r, f)
	case "gozer":
		return gozer(r, f)
	case "stupidedi":
		return stupidedi(r, f)
	case "staedi":
		return staedi(r, f)
	case "pyx12":
		return pyx12(t, r, f)
	}
	t.Fatalf("%s: the terms of %s are not known", r.file, r.peer)
	return comparison{}
}

// reasons reads testdata/reasons.txt: a reason, and below it, indented, the
// rows it is the reason of, as engine and file.
func reasons(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "reasons.txt"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	reason := ""
	for i, line := range strings.Split(string(data), "\n") {
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, "\t"):
			reason = line
		case all[strings.TrimSpace(line)] != "":
			t.Errorf("reasons.txt, line %d: %s has a reason already", i+1, strings.TrimSpace(line))
		default:
			all[strings.TrimSpace(line)] = reason
		}
	}
	return all
}

// Every row of the expectations is compared, and every difference has a
// reason. With -v the table is printed; it is kept as testdata/table.tsv.
func TestExpected(t *testing.T) {
	why := reasons(t)
	count := map[string]int{}
	byPeer := map[string]map[string]int{}
	thin := 0
	var table bytes.Buffer
	table.WriteString("file\tpeer\texpected\tours\tagrees\treason\n")
	all := rows(t)
	for _, r := range all {
		c := compare(t, r)
		verdict, reason := c.verdict(), why[r.key()]
		delete(why, r.key())
		switch {
		case verdict == agrees && reason != "":
			t.Errorf("%s: the two agree (%s), the reason is stale: %s", r.key(), c.ours, reason)
		case verdict != agrees && reason == "":
			t.Errorf("%s: expected %q, ours is %q: give the reason in testdata/reasons.txt", r.key(), c.expected, c.ours)
		}
		count[verdict]++
		if verdict == agrees && c.expected == readOnly {
			thin++
		}
		if byPeer[r.peer] == nil {
			byPeer[r.peer] = map[string]int{}
		}
		byPeer[r.peer][verdict]++
		fmt.Fprintf(&table, "%s\t%s\t%s\t%s\t%s\t%s\n", r.file, r.peer, c.expected, c.ours, verdict, reason)
		t.Logf("%-4s %-9s %s\n\texpected: %s\n\tours:     %s%s", verdict, r.peer, r.file, c.expected, c.ours, indented(reason))
	}
	for _, key := range slices.Sorted(maps.Keys(why)) {
		t.Errorf("reasons.txt: there is no row %s", key)
	}
	for _, peer := range slices.Sorted(maps.Keys(byPeer)) {
		n := byPeer[peer]
		t.Logf("%-9s %3d rows: %3d agree, %3d differ, %3d cannot be compared", peer, n[agrees]+n[differs]+n[open], n[agrees], n[differs], n[open])
	}
	t.Logf("%-9s %3d rows: %3d agree (%d of them on no more than that the file is read), %3d differ and %d cannot be compared, each with its reason",
		"all", len(all), count[agrees], thin, count[differs], count[open])
	byPeer["all"] = count
	documented(t, byPeer)
	golden(t, filepath.Join("testdata", "table.tsv"), table.Bytes())
}

// documented compares the counts with those in docs/verification.md.
func documented(t *testing.T, counts map[string]map[string]int) {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "verification.md"))
	if err != nil {
		t.Fatal(err)
	}
	for peer, n := range counts {
		line := fmt.Sprintf("\n| %s | %d | %d | %d | %d |", peer, n[agrees]+n[differs]+n[open], n[agrees], n[differs], n[open])
		if !bytes.Contains(doc, []byte(line)) {
			t.Errorf("docs/verification.md does not have the row %s", strings.TrimSpace(line))
		}
	}
}

func indented(reason string) string {
	if reason == "" {
		return ""
	}
	return "\n\treason:   " + reason
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	wanted := strings.Split(string(want), "\n")
	for i, line := range strings.Split(string(got), "\n") {
		if i >= len(wanted) || wanted[i] != line {
			t.Fatalf("%s, line %d has changed (-update rewrites it); it is now\n%s", name, i+1, line)
		}
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%s has more lines than there are rows", name)
	}
}
