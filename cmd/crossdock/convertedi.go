package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/mappings"
)

// envelopeOptions are what goes around documents that are written.
type envelopeOptions struct {
	from, to string // QUALIFIER:ID
	release  string
	number   int
	test     bool
	at       moment
}

func (e *envelopeOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&e.from, "from", "ZZ:SENDER", "sender of the EDI, as QUALIFIER:ID")
	f.StringVar(&e.to, "to", "ZZ:RECEIVER", "its receiver")
	f.StringVar(&e.release, "release", "", "its release; by default 004010 or D96A")
	f.IntVar(&e.number, "number", 1, "its control number")
	f.BoolVar(&e.test, "test", false, "mark it as a test")
	f.Var(&e.at, "at", "its date and time, as 2026-11-02T09:30; else now")
}

// party divides QUALIFIER:ID.
func party(text string) (qualifier, id string) {
	qualifier, id, found := strings.Cut(text, ":")
	if !found {
		return "", text
	}
	return qualifier, id
}

// written is what was written of one kind of document: what stands in one
// group of X12.
type written struct {
	set  string
	body []byte
	sets int
}

// toEDI writes all documents, in as few interchanges as may be.
func (c *command) toEDI(w *bufio.Writer, src io.Reader, name string, catalog *mappings.Catalog, o convertOptions) error {
	docs, err := jsonDocuments(src)
	if err != nil {
		return &outcomeError{fmt.Sprintf("%s: %v", name, err)}
	}
	if len(docs) == 0 {
		return &outcomeError{fmt.Sprintf("%s: there is no document in it", name)}
	}
	e := newEnvelope(o)
	d, writings, err := e.prepare(catalog, docs, o)
	if err != nil {
		return &outcomeError{fmt.Sprintf("%s: %v", name, err)}
	}
	var groups []*written
	failed := 0
	for i, doc := range docs {
		g := groupOf(&groups, writings[i].bound.Document().Set(), o.standard)
		header := e.header(writings[i].bound, d, i+1)
		body, _, findings, err := writings[i].Append(g.body, doc, header)
		if err != nil {
			return &outcomeError{fmt.Sprintf("%s: document %d: %v", name, i+1, err)}
		}
		bad := false
		for _, f := range findings {
			bad = bad || f.Severity == edi.Error
			fmt.Fprintf(c.errs, "%s: document %d: %s %s %s\n", name, i+1, f.Severity, f.Code, findingText(f))
		}
		if bad {
			failed++
			continue
		}
		g.body = body
		g.sets++
	}
	if failed > 0 {
		return &outcomeError{fmt.Sprintf("%s: %s could not be written, so nothing is", name, plural(failed, "document"))}
	}
	text, err := e.interchange(groups, d)
	if err != nil {
		return &usageError{err}
	}
	if _, err := w.Write(text); err != nil {
		return &fileError{err}
	}
	return nil
}

// jsonDocuments reads JSON documents that follow one another, or are in an array.
func jsonDocuments(src io.Reader) ([]json.RawMessage, error) {
	var all []json.RawMessage
	d := json.NewDecoder(src)
	for {
		var one json.RawMessage
		err := d.Decode(&one)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("after byte %d: %w", d.InputOffset(), err)
		}
		if one[0] != '[' {
			all = append(all, one)
			continue
		}
		var list []json.RawMessage
		if err := json.Unmarshal(one, &list); err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
}

// groupOf is the group a set of X12 goes to, or the one for all messages.
func groupOf(groups *[]*written, set, standard string) *written {
	if standard == mappings.StandardX12 {
		for _, g := range *groups {
			if x12.FunctionalID(g.set) == x12.FunctionalID(set) {
				return g
			}
		}
	} else if len(*groups) > 0 {
		return (*groups)[0]
	}
	g := &written{set: set}
	*groups = append(*groups, g)
	return g
}

// outgoing is the envelope of one interchange to write.
type outgoing struct {
	o       envelopeOptions
	edifact bool
	syntax  string
}

func newEnvelope(o convertOptions) *outgoing {
	e := &outgoing{o: o.envelope, edifact: o.standard == mappings.StandardEDIFACT, syntax: "3"}
	if e.o.release == "" {
		e.o.release = "004010"
		if e.edifact {
			e.o.release = "D96A"
		}
	}
	if e.o.at.IsZero() {
		e.o.at.Time = time.Now()
	}
	return e
}

// boundWriting is a writing, and what it is of.
type boundWriting struct {
	*mappings.Writing
	bound *mappings.Bound
}

