package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const (
	module = "github.com/crossdock/crossdock"
	root   = "../.."
)

// file is one Go file of the tree.
type file struct {
	path   string // from the root
	test   bool
	lines  int
	syntax *ast.File
}

// room is one package of ours: production files and test files together.
type room struct {
	path  string // from the root; "." for the root itself
	files []file
}

// tree is every package of this module, by path.
var tree = sync.OnceValues(func() (map[string]*room, error) {
	rooms := map[string]*room{}
	fset := token.NewFileSet()
	err := walk(func(name string) error {
		if path.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		syntax, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		if rooms[dir] == nil {
			rooms[dir] = &room{path: dir}
		}
		rooms[dir].files = append(rooms[dir].files, file{
			path: name, test: strings.HasSuffix(name, "_test.go"), lines: strings.Count(string(text), "\n"), syntax: syntax,
		})
		return nil
	})
	return rooms, err
})

// walk visits the files of this module in order, those that are not committed
// (see .gitignore) and nested modules left out.
func walk(visit func(name string) error) error {
	return fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return visit(name)
		case slices.Contains([]string{".git", "dist", "data", "bin"}, name), path.Base(name) == "testdata":
			return fs.SkipDir
		case name == ".":
			return nil
		}
		if _, err := os.Stat(filepath.Join(root, name, "go.mod")); err == nil {
			return fs.SkipDir
		}
		return nil
	})
}

func rooms(t *testing.T) map[string]*room {
	t.Helper()
	rooms, err := tree()
	if err != nil {
		t.Fatal(err)
	}
	return rooms
}

// production is every file that is no test, in order.
func production(t *testing.T) []file {
	t.Helper()
	var all []file
	for _, r := range rooms(t) {
		for _, f := range r.files {
			if !f.test {
				all = append(all, f)
			}
		}
	}
	slices.SortFunc(all, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return all
}

// imports lists what the files of a room import: paths of ours from the root,
// others in full.
func (r *room) imports(tests bool) []string {
	var all []string
	for _, f := range r.files {
		if f.test != tests {
			continue
		}
		for _, spec := range f.syntax.Imports {
			all = append(all, importPath(spec))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func importPath(spec *ast.ImportSpec) string {
	p, err := strconv.Unquote(spec.Path.Value)
	if err != nil { // the parser took it
		panic(fmt.Sprintf("arch: import %s: %v", spec.Path.Value, err))
	}
	if p == module {
		return "."
	}
	if rest, ok := strings.CutPrefix(p, module+"/"); ok {
		return "./" + rest
	}
	return p
}

// ours returns the path from the root of an import of ours.
func ours(p string) (string, bool) {
	if p == "." {
		return p, true
	}
	return strings.CutPrefix(p, "./")
}

// standard reports whether an import is of the standard library.
func standard(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return !strings.Contains(first, ".")
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
