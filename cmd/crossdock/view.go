package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/internal/exchange"
)

// writeView prints a file for a person: what came, what became of it, why,
// and what went back.
func writeView(w *screen, v exchange.View) {
	f := v.File
	fmt.Fprintf(w, "%s  %s/%s  %s", printable(f.Name), f.Tenant, f.Channel, cmp.Or(string(f.Outcome), "unfinished"))
	if !f.Finished.IsZero() {
		fmt.Fprintf(w, " in %s", duration(f.Finished.Sub(f.Arrived)))
	}
	fmt.Fprintln(w)
	w.entry("file", "%s, %d bytes", f.ID, f.Size)
	writeFindings(w, f.Findings)
	if v.Verdict != nil {
		writeFindings(w, v.Verdict.Findings)
		for _, ic := range v.Verdict.Interchanges {
			writeInterchange(w, v, ic)
		}
	}
	if v.MoreSets > 0 {
		w.entry("", "and %s more", plural(v.MoreSets, "set"))
	}
	if v.Applied != nil {
		writeFindings(w, v.Applied.Findings)
	}
	for _, s := range v.Sent {
		w.entry("sent", "%s in %s", s.Summary, printable(s.Path))
	}
}

func writeInterchange(w *screen, v exchange.View, ic exchange.Interchange) {
	test := ""
	if ic.Test {
		test = ", test"
	}
	w.entry("partner", "%s, interchange %s%s", cmp.Or(ic.Partner, "unknown"), printable(ic.Number()), test)
	writeFindings(w, ic.Findings)
	for _, g := range ic.Groups {
		writeFindings(w, g.Findings)
	}
	for _, s := range v.Sets {
		if s.Interchange != ic.Index {
			continue
		}
		what := cmp.Or(s.Number, "set "+s.ControlNumber)
		switch {
		case s.Document != nil:
			w.entry("order", "%s, %s, version %d: %s %s", printable(what), plural(s.Document.Lines, "line"), s.Document.Version, s.Document.ERP, s.Document.Reference)
		case v.Verdict.Applies(s.Set):
			w.entry("order", "%s: accepted", printable(what))
		default:
			w.entry("set", "%s %s: rejected", printable(s.ID), printable(what))
		}
		writeFindings(w, s.Findings)
	}
}

// shown is how many findings of one kind of place are printed.
const shown = 8

func writeFindings(w *screen, fs []edi.Finding) {
	for i, f := range fs {
		if i == shown {
			w.entry("", "and %d more; --json shows all", len(fs)-shown)
			return
		}
		place := f.Position.String()
		if f.Position == (edi.Position{}) {
			place = "the file"
		}
		if ref := f.Reference(); ref != "" {
			place += ", " + ref
		}
		w.entry(string(f.Severity), "%s at %s: %s", f.Code, printable(place), printable(f.Message))
	}
}

// printable keeps what a partner wrote from steering the terminal.
func printable(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) < 0 {
		return s
	}
	q := strconv.Quote(s)
	return q[1 : len(q)-1]
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// duration rounds to what a person reads.
func duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	default:
		return d.Round(10 * time.Millisecond).String()
	}
}
