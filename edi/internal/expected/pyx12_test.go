package expected

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/verdict"
)

var (
	pyCode = regexp.MustCompile(`^code (?:'(.*?)'|None)`)
	pyTerm = regexp.MustCompile(`src\.(\w+?)_?term, (?:chr\((\d+)\)|'(.)')`)
)

// pyClasses say which code the tests of a class are about, where the code
// alone does not.
var pyClasses = map[string]string{"GE_Checks": "AK9", "SE_Checks": "AK5", "Segment_ID_Checks": "AK3"}

// pyAcknowledgements are the expected acknowledgements that are at hand.
var pyAcknowledgements = map[string]string{
	"834_lui_id_5010.edi": "azoner__pyx12/pyx12_tests_834_lui_id_5010.999.txt",
	"834_ls_le_ls.edi":    "azoner__pyx12/pyx12_tests_834_ls_le_ls_5010.999.txt",
}

// pyx12 speaks in the codes of TA1 and 997, and some of its own, or writes the
// whole acknowledgement.
func pyx12(t *testing.T, r row, f *found) comparison {
	t.Helper()
	name := path.Base(r.file)
	class, _, _ := strings.Cut(name, ".")
	switch {
	case strings.Contains(r.says, "src.ele_term"):
		return comparison{expected: "no code; " + pyDelimiters(t, r.says), ours: say(pyCodes(f)) + "; " + f.delimiters()}
	case strings.Contains(r.says, "src.icvn"):
		_, version, _ := strings.Cut(r.says, "icvn, '")
		return comparison{expected: "no code; version " + version[:5], ours: say(pyCodes(f)) + "; version " + f.first.Version}
	case pyCode.MatchString(r.says):
		code := pyCode.FindStringSubmatch(r.says)[1]
		switch prefix := pyClasses[class]; {
		case code == "":
			code = "no code"
		case len(code) == 3 && code[0] == '0':
			code = "TA1 " + code
		case prefix != "":
			code = prefix + " " + code
		}
		return comparison{expected: code, ours: say(pyCodes(f))}
	case strings.HasPrefix(r.says, "assertRaises"):
		c := comparison{expected: "refused", agrees: differs}
		var plain string
		if plain, c.ours = refused(f.codes(isError), "read"); plain == "refused" && len(f.Interchanges) == 0 {
			c.agrees = agrees
		}
		return c
	case strings.HasPrefix(r.says, "assertEqual(val"):
		return comparison{expected: "'0019 '", ours: "'" + f.last + "'"}
	case r.says == "no error":
		return comparison{expected: "no code", ours: say(pyCodes(f))}
	case strings.HasPrefix(r.says, "full 997/999"):
		at := pyAcknowledgements[name]
		if at == "" {
			return comparison{expected: "an acknowledgement that is not at hand", ours: strings.Join(acknowledgements(f.File, verdict.Answers{}, "997"), "; "), agrees: open}
		}
		data, err := os.ReadFile(filepath.Join(samples(), filepath.FromSlash(at)))
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Compact(told(string(data)))
		return comparison{expected: strings.Join(want, "; "), ours: strings.Join(acknowledgements(f.File, verdict.Answers{Functional: "999"}, "999"), "; ")}
	case r.says == "no expected ack":
		return comparison{expected: "nothing", ours: strings.Join(acknowledgements(f.File, verdict.Answers{}, "997"), "; "), agrees: open}
	}
	t.Fatalf("%s: not understood: %s", r.file, r.says)
	return comparison{}
}

func pyDelimiters(t *testing.T, says string) string {
	t.Helper()
	is := map[string]string{}
	for _, m := range pyTerm.FindAllStringSubmatch(says, -1) {
		is[m[1]] = m[2] + m[3]
	}
	switch is["ele"] {
	case "28":
		return "component 1E, element 1C, segment 1D"
	case "&":
		return "component 21, element 26, segment 2B"
	}
	t.Fatalf("delimiters not understood: %s", says)
	return ""
}

// pyCodes are the codes by which the acknowledgements of a file tell what is
// wrong with it, and what pyx12 has codes of its own for.
func pyCodes(f *found) []string {
	var codes []string
	add := func(c string) {
		if !slices.Contains(codes, c) {
			codes = append(codes, c)
		}
	}
	for _, one := range acknowledgements(f.File, verdict.Answers{}, "TA1") {
		if e := strings.Split(one, "*"); e[5] != "000" {
			add("TA1 " + e[5])
		}
	}
	for _, one := range acknowledgements(f.File, verdict.Answers{}, "997") {
		for segment := range strings.SplitSeq(one, " ") {
			e := strings.Split(segment, "*")
			from := map[string]int{"AK3": 4, "AK5": 2, "AK9": 5}[e[0]]
			if from == 0 {
				continue
			}
			for _, code := range e[min(from, len(e)):] {
				add(e[0] + " " + code)
			}
		}
	}
	own := map[string]string{edi.CodeHierarchyNumber: "HL1", edi.CodeHierarchyParent: "HL2", edi.CodeTrailingSeparator: "SEG1"}
	for one := range f.All() {
		if c := own[one.Code]; c != "" {
			add(c)
		}
	}
	slices.Sort(codes)
	return codes
}

func say(codes []string) string {
	if len(codes) == 0 {
		return "no code"
	}
	return strings.Join(codes, ", ")
}
