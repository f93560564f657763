package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

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

	content []byte
}

// want is how a file must end.
type want struct {
	Outcome  string   `json:"outcome"`
	Orders   []string `json:"orders"`   // numbers of the orders it brings, in the file's order
	Findings []string `json:"findings"` // codes that must be among those found
	Acks     []string `json:"acks"`     // what is sent, such as "997 A", in order
}

// builtinSteps are the files that come with the program.
func builtinSteps() ([]step, error) {
	const manifest = "demo/demo.jsonc"
	raw, err := demoFiles.ReadFile(manifest)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	if raw, err = hujson.Standardize(raw); err != nil {
		return nil, fmt.Errorf("%s: %w", manifest, err)
	}
	var m struct {
		Steps []step `json:"steps"`
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("%s: %w", manifest, err)
	}
	for i := range m.Steps {
		s := &m.Steps[i]
		if s.content, err = demoFiles.ReadFile("demo/" + s.File); err != nil {
			return nil, fmt.Errorf("%s: step %d: %w", manifest, i+1, err)
		}
		if s.After > i {
			return nil, fmt.Errorf("%s: step %d comes after step %d, which is not before it", manifest, i+1, s.After)
		}
	}
	return m.Steps, nil
}

// stepsOf makes a step of each file in paths, folders walked. They are read
// where they are; each goes to the channel for guests, under a name made of
// its path.
func stepsOf(paths []string, tenant, channel string) ([]step, error) {
	var steps []step
	for _, root := range paths {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, path)
			if err != nil || rel == "." {
				rel = filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
			}
			name := strings.ReplaceAll(filepath.ToSlash(rel), "/", "__")
			steps = append(steps, step{File: path, Tenant: tenant, Channel: channel, As: name, content: content})
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
	}
	if len(steps) == 0 {
		return nil, &usageError{fmt.Errorf("no file in %s", strings.Join(paths, ", "))}
	}
	return steps, nil
}
