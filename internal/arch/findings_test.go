package arch

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/docs"
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/mappings"
)

func codes() []string {
	return slices.Concat(edi.Codes(), x12.Codes(), edifact.Codes(), inbox.Codes(), exchange.Codes(), mappings.Codes())
}

const notRaised = "*not raised yet*"

// Every code has its section in docs/findings.md, and every section its code.
func TestEveryFindingIsExplained(t *testing.T) {
	all := codes()
	for i, code := range all {
		if slices.Contains(all[:i], code) {
			t.Errorf("two findings have the code %s", code)
		}
		text, ok := docs.Finding(code)
		if !ok {
			t.Errorf("docs/findings.md has no section %s", code)
			continue
		}
		if !regexp.MustCompile(`^(Error|Warning|Note|As severe)\b`).MatchString(text) {
			t.Errorf("the section %s does not begin with its severity", code)
		}
		for _, part := range []string{"- Example: ", "- What to do: ", "- Who acts: ", "- Acknowledged as: "} {
			if strings.Count("\n"+text, "\n"+part) != 1 {
				t.Errorf("the section %s does not say %q once", code, part)
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^### (.*)$`).FindAllStringSubmatch(string(read(t, "docs/findings.md")), -1) {
		if !slices.Contains(all, m[1]) {
			t.Errorf("docs/findings.md explains %s, which is no code", m[1])
		}
	}
}

// A section says "not raised yet" exactly while nothing raises its code.
func TestFindingsSayWhatIsRaised(t *testing.T) {
	values, raised := map[string]string{}, map[string]bool{}
	for _, f := range production(t) {
		for _, d := range f.syntax.Decls {
			codeValues(d, values)
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name != "Codes" {
				codeUses(fn, raised)
			}
		}
	}
	for name, code := range values {
		text, ok := docs.Finding(code)
		if !ok {
			continue // the test above says so
		}
		if said := !strings.Contains(strings.ReplaceAll(text, "\n", " "), notRaised); said != raised[name] {
			t.Errorf("docs/findings.md says of %s raised: %t, the code says %t", code, said, raised[name])
		}
	}
}

// codeValues collects the constants named Code… with their values.
func codeValues(d ast.Decl, into map[string]string) {
	g, ok := d.(*ast.GenDecl)
	if !ok || g.Tok != token.CONST {
		return
	}
	for _, spec := range g.Specs {
		v := spec.(*ast.ValueSpec)
		for i, name := range v.Names {
			if i >= len(v.Values) || !strings.HasPrefix(name.Name, "Code") {
				continue
			}
			if lit, ok := v.Values[i].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				into[name.Name] = strings.Trim(lit.Value, `"`)
			}
		}
	}
}

// codeUses collects the names Code… that are used as values; to compare
// with a code is not to raise it.
func codeUses(n ast.Node, into map[string]bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			return n.Op != token.EQL && n.Op != token.NEQ
		case *ast.CaseClause:
			for _, stmt := range n.Body {
				codeUses(stmt, into)
			}
			return false
		case *ast.Ident:
			if strings.HasPrefix(n.Name, "Code") {
				into[n.Name] = true
			}
		}
		return true
	})
}
