package edifact

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

// Envelope is what goes around the messages of an outgoing interchange. The
// syntax defaults to UNOC and its version to 3. UNA is written when the
// delimiters are not those that hold without one, and when UNA asks for it.
// Values are UTF-8; they are written in the character set of the syntax.
type Envelope struct {
	UNB        UNB            `json:"unb"`
	Group      *UNG           `json:"group,omitempty"` // around all messages; nil is none. Its date and time default to those of UNB
	Delimiters edi.Delimiters `json:"delimiters"`
	UNA        bool           `json:"una,omitempty"`
	LineEnd    string         `json:"lineEnd,omitempty"` // written after each terminator
}

// Delimiters are those that hold without UNA under a syntax version: * for
// repetitions from version 4 on, none before.
func Delimiters(version string) edi.Delimiters {
	d := edi.Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?', Decimal: '.'}
	if version >= "4" {
		d.Repetition = '*'
	}
	return d
}

// withDefaults fills in what every interchange has.
func (e Envelope) withDefaults() Envelope {
	if e.UNB.Syntax == "" {
		e.UNB.Syntax = "UNOC"
	}
	if e.UNB.Version == "" {
		e.UNB.Version = "3"
	}
	if e.Group != nil && e.Group.Date == "" && e.Group.Time == "" {
		g := *e.Group
		g.Date, g.Time = e.UNB.Date, e.UNB.Time
		e.Group = &g
	}
	return e
}

// Check reports why the envelope cannot be written as it stands: delimiters
// that are no use, or a value that is missing, too long, not of its form or
// not in the character set.
func (e Envelope) Check() error {
	e = e.withDefaults()
	if err := checkDelimiters(e.Delimiters, e.UNB.Version); err != nil {
		return err
	}
	if !isKnownSyntax(e.UNB.Syntax) {
		return fmt.Errorf("0001 %q is no syntax identifier that is known", e.UNB.Syntax)
	}
	if len(e.UNB.Version) != 1 || e.UNB.Version < "1" || e.UNB.Version > "4" {
		return fmt.Errorf("0002 %q is no syntax version that is known", e.UNB.Version)
	}
	if err := e.checkWhen("UNB", e.UNB.Date, e.UNB.Time); err != nil {
		return err
	}
	u := e.UNB
	values := []limit{
		{"0004", u.Sender.ID, 1, 35}, {"0007 of the sender", u.Sender.Qualifier, 0, 4}, {"0008", u.Sender.Address, 0, 35},
		{"0010", u.Receiver.ID, 1, 35}, {"0007 of the recipient", u.Receiver.Qualifier, 0, 4}, {"0014", u.Receiver.Address, 0, 35},
		{"0020", u.Reference, 1, 14}, {"0022", u.Password, 0, 14}, {"0025", u.PasswordType, 0, 2}, {"0026", u.Application, 0, 14},
		{"0029", u.Priority, 0, 1}, {"0031", u.AckRequested, 0, 1}, {"0032", u.Agreement, 0, 35}, {"0035", u.Test, 0, 1},
	}
	internal, codes, encoding := 0, 0, 0
	if u.Version >= "4" {
		internal, codes, encoding = 35, 6, 3
	}
	values = append(values, limit{"0042", u.Sender.Internal, 0, internal}, limit{"0046", u.Receiver.Internal, 0, internal},
		limit{"0080", u.ServiceCodes, 0, codes}, limit{"0133", u.Encoding, 0, encoding})
	if g := e.Group; g != nil {
		if err := e.checkWhen("UNG", g.Date, g.Time); err != nil {
			return err
		}
		values = append(values,
			limit{"0038", g.Type, 1, 6}, limit{"0040", g.Sender.ID, 1, 35}, limit{"0044", g.Receiver.ID, 1, 35}, limit{"0048", g.Reference, 1, 14},
			limit{"0051", g.Agency, 1, 3}, limit{"0052", g.Version, 1, 3}, limit{"0054", g.Release, 1, 3}, limit{"0057", g.Association, 0, 6},
			limit{"0058", g.Password, 0, 14})
	}
	for _, v := range values {
		if err := e.checkValue(v); err != nil {
			return err
		}
	}
	return nil
}

// limit is a value of the envelope and how long it may be.
type limit struct {
	name, value string
	min, max    int
}

func (e Envelope) checkValue(v limit) error {
	shown := fmt.Sprintf("%s %q", v.name, v.value)
	if v.name == "0022" || v.name == "0058" { // passwords
		shown = v.name
	}
	if n := len([]rune(v.value)); n < v.min || n > v.max {
		return fmt.Errorf("%s: want %d to %d characters", shown, v.min, v.max)
	}
	if _, ok := e.UNB.Charset().Encode(v.value); !ok {
		return fmt.Errorf("%s holds a character that %s does not have", shown, e.UNB.Syntax)
	}
	if e.Delimiters.Release == 0 {
		for i := range len(v.value) {
			if e.Delimiters.Has(v.value[i]) {
				return fmt.Errorf("%s holds a delimiter, and there is no release character", shown)
			}
		}
	}
	return nil
}

