// Package docs carries the documents that the program itself shows, so that
// a command and the page in the repository never disagree.
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
