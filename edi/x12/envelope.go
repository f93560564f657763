package x12

import (
	"fmt"
	"strconv"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/ascii"
)

// Envelope is what goes around the sets of an outgoing interchange. Of the
// ISA these have defaults: the qualifiers of authorization and security 00,
// those of the ids ZZ, version 00401, acknowledgement requested 0, usage P.
// ISA11 is the repetition separator if Delimiters has one, from version 00402
// on or where ISA.Repetition is the same, else U. GS04 is written without the
// century under a version before 004010.
type Envelope struct {
	ISA        ISA            `json:"isa"`
	Group      GS             `json:"group"` // Agency defaults to X
	Delimiters edi.Delimiters `json:"delimiters"`
	LineEnd    string         `json:"lineEnd,omitempty"` // written after each terminator
}

// Check reports why the envelope cannot be written as it stands: delimiters
// that are no use, or a value that is missing, too long or holds one of them.
func (e Envelope) Check() error {
	if err := e.Delimiters.Check(); err != nil {
		return err
	}
	if e.Delimiters.Component == 0 {
		return fmt.Errorf("no component separator")
	}
	if e.Delimiters.Release != 0 {
		return fmt.Errorf("release character %q: X12 has none", e.Delimiters.Release)
	}
	for _, f := range []struct {
		name, value string
		min, max    int
		number      bool
	}{
		{"ISA02", e.ISA.AuthorizationInformation, 0, 10, false},
		{"ISA04", e.ISA.SecurityInformation, 0, 10, false},
		{"ISA05", e.ISA.SenderQualifier, 0, 2, false}, {"ISA06", e.ISA.SenderID, 1, 15, false},
		{"ISA07", e.ISA.ReceiverQualifier, 0, 2, false}, {"ISA08", e.ISA.ReceiverID, 1, 15, false},
		{"ISA09", e.ISA.Date, 6, 6, true}, {"ISA10", e.ISA.Time, 4, 4, true},
		{"ISA12", e.ISA.Version, 0, 5, true}, {"ISA13", e.ISA.ControlNumber, 1, 9, true},
		{"GS01", e.Group.FunctionalID, 2, 2, false}, {"GS02", e.Group.Sender, 2, 15, false},
		{"GS03", e.Group.Receiver, 2, 15, false}, {"GS04", e.Group.Date, 6, 8, true},
		{"GS05", e.Group.Time, 4, 8, true}, {"GS06", e.Group.ControlNumber, 1, 9, true},
		{"GS07", e.Group.Agency, 0, 2, false}, {"GS08", e.Group.Version, 1, 12, false},
	} {
		shown := fmt.Sprintf("%s %q", f.name, f.value)
		if f.name == "ISA02" || f.name == "ISA04" { // it may be a password
			shown = f.name
		}
		switch {
		case len(f.value) < f.min || len(f.value) > f.max:
			return fmt.Errorf("%s: want %d to %d characters", shown, f.min, f.max)
		case !sendable(e.Delimiters, f.value):
			return fmt.Errorf("%s holds a delimiter or a character that cannot be sent", shown)
		case f.number && !ascii.Digits(f.value):
			return fmt.Errorf("%s is not a number", shown)
		}
	}
	return nil
}

// AppendInterchange appends one interchange of one group around body, which
// holds sets whole, ST to SE. An envelope that does not pass Check is written
// as far as it can be, every element of the ISA at its length of the
// standard, so that the result can be read whatever was given.
func AppendInterchange(dst []byte, e Envelope, sets int, body []byte) []byte {
	return AppendTrailer(append(AppendHeader(dst, e), body...), e, sets)
}

// AppendHeader appends ISA and GS, for an interchange whose body is written
// in parts; AppendTrailer ends it.
func AppendHeader(dst []byte, e Envelope) []byte {
	d, g := e.Delimiters, e.Group
	if g.Agency == "" {
		g.Agency = "X"
	}
	dst = append(appendISA(dst, e.ISA, d), e.LineEnd...)
	w := edi.NewWriter(dst, d, e.LineEnd)
	w.Segment("GS", clean(d, g.FunctionalID, 2), clean(d, g.Sender, 15), clean(d, g.Receiver, 15), groupDate(d, g),
		clean(d, g.Time, 8), e.groupControl(), clean(d, g.Agency, 2), clean(d, g.Version, 12))
	return w.Bytes()
}

// AppendTrailer appends GE and IEA.
func AppendTrailer(dst []byte, e Envelope, sets int) []byte {
	w := edi.NewWriter(dst, e.Delimiters, e.LineEnd)
	w.Segment("GE", strconv.Itoa(sets), e.groupControl())
	w.Segment("IEA", "1", number(e.ISA.ControlNumber, 9))
	return w.Bytes()
}

// groupDate is GS04, in the form of the release.
func groupDate(d edi.Delimiters, g GS) string {
	date := clean(d, g.Date, 8)
	if len(date) == 8 && before(g.Version, "004010") {
		return date[2:]
	}
	return date
}

// groupControl is GS06 and GE02: as given if it can be sent so.
func (e Envelope) groupControl() string {
	given := e.Group.ControlNumber
	if given != "" && given == clean(e.Delimiters, given, 9) && ascii.Digits(given) {
		return given
	}
	return strconv.Itoa(atoi(number(given, 9)))
}

// AppendTA1Interchange appends an interchange under isa, ours, that holds
// nothing but the TA1 that tells r; its IEA counts no group.
func AppendTA1Interchange(dst []byte, isa ISA, d edi.Delimiters, r InterchangeResult) []byte {
	dst = appendISA(dst, isa, d)
	dst = AppendTA1(dst, d, r)
	w := edi.NewWriter(dst, d, "")
	w.Segment("IEA", "0", number(isa.ControlNumber, 9))
	return w.Bytes()
}

// appendISA appends an ISA of 106 bytes.
func appendISA(dst []byte, isa ISA, d edi.Delimiters) []byte {
	or := func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return value
	}
	version := number(or(isa.Version, "00401"), 5)
	repetition := "U"
	if d.Repetition != 0 && (version >= "00402" || isa.Repetition == string([]byte{d.Repetition})) {
		repetition = string([]byte{d.Repetition})
	}
	fields := [15]string{
		or(isa.AuthorizationQualifier, "00"), isa.AuthorizationInformation, or(isa.SecurityQualifier, "00"), isa.SecurityInformation,
		or(isa.SenderQualifier, "ZZ"), isa.SenderID, or(isa.ReceiverQualifier, "ZZ"), isa.ReceiverID,
		number(isa.Date, 6), number(isa.Time, 4), "", version, number(isa.ControlNumber, 9),
		or(isa.AckRequested, "0"), or(isa.Usage, "P"),
	}
	dst = append(dst, "ISA"...)
	for i, f := range fields {
		dst = append(dst, d.Element)
		if i == 10 {
			dst = append(dst, repetition...)
			continue
		}
		f = clean(d, f, isaLengths[i])
		dst = append(dst, f...)
		for range isaLengths[i] - len(f) {
			dst = append(dst, ' ')
		}
	}
	return append(dst, d.Element, d.Component, d.Segment)
}

func atoi(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}
