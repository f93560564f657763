package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/verdict"
	"github.com/crossdock/crossdock/internal/erp"
	"github.com/crossdock/crossdock/internal/ops"
)

// demoReport is what demo prints.
type demoReport struct {
	Files     []demoResult   `json:"files"`
	Documents []demoDocument `json:"documents"`
}

// demoDocument is what became of a document that left.
type demoDocument struct {
	ops.Document
	Wrong []string `json:"wrong,omitempty"` // how it differs from what was wanted
}

func (r demoReport) wrong() int {
	n := 0
	for _, f := range r.Files {
		n += min(len(f.Wrong), 1)
	}
	for _, d := range r.Documents {
		n += min(len(d.Wrong), 1)
	}
	return n
}

// all counts what there is.
func (r demoReport) all() string {
	if len(r.Documents) == 0 {
		return plural(len(r.Files), "file")
	}
	return plural(len(r.Files), "file") + " in and " + plural(len(r.Documents), "document") + " out"
}

// partnersOf lists the partners that get answers, once each.
func partnersOf(answers []announcement) []string {
	var all []string
	for _, a := range answers {
		if !slices.Contains(all, a.Partner) {
			all = append(all, a.Partner)
		}
	}
	return all
}

// converse lets the ERP speak and the partners acknowledge what leaves, until
// nobody has anything to say, and compares that with what was wanted.
func (d *demoRun) converse(ctx context.Context, answers []announcement) ([]demoDocument, error) {
	if len(answers) == 0 {
		return nil, nil
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	if _, err := d.client.Run(ctx, demoTenant, erp.PollJob); err != nil {
		return nil, err
	}
	if err := d.settle(ctx, tick); err != nil {
		return nil, err
	}
	left, err := d.client.Documents(ctx, demoTenant, most)
	if err != nil {
		return nil, err
	}
	names, err := d.acknowledge(left)
	if err != nil {
		return nil, err
	}
	if err := d.taken(ctx, tick, names); err != nil {
		return nil, err
	}
	if left, err = d.client.Documents(ctx, demoTenant, most); err != nil {
		return nil, err
	}
	slices.Reverse(left) // the oldest first
	return compareAnswers(left, answers), nil
}

// demoTenant is the tenant of the built-in files.
const demoTenant = "harbor"

// acknowledge drops, for each document that left, what its partner says of it,
// and returns the names of the files.
func (d *demoRun) acknowledge(left []ops.Document) ([]string, error) {
	var names []string
	for i, doc := range left {
		for _, sent := range doc.Sent {
			dir := d.platform.options.Dir
			text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(sent.Path)))
			if err != nil {
				return nil, fmt.Errorf("demo: %w", err)
			}
			said, err := acknowledgementOf(text, 9000+i, time.Now())
			if err != nil {
				return nil, fmt.Errorf("demo: %s: %w", sent.Path, err)
			}
			name := strings.TrimSuffix(path.Base(sent.Path), ".edi") + "-acknowledged.edi"
			staged := filepath.Join(dir, "demo-"+name)
			if err := os.WriteFile(staged, []byte(said), 0o666); err != nil {
				return nil, fmt.Errorf("demo: %w", err)
			}
			if err := os.Rename(staged, filepath.Join(dir, "inbound", doc.Tenant, path.Base(path.Dir(sent.Path)), name)); err != nil {
				return nil, fmt.Errorf("demo: %w", err)
			}
			names = append(names, name)
		}
	}
	return names, nil
}

// acknowledgementOf is what a partner that finds nothing wrong acknowledges a file with,
// judged by the standard alone.
func acknowledgementOf(text []byte, number int, at time.Time) (string, error) {
	in, err := document.NewText(bytes.NewReader(text))
	if err != nil {
		return "", err
	}
	file, err := verdict.Read(in, verdict.Policy{}, nil)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, x := range file.Interchanges {
		for _, a := range x.Answers(verdict.Answers{}, number, at) {
			b.WriteString(a.Text)
		}
	}
	return b.String(), nil
}

// taken waits until the files of these names have their outcomes.
func (d *demoRun) taken(ctx context.Context, tick *time.Ticker, names []string) error {
	for {
		rows, err := d.client.Files(ctx, "", most)
		if err != nil {
			return d.late(ctx, err)
		}
		open := slices.Clone(names)
		for _, r := range rows {
			if r.Outcome != "" {
				open = slices.DeleteFunc(open, func(name string) bool { return name == r.Name })
			}
		}
		if len(open) == 0 {
			return d.settle(ctx, tick)
		}
		if err := d.pause(ctx, tick); err != nil {
			return err
		}
	}
}

// compareAnswers says of each document that left how it differs from what was
// wanted; what did not leave is there as well.
func compareAnswers(left []ops.Document, answers []announcement) []demoDocument {
	var all []demoDocument
	missing := slices.Clone(answers)
	for _, doc := range left {
		d := demoDocument{Document: doc}
		i := slices.IndexFunc(missing, func(a announcement) bool { return a.Partner == doc.Partner && a.Set == doc.Set && a.About == doc.About })
		switch said := saidOf(doc); {
		case i < 0:
			d.Wrong = []string{"nobody wanted it"}
		case said != missing[i].Want:
			d.Wrong = []string{fmt.Sprintf("the partner says %q, want %q", said, missing[i].Want)}
		}
		if i >= 0 {
			missing = slices.Delete(missing, i, i+1)
		}
		all = append(all, d)
	}
	for _, a := range missing {
		d := demoDocument{Wrong: []string{"it did not leave"}}
		d.Tenant, d.Partner, d.Set, d.About = demoTenant, a.Partner, a.Set, a.About
		all = append(all, d)
	}
	return all
}

// saidOf is what the partner says of the last version of a document.
func saidOf(doc ops.Document) string {
	if len(doc.Sent) == 0 {
		return doc.Status
	}
	a := doc.Sent[len(doc.Sent)-1].Acknowledged
	if a == nil {
		return doc.Status
	}
	return string(a.Status) + " " + a.Summary
}

func writeDocuments(w *screen, documents []demoDocument) {
	if len(documents) == 0 {
		return
	}
	w.table(func(t io.Writer) {
		fmt.Fprintln(t, "partner\tset\tnumber\torder\tcontrol\tsays the partner\tfile")
		for _, d := range documents {
			control, file := "", ""
			if n := len(d.Sent); n > 0 {
				control, file = d.Sent[n-1].Control, d.Sent[n-1].Path
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", d.Partner, d.Set, d.Number, d.About, control, saidOf(d.Document), file)
		}
	})
	for _, d := range documents {
		for _, m := range d.Wrong {
			w.entry("WRONG", "%s for %s about %s: %s", d.Set, d.Partner, d.About, m)
		}
	}
	fmt.Fprintln(w)
}
