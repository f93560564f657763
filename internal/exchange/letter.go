package exchange

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/mappings"
)

// letter is an interchange of ours with documents of one kind for a partner.
type letter struct {
	agreement *mappings.Agreement
	terms     *mappings.DocumentTerms
	test      bool
	documents []json.RawMessage
}

// sealed is a letter as it leaves.
type sealed struct {
	text    []byte
	control string          // ISA13, or UNB 0020
	group   string          // GS06, or UNG 0048 where there is one
	sets    []string        // ST02 or UNH 0062 of each document
	told    [][]edi.Finding // what each document says that its set has no place for
}

// unwritable says that a document of ours cannot be sent as the agreement has
// it, which a person must change, here or in the ERP.
type unwritable struct {
	set      string
	findings []edi.Finding
	reason   string
}

func (u *unwritable) Error() string {
	const told = 5
	var b strings.Builder
	fmt.Fprintf(&b, "the %s cannot be sent", u.set)
	if u.reason != "" {
		b.WriteString(": " + u.reason)
	}
	n := 0
	for _, f := range u.findings {
		if f.Severity != edi.Error {
			continue
		}
		if n++; n > told {
			b.WriteString("; and more")
			break
		}
		sep := "; "
		if n == 1 {
			sep = ": "
		}
		fmt.Fprintf(&b, "%s%s %s", sep, f.Code, f.Message)
	}
	return b.String()
}

// Refused says that no retry will mend it.
func (u *unwritable) Refused() bool { return true }

// write writes the letter with the control numbers drawn for it, and reads it
// again the way a partner would: what is not as the standard and the agreement
// have it does not leave.
func (l *letter) write(c *mappings.Catalog, d drawn) (sealed, error) {
	release, syntax := l.release()
	tables, _ := l.terms.Tables(release, syntax)
	set := tables.Set(l.terms.Set)
	doc, ok := c.Document(l.terms.Map)
	if !ok || set == nil {
		return sealed{}, &unwritable{set: l.terms.Set, reason: fmt.Sprintf("there is no map %q for it, or no table", l.terms.Map)}
	}
	bound, err := doc.Bind(set)
	if err != nil {
		return sealed{}, &unwritable{set: l.terms.Set, reason: err.Error()}
	}
	w := bound.NewWriting(mappings.WritingOptions{})
	delimiters, err := l.delimiters(w)
	if err != nil {
		return sealed{}, &unwritable{set: l.terms.Set, reason: err.Error()}
	}
	s := sealed{}
	if r := l.setNumbers(); r.Stop && int64(len(l.documents)) > r.Last-r.First+1 {
		return s, &unwritable{set: l.terms.Set, reason: fmt.Sprintf("the range of control numbers of sets has no number for each of %d", len(l.documents))}
	}
	var body []byte
	for i, one := range l.documents {
		h := l.header(delimiters, l.setNumber(d, i))
		var found []edi.Finding
		if body, _, found, err = w.Append(body, one, h); err != nil {
			return sealed{}, &unwritable{set: l.terms.Set, reason: err.Error()}
		}
		for _, f := range found {
			if f.Severity == edi.Error {
				return sealed{}, &unwritable{set: l.terms.Set, findings: found}
			}
		}
		s.sets = append(s.sets, h.ControlNumber)
		s.told = append(s.told, found[:min(len(found), maxTold)])
	}
	if err := l.enclose(&s, d, delimiters, body); err != nil {
		return sealed{}, err
	}
	return s, l.proof(s.text)
}

