package arch

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// hostSettings are those the Functions host itself asks for.
var hostSettings = []string{"FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage"}

// A setting stands in cmd/handler, in local.settings.example.json and, once
// there is one, in bicep; what data names by %NAME% is a setting too.
func TestSettingsAgree(t *testing.T) {
	var settings []string
	config := rooms(t)["cmd/handler"].file("config.go")
	declared := stringsIn(config.syntax, "Settings")
	if len(declared) == 0 {
		t.Fatal("cmd/handler: no func Settings with the names of the settings")
	}
	asked := getenvNames(rooms(t)["cmd/handler"])
	if !slices.Equal(sorted(declared), sorted(asked)) {
		t.Errorf("cmd/handler: Settings lists %v, ReadConfig asks for %v", sorted(declared), sorted(asked))
	}
	settings = append(settings, declared...)
	settings = append(settings, named(t)...)
	settings = sorted(settings)

	var example struct{ Values map[string]string }
	if err := json.Unmarshal(read(t, "local.settings.example.json"), &example); err != nil {
		t.Fatal(err)
	}
	want := sorted(append(slices.Clone(settings), hostSettings...))
	if got := slices.Sorted(maps.Keys(example.Values)); !slices.Equal(got, want) {
		t.Errorf("local.settings.example.json has %v, want %v", got, want)
	}
	estate := bicep(t)
	for _, s := range settings {
		if estate != "" && !strings.Contains(estate, s) {
			t.Errorf("bicep does not set %s", s)
		}
	}
}

func sorted(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}

// stringsIn lists the string literals in a function of a file.
func stringsIn(f *ast.File, function string) []string {
	var all []string
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == function {
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				if s, ok := text(n); ok {
					all = append(all, s)
				}
				return true
			})
		}
	}
	return all
}

func text(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// getenvNames lists the names a room asks its getenv for.
func getenvNames(r *room) []string {
	var all []string
	for _, f := range r.files {
		if f.test {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			if fn, ok := call.Fun.(*ast.Ident); ok && fn.Name == "getenv" {
				if s, ok := text(call.Args[0]); ok {
					all = append(all, s)
				}
			}
			return true
		})
	}
	return all
}

var placeholder = regexp.MustCompile(`%([A-Za-z_][A-Za-z0-9_]*)%`)

// named lists what host.json, functions/ and mappings/ name by %NAME%, and the
// connections of functions/.
func named(t *testing.T) []string {
	t.Helper()
	var all []string
	take := func(name string) {
		for _, m := range placeholder.FindAllSubmatch(read(t, name), -1) {
			all = append(all, string(m[1]))
		}
	}
	take("host.json")
	for _, dir := range []string{"functions", "mappings"} {
		err := fs.WalkDir(os.DirFS(root), dir, func(name string, d fs.DirEntry, err error) error {
			if ext := path.Ext(name); err == nil && !d.IsDir() && (ext == ".json" || ext == ".jsonc") {
				take(name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	defs, _ := load(t)
	for _, d := range defs {
		if c := d.Trigger().Connection; c != "" {
			all = append(all, c+"__fullyQualifiedNamespace")
		}
	}
	return all
}

// bicep is the text of all of bicep/, empty while there is none.
func bicep(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(root, "bicep")); err != nil {
		return ""
	}
	var b strings.Builder
	err := fs.WalkDir(os.DirFS(root), "bicep", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			b.Write(read(t, name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The environment is read once, in cmd, and passed on as values. The embedded
// host hands its own to the handler process, as the real one does, unless it
// is given another. What supports tests is asked where their files are.
func TestEnvironmentIsReadInCmd(t *testing.T) {
	for _, f := range production(t) {
		if strings.HasPrefix(f.path, "cmd/") || f.path == "internal/host/host.go" || strings.HasSuffix(path.Dir(f.path), "test") {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "os" &&
				slices.Contains([]string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}, sel.Sel.Name) {
				t.Errorf("%s reads the environment with os.%s", f.path, sel.Sel.Name)
			}
			return true
		})
	}
}