// prepare finds the map of each document, and delimiters that none of their
// values holds.
func (e *outgoing) prepare(catalog *mappings.Catalog, docs []json.RawMessage, o convertOptions) (edi.Delimiters, []boundWriting, error) {
	d := edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	if e.o.release >= "00402" {
		d.Repetition = '^'
	}
	if e.edifact {
		d = edifact.Delimiters(e.syntax)
	}
	var used [256]bool
	var all []boundWriting
	for i, doc := range docs {
		m, err := mapOf(catalog, doc, o)
		if err != nil {
			return d, nil, fmt.Errorf("document %d: %w", i+1, err)
		}
		bound, _, err := m.For(e.o.release, e.syntax)
		if err != nil {
			return d, nil, fmt.Errorf("document %d: %w", i+1, err)
		}
		w := boundWriting{bound.NewWriting(mappings.WritingOptions{}), bound}
		if err := w.Used(&used, doc); err != nil {
			return d, nil, fmt.Errorf("document %d: %w", i+1, err)
		}
		all = append(all, w)
	}
	d, err := mappings.ProposeDelimiters(o.standard, d, &used)
	return d, all, err
}

// mapOf is the map named, or the first of the standard for the document's noun.
func mapOf(catalog *mappings.Catalog, doc json.RawMessage, o convertOptions) (*mappings.Document, error) {
	if o.mapName != "" {
		m, _ := catalog.Document(o.mapName)
		if m.Standard() != o.standard {
			return nil, fmt.Errorf("the map %s is of %s; say --standard %s", o.mapName, m.Standard(), m.Standard())
		}
		return m, nil
	}
	var head struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(doc, &head); err != nil {
		return nil, fmt.Errorf("it is no object with a kind")
	}
	for _, name := range catalog.Documents() { // by name: the 850 comes before the 875 of grocers
		if m, _ := catalog.Document(name); m.Noun() == head.Kind && m.Standard() == o.standard {
			return m, nil
		}
	}
	return nil, fmt.Errorf("there is no map of %s for a document of kind %q", o.standard, head.Kind)
}

func (e *outgoing) header(b *mappings.Bound, d edi.Delimiters, index int) mappings.Header {
	h := mappings.Header{ControlNumber: fmt.Sprintf("%04d", index), Delimiters: d, LineEnd: "\n"}
	if e.edifact {
		h.ControlNumber = strconv.Itoa(index)
		h.Message = []string{b.Document().Set(), e.o.release[:1], e.o.release[1:], "UN"}
	}
	return h
}

// interchange is all messages in one interchange, or of X12 one for each kind
// of group.
func (e *outgoing) interchange(groups []*written, d edi.Delimiters) ([]byte, error) {
	at := e.o.at
	fromQualifier, from := party(e.o.from)
	toQualifier, to := party(e.o.to)
	if e.edifact {
		env := edifact.Envelope{
			UNB: edifact.UNB{
				Syntax: "UNOC", Version: e.syntax, Sender: edifact.Party{ID: from, Qualifier: fromQualifier}, Receiver: edifact.Party{ID: to, Qualifier: toQualifier},
				Date: at.Format("060102"), Time: at.Format("1504"), Reference: strconv.Itoa(e.o.number),
			},
			Delimiters: d, LineEnd: "\n",
		}
		if e.o.test {
			env.UNB.Test = "1"
		}
		if err := env.Check(); err != nil {
			return nil, err
		}
		return edifact.AppendInterchange(nil, env, groups[0].sets, groups[0].body), nil
	}
	return e.interchangeX12(groups, d, x12.ISA{
		SenderQualifier: fromQualifier, SenderID: from, ReceiverQualifier: toQualifier, ReceiverID: to, Date: at.Format("060102"), Time: at.Format("1504"),
		Version: "00401", ControlNumber: fmt.Sprintf("%09d", e.o.number),
	})
}

func (e *outgoing) interchangeX12(groups []*written, d edi.Delimiters, isa x12.ISA) ([]byte, error) {
	if e.o.release >= "005010" {
		isa.Version = "00501"
	}
	if e.o.test {
		isa.Usage = "T"
	}
	var out []byte
	slices.SortStableFunc(groups, func(a, b *written) int { return strings.Compare(x12.FunctionalID(a.set), x12.FunctionalID(b.set)) })
	for i, g := range groups {
		isa.ControlNumber = fmt.Sprintf("%09d", e.o.number+i)
		env := x12.Envelope{
			ISA: isa, Delimiters: d, LineEnd: "\n",
			Group: x12.GS{
				FunctionalID: x12.FunctionalID(g.set), Sender: isa.SenderID, Receiver: isa.ReceiverID, Date: e.o.at.Format("20060102"), Time: isa.Time,
				ControlNumber: strconv.Itoa(e.o.number + i), Version: e.o.release,
			},
		}
		if err := env.Check(); err != nil {
			return nil, err
		}
		out = x12.AppendInterchange(out, env, g.sets, g.body)
	}
	return out, nil
}
