package arch

import (
	"fmt"
	"go/ast"
	"regexp"
	"testing"
)

var checklistTest = regexp.MustCompile(`^Test([HL])([0-9]{2})_`)

// The checklist of how a Functions host and a custom handler talk has fifty
// items: 1 to 30 bind the handler, 31 to 50 the embedded host. Each has a test
// that is named for it.
func TestChecklistIsCovered(t *testing.T) {
	covered := map[string][]string{}
	for path, r := range rooms(t) {
		for _, f := range r.files {
			for _, d := range f.syntax.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || fn.Recv != nil {
					continue
				}
				if m := checklistTest.FindStringSubmatch(fn.Name.Name); m != nil {
					covered[m[1]+m[2]] = append(covered[m[1]+m[2]], path+"."+fn.Name.Name)
				}
			}
		}
	}
	for n := 1; n <= 50; n++ {
		item := fmt.Sprintf("H%02d", n)
		if n > 30 {
			item = fmt.Sprintf("L%02d", n)
		}
		if len(covered[item]) == 0 {
			t.Errorf("no test is named for item %d of the checklist: want Test%s_…", n, item)
		}
	}
}
