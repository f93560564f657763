package main

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tailscale/hujson"
)

//go:embed demo
var demoFiles embed.FS

// step is one file to be dropped, and how it must end.
type step struct {
	File    string `json:"file"`
	Tenant  string `json:"tenant"`
	Channel string `json:"channel"`
	As      string `json:"as"`    // the name it is dropped under
	After   int    `json:"after"` // dropped once that step, from 1, has its outcome; 0: at once
	Want    *want  `json:"want"`  // nil: any outcome will do

	source  string // where it is read when it is dropped; empty: it is content
	content []byte
}

// want is how a file must end.
type want struct {
	Outcome  string   `json:"outcome"`
	Orders   []string `json:"orders"`   // numbers of the orders it brings, in the file's order
	Findings []string `json:"findings"` // codes that must be among those found
	Acks     []string `json:"acks"`     // what is sent, such as "997 A", in order
}

// announcement is a document that leaves because of an order, and how it must end.
type announcement struct {
	Partner string `json:"partner"`
	Set     string `json:"set"`
	About   string `json:"about"` // number of the order
	Want    string `json:"want"`  // what the partner says of it, such as "accepted 997 A"
}

// builtinSteps are the files that come with the program.
func builtinSteps() ([]step, error) {
	steps, _, err := builtinDemo()
	return steps, err
}

// builtinDemo is what comes with the program: files, and the documents that
// leave because of them.
func builtinDemo() ([]step, []announcement, error) {
	const manifest = "demo/demo.jsonc"
	raw, err := demoFiles.ReadFile(manifest)
	if err != nil {
		return nil, nil, fmt.Errorf("demo: %w", err)
	}
	if raw, err = hujson.Standardize(raw); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", manifest, err)
	}
	var m struct {
		Steps         []step         `json:"steps"`
		Announcements []announcement `json:"announcements"`
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", manifest, err)
	}
	for i := range m.Steps {
		s := &m.Steps[i]
		if s.content, err = demoFiles.ReadFile("demo/" + s.File); err != nil {
			return nil, nil, fmt.Errorf("%s: step %d: %w", manifest, i+1, err)
		}
		if s.After > i {
			return nil, nil, fmt.Errorf("%s: step %d comes after step %d, which is not before it", manifest, i+1, s.After)
		}
	}
	return m.Steps, m.Announcements, nil
}

// stepsOf makes a step of each file in paths, folders walked. They are read
// where they are, one after the other and only when they are dropped, for
// they may be large and many. Each goes to the channel named, under a name
// made of its path. Hidden files and folders are passed over, unless they are
// named.
func stepsOf(paths []string, tenant, channel string) ([]step, error) {
	var steps []step
	taken := map[string]bool{}
	for _, root := range paths {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			hidden := path != root && strings.HasPrefix(filepath.Base(path), ".")
			switch {
			case err != nil:
				return err
			case d.IsDir() && hidden:
				return fs.SkipDir
			case d.IsDir() || hidden:
				return nil
			}
			if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
				return err // a link to a folder, a pipe: nothing to drop
			}
			rel, err := filepath.Rel(root, path)
			if err != nil || rel == "." {
				rel = filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
			}
			name := dropName(rel, taken)
			taken[name] = true
			steps = append(steps, step{File: path, Tenant: tenant, Channel: channel, As: name, source: path})
			return nil
		})
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, &usageError{fmt.Errorf("demo: %w", err)}
		case err != nil:
			return nil, fmt.Errorf("demo: %w", err)
		}
	}
	if len(steps) == 0 {
		return nil, &usageError{fmt.Errorf("no file in %s", strings.Join(paths, ", "))}
	}
	return steps, nil
}

// dropName makes a path a name that a channel takes, and that no other step
// of this demo has.
func dropName(path string, taken map[string]bool) string {
	name := strings.ReplaceAll(filepath.ToSlash(path), "/", "__")
	name = strings.Map(func(r rune) rune {
		if r == '\\' || r == utf8.RuneError || unicode.IsControl(r) {
			return '_'
		}
		return r
	}, name)
	const longest = 200
	for len(name) > longest { // the end of a path says more than its beginning
		_, n := utf8.DecodeRuneInString(name)
		name = name[n:]
	}
	// What the inbox takes for hidden or still being written would never end.
	if name = strings.TrimLeft(name, "."); name == "" {
		name = "unnamed"
	}
	if ext := filepath.Ext(name); ext == ".tmp" || ext == ".part" {
		name += ".edi"
	}
	for n, first := 2, name; taken[name]; n++ {
		name = fmt.Sprintf("%d-%s", n, first)
	}
	return name
}
