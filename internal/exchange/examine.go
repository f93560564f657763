package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/crossdock/crossdock/mappings"
)

// ExamineOptions say by what a file is examined.
type ExamineOptions struct {
	Options Options

	// Tenant and Channel are those the file would come on: each interchange is
	// judged by what is agreed with its sender there.
	Tenant, Channel string

	// Agreement judges every interchange instead, whoever sends it.
	Agreement *mappings.Agreement

	// Document takes what maps made, each before the verdict on its set is
	// known to stand: its interchange may still be refused. The text is valid
	// until it returns.
	Document func(Set, json.RawMessage) error

	At time.Time // of the verdict, and of the acknowledgements
}

// Examination is what would be decided about a file: all of a verdict that
// takes no state to know, which is all but the control numbers that came
// before.
type Examination struct {
	Verdict *Verdict

	catalog *mappings.Catalog
	o       ExamineOptions
}

// ErrNotAgreed is the error for a file of a standard that the agreement it is
// to be judged by says nothing about.
var ErrNotAgreed = errors.New("the standard is not agreed")

// Examine judges a file as Judge does, but for what came before it, and keeps
// nothing: what is said of each set stands in memory. The error is one of src
// or of Document, or ErrNotAgreed.
func Examine(c *mappings.Catalog, src io.Reader, o ExamineOptions) (*Examination, error) {
	standard, src, err := sniff(src)
	if err != nil {
		return nil, fmt.Errorf("examine: %w", err)
	}
	if a := o.Agreement; a != nil && !a.Speaks(standard) {
		return nil, fmt.Errorf("examine %s by the agreement with %s/%s: %w", standard, a.Tenant, a.Partner, ErrNotAgreed)
	}
	options := o.Options.withDefaults()
	j := &judging{Verdict: Verdict{Standard: standard, Catalog: c.Version()}}
	w := newJudge(options, c, o.Tenant, o.Channel, j)
	w.lines = newLineWriter(context.Background(), nil, "")
	w.document, w.standing = o.Document, o.Agreement
	agreed := agreedOn(c, o.Tenant, o.Channel)
	if o.Agreement != nil {
		agreed = always(o.Agreement)
	}
	for ev, err := range (reader{standard, Mark{}, options.Findings, agreed}).events(src) {
		if err == nil {
			err = w.event(ev)
		}
		if err != nil {
			return nil, fmt.Errorf("examine: %w", err)
		}
		if w.full {
			break
		}
	}
	if err := w.endPart(); err != nil {
		return nil, err
	}
	w.verdict.conclude(o.At)
	return &Examination{Verdict: w.verdict, catalog: c, o: o}, nil
}

// Sets yields what is said of each set, in the order of the file.
func (x *Examination) Sets() iter.Seq2[Set, error] {
	return x.Verdict.Lines.from(context.Background(), nil, Line{})
}

// Acknowledgement is one that would go back.
type Acknowledgement struct {
	Kind    string
	Summary string // such as "997 A"
	Text    []byte // the interchange that would be sent
}

// Acknowledgements are those that would go back, with the first control
// numbers of their ranges.
func (x *Examination) Acknowledgements() ([]Acknowledgement, error) {
	var all []Acknowledgement
	var c counter
	sets := func(at Line) iter.Seq2[Set, error] { return x.Verdict.Lines.from(context.Background(), nil, at) }
	for _, ack := range x.Verdict.Acks {
		a := x.o.Agreement
		if a == nil {
			a = agreementFor(x.catalog, x.o.Tenant, x.o.Channel, x.Verdict.interchange(ack.Interchange))
		}
		from := numbersOf(a, x.Verdict.Standard, ack.sets())
		if err := c.next(from); err != nil {
			return nil, err
		}
		d := c.drawn(from)
		d.At = x.o.At
		answer, err := x.Verdict.answer(ack, a, d, sets)
		if err != nil {
			return nil, err
		}
		var text bytes.Buffer
		if err := answer.write(&text); err != nil {
			return nil, fmt.Errorf("write %s: %w", answer.summary, err)
		}
		all = append(all, Acknowledgement{Kind: ack.Kind, Summary: answer.summary, Text: text.Bytes()})
	}
	return all, nil
}
