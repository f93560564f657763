package edi

import (
	"bytes"

	"github.com/crossdock/crossdock/edi/internal/ascii"
)

// Standard is a standard of interchanges.
type Standard string

// Standards that have a package here.
const (
	X12     Standard = "X12"     // edi/x12
	EDIFACT Standard = "EDIFACT" // edi/edifact
)

const longestStart = 48 // bytes in which the start of an interchange shows what it is

// Detect finds the first interchange that begins in prefix, the first bytes
// of a file as text, whatever stands before it, and where. The standard is
// empty if none does; the start of one that is cut by the end of prefix may
// not be found. It looks at less than the readers of the standards do: what
// it finds they find too, and what is damaged they may find besides.
func Detect(prefix []byte) (standard Standard, at int) {
	for at := range prefix {
		if at > 0 && ascii.Alphanumeric(prefix[at-1]) {
			continue
		}
		switch rest := prefix[at:]; {
		case prefix[at] == 'I' && startsX12(rest):
			return X12, at
		case prefix[at] == 'U' && startsEDIFACT(rest):
			return EDIFACT, at
		}
	}
	return "", len(prefix)
}

// Likely is the standard of a file whose first bytes as text are prefix: that
// of the first interchange that begins in them. Where none is found it is the
// standard whose reader says better what is wrong.
func Likely(prefix []byte) (standard Standard, found bool) {
	standard, _ = Detect(prefix)
	switch {
	case standard != "":
		return standard, true
	case bytes.Contains(prefix, []byte("UN")) && !bytes.Contains(prefix, []byte("ISA")):
		return EDIFACT, false
	}
	return X12, false
}

// startsX12 reports whether w begins with an ISA whose first three elements
// are not far too long.
func startsX12(w []byte) bool {
	if len(w) < 4 || string(w[:3]) != "ISA" || w[3] <= ' ' || ascii.Alphanumeric(w[3]) {
		return false
	}
	return bytes.Count(w[4:min(len(w), longestStart)], w[3:4]) >= 3
}

// startsEDIFACT reports whether w begins with UNB and a syntax identifier,
// with UNA before that or before another segment, or with a message that
// stands in no interchange.
func startsEDIFACT(w []byte) bool {
	if len(w) > 12 && string(w[:3]) == "UNA" {
		for _, b := range w[3:8] {
			if ascii.Alphanumeric(b) {
				return false
			}
		}
		w = bytes.TrimLeft(w[8:], string(w[8])+" \r\n")
		return len(w) > 3 && 'A' <= w[0] && w[0] <= 'Z'
	}
	if len(w) < 10 || w[3] < 0x1C || w[3] == ' ' || ascii.Alphanumeric(w[3]) {
		return false
	}
	switch string(w[:3]) {
	case "UNB":
		id := w[4:8]
		for _, b := range id {
			if b|0x20 < 'a' || b|0x20 > 'z' {
				return false
			}
		}
		return !ascii.Alphanumeric(w[8])
	case "UNH":
		_, kind, found := bytes.Cut(w[4:min(len(w), longestStart)], w[3:4])
		return found && len(kind) > 6 && bytes.IndexByte(kind[:7], ':') > 0
	}
	return false
}
