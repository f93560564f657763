package arch

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *$`)
	fence   = regexp.MustCompile("(?ms)^```.*?^```")
	unslug  = regexp.MustCompile(`[^a-z0-9 _-]`)
)

// Every relative link of a document leads to a file of the tree, and to a
// heading if it names one.
func TestLinksLead(t *testing.T) {
	each(t, func(name, text string) {
		if path.Ext(name) != ".md" {
			return
		}
		for _, m := range link.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			file := name
			if target != "" {
				file = path.Join(path.Dir(name), target)
			}
			if _, err := os.Stat(filepath.Join(root, file)); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
				continue
			}
			if anchor != "" && !slices.Contains(anchors(string(read(t, file))), anchor) {
				t.Errorf("%s links to %s, which has no such heading", name, m[1])
			}
		}
	})
}

// anchors are the names of a document's headings, as they are linked to.
func anchors(text string) []string {
	var all []string
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		s := unslug.ReplaceAllString(strings.ToLower(m[1]), "")
		all = append(all, strings.ReplaceAll(s, " ", "-"))
	}
	return all
}

// What is committed names no folder of the machine it was written on.
func TestNoMachinePaths(t *testing.T) {
	folders := strings.Join([]string{"work", "tmp", "root", "home", "Users"}, "|")
	machine := regexp.MustCompile("(?m)(?:^|[\\s\"'`(=:])/(?:" + folders + ")/[a-z.]")
	each(t, func(name, text string) {
		if m := machine.FindString(text); m != "" {
			t.Errorf("%s names the path %q of a machine", name, strings.TrimSpace(m))
		}
	})
}

// each calls visit with every file of the tree that is text.
func each(t *testing.T, visit func(name, text string)) {
	t.Helper()
	err := walk(func(name string) error {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err == nil && !strings.Contains(string(text), "\x00") {
			visit(name, string(text))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The README's map shows every room.
func TestReadmeMapsEveryRoom(t *testing.T) {
	readme := string(read(t, "README.md"))
	for name := range rooms(t) {
		if name == "." || strings.Contains(name, "/internal/") {
			continue // the house itself, and what a library keeps to itself
		}
		if !strings.Contains(readme, "]("+name+")") {
			t.Errorf("the README's map does not lead to %s", name)
		}
	}
}

// Every document says what it is before anything else.
func TestDocumentsHaveTitles(t *testing.T) {
	for _, name := range []string{"README.md", "CHANGELOG.md", "docs/words.md", "docs/findings.md"} {
		if !strings.HasPrefix(string(read(t, name)), "# ") {
			t.Errorf("%s does not begin with its title", name)
		}
	}
}
