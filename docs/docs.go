// Package docs carries the documents that the program itself shows, so that
// a command and the page in the repository never disagree.
//
// It finds a section and returns its text, or the remedy in it; it does not
// render Markdown, and it knows no code that findings.md does not explain.
package docs

import (
	_ "embed"
	"strings"
)

//go:embed findings.md
var findings string

// Finding returns what docs/findings.md says of a code: the text below its
// heading.
func Finding(code string) (text string, ok bool) {
	_, rest, ok := strings.Cut("\n"+findings, "\n### "+code+"\n")
	if !ok || code == "" {
		return "", false
	}
	if i := strings.Index(rest, "\n#"); i >= 0 {
		rest = rest[:i]
	}
	return strings.TrimSpace(rest), true
}

// Remedy returns what docs/findings.md says is to be done about a code, as one
// line; empty if it does not explain the code.
func Remedy(code string) string {
	text, ok := Finding(code)
	if !ok {
		return ""
	}
	_, rest, ok := strings.Cut("\n"+text, "\n- What to do: ")
	if !ok {
		return ""
	}
	rest, _, _ = strings.Cut(rest, "\n- ")
	return strings.Join(strings.Fields(rest), " ")
}
