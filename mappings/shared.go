package mappings

import (
	"path"
	"strings"

	"github.com/tailscale/hujson"
)

// sharedParts is what the maps of one standard have in common: parts of maps by
// name, such as the fields of a party. A map says "@party" where it wants one.
type sharedParts struct {
	name string
	text []byte
}

func (s *sharedParts) bytes() []byte {
	if s == nil {
		return nil
	}
	return s.text
}

const sharedFolder = "documents/fields"

// isShared reports whether a file is documents/fields/<standard>.jsonc.
func isShared(name string) bool { return path.Dir(name) == sharedFolder }

// fieldParts loads documents/fields/<standard>.jsonc.
func (l *loader) fieldParts(src *source) {
	root, ok := parse(src)
	if !ok {
		return
	}
	if path.Ext(src.name) != ".jsonc" {
		root.fail("the shared parts of maps end in .jsonc")
	}
	root.members(func(name string, n node) {
		if !wordPattern.MatchString(name) || builtIn(name) {
			n.fail("%q is no name of a part", name)
		}
	})
	l.shared[stem(src.name)] = &sharedParts{name: src.name, text: src.text}
}

// builtIn tells names that mean something else behind an @.
func builtIn(name string) bool {
	return name == "ordinal" || name == "qualifier" || name == "value" || strings.Trim(name, "0123456789") == ""
}

// parts parses the shared parts anew, with their faults told of as those of a
// map.
func (s *sharedParts) parts(of *source) map[string]node {
	parts := map[string]node{}
	if s == nil {
		return parts
	}
	// It is JSON: it was when it was loaded.
	if root, ok := parse(&source{name: s.name, text: s.text, of: of}); ok {
		root.members(func(name string, n node) { parts[name] = n })
	}
	return parts
}

// maxNames bounds how many names stand for one another.
const maxNames = 8

// named is the part that a text such as "@party" stands for, and any other
// node as it is.
func (c *compiler) named(n node) node {
	for range maxNames {
		literal, ok := n.value.Value.(hujson.Literal)
		if !ok || n.kind() != '"' {
			return n
		}
		name, ok := strings.CutPrefix(textOf(literal), "@")
		if !ok || builtIn(name) {
			return n
		}
		part, ok := c.shared[name]
		if !ok {
			n.fail("%s/%s.jsonc has no part %q", sharedFolder, c.d.standard, name)
			return n
		}
		n = node{src: part.src, field: n.field, value: part.value}
	}
	n.fail("is a part of itself")
	return n
}