// enclose puts the envelope around the sets.
func (l *letter) enclose(s *sealed, d drawn, delimiters edi.Delimiters, body []byte) error {
	if l.terms.Standard == mappings.StandardEDIFACT {
		text, ok := l.encode(string(body))
		if !ok {
			return &unwritable{set: l.terms.Set, reason: "it has characters outside the character set " + l.terms.EDIFACT.CharacterSet}
		}
		env := l.envelopeEDIFACT(d, delimiters)
		if err := env.Check(); err != nil {
			return &unwritable{set: l.terms.Set, reason: err.Error()}
		}
		s.text, s.control = edifact.AppendInterchange(nil, env, len(l.documents), []byte(text)), env.UNB.Reference
		if env.Group != nil {
			s.group = env.Group.Reference
		}
		return nil
	}
	env := l.envelopeX12(d, delimiters)
	if err := env.Check(); err != nil {
		return &unwritable{set: l.terms.Set, reason: err.Error()}
	}
	s.text = x12.AppendInterchange(nil, env, len(l.documents), body)
	s.control, s.group = env.ISA.ControlNumber, env.Group.ControlNumber
	return nil
}

// encode writes messages in the character set of the interchange, to which
// the line ends do not belong.
func (l *letter) encode(body string) (string, bool) {
	set, end := edifact.Charset(l.terms.EDIFACT.CharacterSet), l.terms.EDIFACT.LineEnd
	if end == "" {
		return set.Encode(body)
	}
	lines := strings.Split(body, end)
	for i := range lines {
		var ok bool
		if lines[i], ok = set.Encode(lines[i]); !ok {
			return "", false
		}
	}
	return strings.Join(lines, end), true
}

// proof reads what was written and refuses what a partner would.
func (l *letter) proof(text []byte) error {
	var found []edi.Finding
	var checker *grammar.Checker
	var form *shape
	var as mappings.Agreement
	if l.terms.X12 != nil {
		as.X12.Receive.ISA11 = l.terms.X12.ISA11
	}
	for ev, err := range (reader{l.terms.Standard, Mark{}, 0, always(&as)}).events(bytes.NewReader(text)) {
		if err != nil {
			return err
		}
		switch ev.kind {
		case setStart:
			kind, syntax := ev.document()
			tables, _ := l.terms.Tables(kind.Release, syntax)
			set := tables.Set(kind.Set)
			checker, form = set.NewChecker(l.check()), newShape(set, l.terms.Validate, 0)
		case setSegment:
			seg, inSet := ev.segment()
			form.segment(seg, inSet, checker.Segment(seg, inSet))
		case setEnd:
			found = append(found, form.take()...)
			for _, f := range checker.Finish(edi.Position{}) {
				if f, ok := l.terms.Validate.Weigh(f); ok {
					found = append(found, f)
				}
			}
			found = append(found, ev.findings()...)
		case groupEnd, interchangeEnd:
			found = append(found, ev.findings()...)
		}
	}
	for _, f := range found {
		if f.Severity == edi.Error {
			return &unwritable{set: l.terms.Set, findings: found}
		}
	}
	return nil
}

func (l *letter) check() grammar.CheckOptions {
	o := grammar.CheckOptions{}
	if l.terms.X12 != nil && l.terms.Validate.Characters != mappings.LevelOff {
		switch l.terms.X12.CharacterSet {
		case mappings.X12Basic:
			o.Characters = grammar.BasicCharacters
		case mappings.X12Extended:
			o.Characters = grammar.ExtendedCharacters
		}
	}
	return o
}

// release is what the envelope says the sets are of, and the version of the
// syntax around them.
func (l *letter) release() (release, syntax string) {
	if l.terms.Standard == mappings.StandardEDIFACT {
		return l.terms.EDIFACT.Directory, l.terms.EDIFACT.Syntax
	}
	return l.terms.X12.Release, ""
}

// delimiters are those agreed, or others where a value would break them.
func (l *letter) delimiters(w *mappings.Writing) (edi.Delimiters, error) {
	if l.terms.Standard == mappings.StandardEDIFACT {
		return delimitersEDIFACT(l.terms.EDIFACT, l.terms.EDIFACT.Syntax), nil
	}
	d := delimitersX12(l.terms.X12)
	var used [256]bool
	for _, doc := range l.documents {
		if err := w.Used(&used, doc); err != nil {
			return d, err
		}
	}
	if l.terms.X12.Replacement != "" {
		return d, nil
	}
	return mappings.ProposeDelimiters(l.terms.Standard, d, &used)
}

