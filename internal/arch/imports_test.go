package arch

import (
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

// arrows says which packages of ours each package of ours imports, its tests
// aside. The table is the plan of the house: it is exact, so that an arrow is
// drawn, and removed, here on purpose.
var arrows = map[string]string{
	".": "",

	// The programs: wiring.
	"cmd/handler":   "handlers internal/erp internal/partners internal/remote internal/state internal/telemetry internal/worker mappings",
	"cmd/crossdock": ". docs edi edi/compare edi/document edi/edifact edi/label edi/redact edi/split edi/verdict edi/x12 handlers internal/demoerp internal/erp internal/exchange internal/host internal/inbox internal/local internal/ops internal/partners internal/remote internal/state internal/telemetry internal/worker mappings",

	// What each function does.
	"handlers": "internal/erp internal/exchange internal/inbox internal/ops internal/partners internal/schedule internal/state internal/trade internal/worker mappings",

	// Capabilities. They meet by message, never by import.
	"internal/exchange": "edi edi/business edi/edifact edi/grammar edi/x12 internal/inbox internal/state internal/trade mappings",
	"internal/erp":      "internal/state internal/trade mappings",
	"internal/schedule": "internal/state",

	// What several capabilities stand on: the life of a received file, and what
	// is agreed with whom.
	"internal/inbox":    "edi internal/state",
	"internal/partners": "internal/state mappings",

	// The operator's view; it shows what capabilities know.
	"internal/ops": "docs internal/exchange internal/inbox internal/partners internal/schedule internal/state mappings",

	// The Functions protocol, from both sides. The worker commits attempts and
	// reschedules, which is why it knows state.
	"internal/worker": "internal/state",
	"internal/host":   "internal/state",

	// State, and its drivers.
	"internal/state":           "",
	"internal/state/statetest": "internal/state",
	"internal/local":           "internal/state",
	"internal/remote":          "internal/state",

	// Libraries and nouns.
	"edi":            "edi/internal/ascii",
	"edi/grammar":    "edi edi/internal/ascii",
	"edi/x12":        "edi edi/grammar edi/internal/ascii edi/internal/envelope",
	"edi/edifact":    "edi edi/grammar edi/internal/ascii edi/internal/envelope",
	"edi/business":   "edi edi/grammar edi/internal/ascii",
	"edi/label":      "",
	"edi/document":   "edi edi/business edi/edifact edi/grammar edi/x12",
	"edi/compare":    "edi edi/document edi/grammar edi/internal/ascii edi/label",
	"edi/split":      "edi edi/document",
	"edi/verdict":    "edi edi/document edi/edifact edi/x12",
	"edi/redact":     "edi edi/business edi/document edi/grammar edi/internal/ascii",
	"mappings":       "edi edi/business edi/edifact edi/grammar edi/x12",
	"internal/trade": "",
	"docs":           "",

	// What X12 and EDIFACT share below their names.
	"edi/internal/envelope": "edi edi/internal/ascii",

	// What all of them ask of characters.
	"edi/internal/ascii": "",

	// The real partner files that tests read.
	"edi/internal/samplestest": "",

	// Tests that hold the library against what other engines expect.
	"edi/internal/expected": "",

	// What writes the grammars that are embedded.
	"edi/grammar/gen": "",

	// What stands beside the pipeline.
	"internal/telemetry": "",
	"internal/demoerp":   "",
	"internal/arch":      "",

	// The simulated world runs production code; its line is an upper bound.
	"internal/simtest": "edi edi/edifact edi/x12 handlers internal/erp internal/exchange internal/inbox internal/partners internal/schedule internal/state internal/telemetry internal/trade internal/worker mappings",
}

// testArrows says what the tests of a package import besides what the package
// imports itself, and besides the real platform of one machine, which stands
// in for mocks: see testPlatform.
var testArrows = map[string]string{
	"edi/business":          "edi/edifact edi/internal/samplestest edi/x12", // sets and messages as they are read
	"edi/compare":           "edi/internal/samplestest",
	"edi/document":          "edi/internal/samplestest",
	"edi/grammar":           "edi/edifact edi/x12",                              // the tables that are embedded
	"edi/grammar/gen":       "edi/grammar",                                      // what is generated can be read
	"edi/internal/expected": "edi edi/document edi/edifact edi/verdict edi/x12", // it has no code but tests
	"edi/label":             "edi/edifact edi/grammar edi/x12",                  // everything there has a label
	"edi/redact":            "edi/internal/samplestest",
	"edi/split":             "edi/internal/samplestest",
	"edi/verdict":           "edi/internal/samplestest",
	"mappings":              "internal/trade",                                   // what a map makes is what trade reads
	"internal/state":        "internal/local",                                   // its own tests stand on a real platform
	"internal/exchange":     "internal/partners",                                // the catalogue its tests publish
	"handlers":              "edi edi/document edi/edifact edi/verdict edi/x12", // what partners send, and what they say of what they get
	"internal/arch":         "docs edi edi/edifact edi/x12 handlers internal/exchange internal/host internal/inbox internal/state internal/worker mappings",
}

// testPlatform is what any test above state may use instead of a mock.
const testPlatform = "internal/local internal/state/statetest internal/demoerp"

// simulation is the one room whose line may say more than it imports.
const simulation = "internal/simtest"

// capabilities meet by message and never import each other.
const capabilities = "internal/exchange internal/erp internal/imports internal/pricing internal/replenish internal/schedule"

// maxDepth is the longest chain of imports from a program down, in arrows.
const maxDepth = 5

func TestImports(t *testing.T) {
	for name, r := range rooms(t) {
		want, ok := arrows[name]
		if !ok {
			t.Errorf("%s is a room that is not in the plan: add it to arrows, with one job and a noun for a name", name)
			continue
		}
		allowed := strings.Fields(want)
		got := mine(r.imports(false))
		for _, p := range got {
			if !slices.Contains(allowed, p) {
				t.Errorf("%s imports %s, an arrow that is not in the plan", name, p)
			}
		}
		for _, p := range allowed {
			if !slices.Contains(got, p) && name != simulation {
				t.Errorf("%s does not import %s any more: remove the arrow from the plan", name, p)
			}
		}
		allowed = append(allowed, name)
		allowed = append(allowed, strings.Fields(testArrows[name])...)
		if slices.Contains(got, "internal/state") {
			allowed = append(allowed, strings.Fields(testPlatform)...)
		}
		for _, p := range mine(r.imports(true)) {
			if strings.HasPrefix(name, "cmd/") {
				break // above everything: its tests look at all of it
			}
			if !slices.Contains(allowed, p) {
				t.Errorf("the tests of %s import %s, an arrow that is not in the plan: add it to testArrows", name, p)
			}
		}
	}
	for name := range arrows {
		if rooms(t)[name] == nil {
			t.Errorf("the plan has a room %s that is not built", name)
		}
	}
}

func mine(imports []string) []string {
	var all []string
	for _, p := range imports {
		if q, ok := ours(p); ok {
			all = append(all, q)
		}
	}
	return all
}

func TestCapabilitiesMeetByMessage(t *testing.T) {
	all := strings.Fields(capabilities)
	for _, from := range all {
		r := rooms(t)[from]
		if r == nil {
			continue // not built yet
		}
		for _, p := range append(mine(r.imports(false)), mine(r.imports(true))...) {
			if p != from && slices.Contains(all, p) {
				t.Errorf("%s imports %s: capabilities meet by message", from, p)
			}
		}
	}
}

// library reports whether a room is part of edi, which is a library of its own.
func library(name string) bool { return name == "edi" || strings.HasPrefix(name, "edi/") }

// The house is no deeper than its plan, and counts edi as one step however that
// is divided: who stands on a library sees one. The rooms of the library are
// counted by themselves and held to the same.
func TestDepth(t *testing.T) {
	for _, c := range []struct {
		name   string
		counts func(from, to string) bool
	}{
		{"the house", func(from, to string) bool { return !library(from) || !library(to) }},
		{"edi", func(from, to string) bool { return library(from) && library(to) }},
	} {
		chains := longest(rooms(t), c.counts)
		for name := range rooms(t) {
			if chain := chains[name]; chain.depth > maxDepth {
				t.Errorf("%s: a chain of %d imports, at most %d: %s", c.name, chain.depth, maxDepth, strings.Join(chain.rooms, " → "))
			}
		}
	}
}

// chain is a way down through imports and how many of them count.
type chain struct {
	rooms []string
	depth int
}

// longest is the longest chain from each room, by the imports that count.
func longest(all map[string]*room, counts func(from, to string) bool) map[string]chain {
	chains := map[string]chain{}
	var measure func(string) chain
	measure = func(name string) chain {
		if c, ok := chains[name]; ok {
			return c
		}
		best := chain{rooms: []string{name}}
		for _, p := range mine(all[name].imports(false)) {
			below := measure(p)
			depth := below.depth
			if counts(name, p) {
				depth++
			}
			if depth > best.depth {
				best = chain{append([]string{name}, below.rooms...), depth}
			}
		}
		chains[name] = best
		return best
	}
	for name := range all {
		measure(name)
	}
	return chains
}

func TestForeignImports(t *testing.T) {
	for name, r := range rooms(t) {
		library := library(name)
		support := strings.HasSuffix(path.Base(name), "test")
		for _, p := range r.imports(false) {
			if strings.HasPrefix(p, "github.com/Azure/") && name != "internal/azure" {
				t.Errorf("%s imports %s: only internal/azure knows the cloud's SDK", name, p)
			}
			if _, own := ours(p); library && !own && !standard(p) && !strings.HasPrefix(p, "golang.org/x/text/") {
				t.Errorf("%s imports %s: edi is a library on the standard library and x/text", name, p)
			}
			if q := path.Base(p); !support && (strings.HasSuffix(q, "test") || p == "testing" || strings.HasPrefix(p, "testing/")) {
				t.Errorf("%s imports %s, which is for tests", name, p)
			}
		}
		if library {
			for _, p := range mine(r.imports(false)) {
				if p != "edi" && !strings.HasPrefix(p, "edi/") {
					t.Errorf("%s imports %s: edi is a library of its own", name, p)
				}
			}
		}
	}
}

// The production process must be small: what only one machine needs is not in
// it. The packages others wrote are followed no further; none of them knows
// SQLite but those named here.
func TestHandlerIsSmall(t *testing.T) {
	reached := map[string]bool{}
	var follow func(string)
	follow = func(name string) {
		if reached[name] {
			return
		}
		reached[name] = true
		for _, p := range mine(rooms(t)[name].imports(false)) {
			follow(p)
		}
	}
	follow("cmd/handler")
	for _, name := range slices.Sorted(maps.Keys(reached)) {
		if name == "internal/host" || name == "internal/local" || name == "internal/demoerp" {
			t.Errorf("cmd/handler reaches %s, which only one machine needs", name)
		}
		for _, p := range rooms(t)[name].imports(false) {
			if strings.HasPrefix(p, "zombiezen.com/") || strings.HasPrefix(p, "modernc.org/") {
				t.Errorf("cmd/handler reaches %s through %s", p, name)
			}
		}
	}
}
