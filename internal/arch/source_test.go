package arch

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// maxLines is where a file is more than one thing.
const maxLines = 500

// A package opens with what it does, what it does not, and the guarantee it
// gives, in as many lines as that takes and no more.
const minDoc, maxDoc = 3, 10

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for name, r := range rooms(t) {
		var docs []string
		opens := "Package "
		for _, f := range r.files {
			if f.test {
				continue
			}
			if f.syntax.Doc != nil {
				docs = append(docs, f.syntax.Doc.Text())
			}
			opens = "Package " + f.syntax.Name.Name + " "
			if f.syntax.Name.Name == "main" {
				opens = "Command " + path.Base(name) + " "
			}
		}
		if len(docs) != 1 {
			t.Errorf("%s has %d package docs, want one", name, len(docs))
			continue
		}
		if !strings.HasPrefix(docs[0], opens) {
			t.Errorf("the doc of %s does not begin with %q", name, opens)
		}
		lines := slices.DeleteFunc(strings.Split(docs[0], "\n"), func(l string) bool { return strings.TrimSpace(l) == "" })
		if n := len(lines); n < minDoc || n > maxDoc {
			t.Errorf("the doc of %s has %d lines, want %d to %d: what it does, what it does not, what it guarantees", name, n, minDoc, maxDoc)
		}
	}
}

func TestFilesAreOneThing(t *testing.T) {
	for _, f := range production(t) {
		if f.lines > maxLines {
			t.Errorf("%s has %d lines, at most %d", f.path, f.lines, maxLines)
		}
	}
}

func TestNothingHappensOnImport(t *testing.T) {
	for _, r := range rooms(t) {
		for _, f := range r.files {
			for _, spec := range f.syntax.Imports {
				if spec.Name != nil && spec.Name.Name == "_" && importPath(spec) != "embed" {
					t.Errorf("%s imports %s for its effect", f.path, importPath(spec))
				}
			}
			for _, d := range f.syntax.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					t.Errorf("%s has an init function", f.path)
				}
			}
		}
	}
}

// Package variables are tables and sentinels: nothing writes to them.
func TestPackageVariablesStay(t *testing.T) {
	for _, r := range rooms(t) {
		vars := map[string]bool{}
		for _, f := range r.files {
			if f.test {
				continue
			}
			for _, d := range f.syntax.Decls {
				g, ok := d.(*ast.GenDecl)
				if !ok || g.Tok != token.VAR {
					continue
				}
				for _, spec := range g.Specs {
					for _, name := range spec.(*ast.ValueSpec).Names {
						vars[name.Name] = true
					}
				}
			}
		}
		for _, f := range r.files {
			if f.test {
				continue
			}
			for _, d := range f.syntax.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
					writes(fn, func(name string) {
						if vars[name] {
							t.Errorf("%s: %s writes to the package variable %s", f.path, fn.Name.Name, name)
						}
					})
				}
			}
		}
	}
}

// writes reports the names a function assigns to that it does not declare.
func writes(fn *ast.FuncDecl, found func(string)) {
	local := map[string]bool{}
	declare := func(e ast.Node) {
		if id, ok := e.(*ast.Ident); ok {
			local[id.Name] = true
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				declare(name)
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				declare(name)
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, e := range n.Lhs {
					declare(e)
				}
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				declare(n.Key)
				declare(n.Value)
			}
		}
		return true
	})
	target := func(e ast.Expr) {
		for {
			switch x := e.(type) {
			case *ast.IndexExpr:
				e = x.X
				continue
			case *ast.SelectorExpr:
				e = x.X
				continue
			case *ast.StarExpr:
				e = x.X
				continue
			case *ast.ParenExpr:
				e = x.X
				continue
			case *ast.Ident:
				if x.Name != "_" && !local[x.Name] {
					found(x.Name)
				}
			}
			return
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, e := range n.Lhs {
					target(e)
				}
			}
		case *ast.IncDecStmt:
			target(n.X)
		}
		return true
	})
}