// setNumbers is the range of control numbers of documents.
func (l *letter) setNumbers() mappings.NumberRange {
	if l.terms.Standard == mappings.StandardEDIFACT {
		return l.agreement.EDIFACT.Send.SetNumbers
	}
	return l.agreement.X12.Send.SetNumbers
}

// setNumber is the control number of the nth document.
func (l *letter) setNumber(d drawn, n int) string {
	r := l.setNumbers()
	return nth(r, cmp.Or(d.Set, r.First), n)
}

// header is what goes around one document.
func (l *letter) header(d edi.Delimiters, control string) mappings.Header {
	h := mappings.Header{ControlNumber: control, Delimiters: d, Whole: l.terms.Validate.Trailing == mappings.TrailingMandatory}
	if t := l.terms.EDIFACT; t != nil {
		version, release := t.Directory[:1], t.Directory[1:]
		h.LineEnd, h.Message = t.LineEnd, []string{l.terms.Set, version, release, t.Agency}
		if t.Association != "" {
			h.Message = append(h.Message, t.Association)
		}
		return h
	}
	h.LineEnd = l.terms.X12.LineEnd
	if r := l.terms.X12.Replacement; r != "" {
		h.Replacement = r[0]
	}
	if len(l.terms.X12.Release) > len("005010") && l.terms.X12.Release >= "005010" {
		h.Implementation = l.terms.X12.Release
	}
	return h
}

// envelopeX12 is ISA and GS.
func (l *letter) envelopeX12(d drawn, delimiters edi.Delimiters) x12.Envelope {
	t := l.terms.X12
	e := writtenX12(t, l.agreement.X12.Ours[0], l.agreement.X12.Theirs[0], d)
	e.Delimiters = delimiters
	if l.test {
		e.ISA.Usage = "T"
	}
	if t.RequestTA1 {
		e.ISA.AckRequested = "1"
	}
	if delimiters.Repetition != 0 {
		e.ISA.Repetition = string([]byte{delimiters.Repetition}) // others may have been chosen
	}
	e.Group.FunctionalID = cmp.Or(t.Group, x12.FunctionalID(l.terms.Set))
	return e
}

// envelopeEDIFACT is UNA, UNB and, where agreed, UNG.
func (l *letter) envelopeEDIFACT(d drawn, delimiters edi.Delimiters) edifact.Envelope {
	t, us, them := l.terms.EDIFACT, l.agreement.EDIFACT.Ours[0], l.agreement.EDIFACT.Theirs[0]
	e := writtenEDIFACT(t, t.Syntax, us, them, d)
	e.Delimiters = delimiters
	if t.RequestAcknowledgement {
		e.UNB.AckRequested = "1"
	}
	if l.test {
		e.UNB.Test = "1"
	}
	if t.Groups {
		g := t.Group
		party := func(own mappings.Identity, otherwise mappings.Identity) edifact.Party {
			if own.ID == "" {
				own = otherwise
			}
			return edifact.Party{ID: own.ID, Qualifier: own.Qualifier}
		}
		e.Group = &edifact.UNG{
			Type: cmp.Or(g.ID, l.terms.Set), Sender: party(g.Sender, us), Receiver: party(g.Receiver, them), Date: e.UNB.Date, Time: e.UNB.Time,
			Reference: t.GroupNumbers.Text(d.Group), Agency: cmp.Or(g.Agency, t.Agency),
			Version: cmp.Or(g.Version, t.Directory[:1]), Release: cmp.Or(g.Release, t.Directory[1:]),
			Association: cmp.Or(g.Association, t.Association), Password: string(g.Password),
		}
	}
	return e
}