func (e Envelope) checkWhen(tag, date, time string) error {
	want := 6
	if e.UNB.Version >= "4" {
		want = 8
	}
	if !envelope.IsDate([]byte(date)) || len(date) != want {
		return fmt.Errorf("0017 %q of %s: want a date of %d digits", date, tag, want)
	}
	if !envelope.IsTime([]byte(time)) {
		return fmt.Errorf("0019 %q of %s: want a time HHMM", time, tag)
	}
	return nil
}

func checkDelimiters(d edi.Delimiters, version string) error {
	if err := d.Check(); err != nil {
		return err
	}
	switch {
	case d.Component == 0:
		return fmt.Errorf("no component separator")
	case d.Repetition != 0 && version < "4":
		return fmt.Errorf("repetition separator %q: syntax versions before 4 have none", d.Repetition)
	case d.Decimal != 0 && d.Decimal != '.' && d.Decimal != ',':
		return fmt.Errorf("decimal mark %q: want a point or a comma", d.Decimal)
	}
	return nil
}

// AppendInterchange appends one interchange around body, which holds so many
// messages whole, UNH to UNT, in the character set of the interchange. An
// envelope that does not pass Check is written as far as it can be; with
// delimiters that cannot be written with, only body is appended.
func AppendInterchange(dst []byte, e Envelope, messages int, body []byte) []byte {
	return AppendTrailer(append(AppendHeader(dst, e), body...), e, messages)
}

// AppendHeader appends UNA, UNB and UNG as far as they are wanted, for an
// interchange whose body is written in parts; AppendTrailer ends it.
func AppendHeader(dst []byte, e Envelope) []byte {
	e = e.withDefaults()
	d, u := e.Delimiters, e.UNB
	w := edi.NewWriter(dst, d, e.LineEnd)
	if w.Err() != nil {
		return dst
	}
	if bare := Delimiters(u.Version); e.UNA || d.Element != bare.Element || d.Component != bare.Component || d.Segment != bare.Segment ||
		d.Release != bare.Release || d.Repetition != bare.Repetition || d.Decimal == ',' {
		w = edi.NewWriter(append(appendUNA(dst, d), e.LineEnd...), d, e.LineEnd)
	}
	w.Begin("UNB")
	syntax := []string{e.value(u.Syntax, 4), e.value(u.Version, 1)}
	if u.Version >= "4" {
		syntax = append(syntax, e.value(u.ServiceCodes, 6), e.value(u.Encoding, 3))
	}
	w.Composite(syntax...)
	e.party(w, u.Sender)
	e.party(w, u.Receiver)
	w.Composite(e.value(u.Date, 8), e.value(u.Time, 4))
	w.Element(e.value(u.Reference, maxReference))
	w.Composite(e.value(u.Password, 14), e.value(u.PasswordType, 2))
	w.Element(e.value(u.Application, 14))
	w.Element(e.value(u.Priority, 1))
	w.Element(e.value(u.AckRequested, 1))
	w.Element(e.value(u.Agreement, 35))
	w.Element(e.value(u.Test, 1))
	w.End()
	if g := e.Group; g != nil {
		w.Begin("UNG")
		w.Element(e.value(g.Type, 6))
		e.party(w, Party{ID: g.Sender.ID, Qualifier: g.Sender.Qualifier})
		e.party(w, Party{ID: g.Receiver.ID, Qualifier: g.Receiver.Qualifier})
		w.Composite(e.value(g.Date, 8), e.value(g.Time, 4))
		w.Element(e.value(g.Reference, maxReference))
		w.Element(e.value(g.Agency, 3))
		w.Composite(e.value(g.Version, 3), e.value(g.Release, 3), e.value(g.Association, 6))
		w.Element(e.value(g.Password, 14))
		w.End()
	}
	return w.Bytes()
}

// AppendTrailer appends UNE, if there is a group, and UNZ.
func AppendTrailer(dst []byte, e Envelope, messages int) []byte {
	e = e.withDefaults()
	w := edi.NewWriter(dst, e.Delimiters, e.LineEnd)
	if w.Err() != nil {
		return dst
	}
	count := messages
	if g := e.Group; g != nil {
		w.Segment("UNE", strconv.Itoa(messages), e.value(g.Reference, maxReference))
		count = 1
	}
	w.Segment("UNZ", strconv.Itoa(count), e.value(e.UNB.Reference, maxReference))
	return w.Bytes()
}

func appendUNA(dst []byte, d edi.Delimiters) []byte {
	or := func(b, otherwise byte) byte {
		if b == 0 {
			return otherwise
		}
		return b
	}
	return append(dst, 'U', 'N', 'A', or(d.Component, ' '), d.Element, or(d.Decimal, '.'), or(d.Release, ' '), or(d.Repetition, ' '), d.Segment)
}

func (e Envelope) party(w *edi.Writer, p Party) {
	components := []string{e.value(p.ID, 35), e.value(p.Qualifier, 4), e.value(p.Address, 35)}
	if e.UNB.Version >= "4" {
		components = append(components, e.value(p.Internal, 35))
	}
	w.Composite(components...)
}

// value is text in the character set, without what cannot be sent of it.
func (e Envelope) value(text string, max int) string {
	set, d := e.UNB.Charset(), e.Delimiters
	var b strings.Builder
	for _, r := range text {
		one, ok := set.Encode(string(r))
		if !ok || d.Release == 0 && len(one) == 1 && d.Has(one[0]) {
			continue
		}
		if max--; max < 0 {
			break
		}
		b.WriteString(one)
	}
	return b.String()
}
