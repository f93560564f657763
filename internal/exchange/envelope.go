package exchange

import (
	"cmp"
	"slices"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/mappings"
)

// ours is the identity an answer comes from: that which was addressed, if it
// is ours.
func ours(addressed mappings.Identity, known []mappings.Identity, guest bool) mappings.Identity {
	if len(known) > 0 && !slices.Contains(known, addressed) && !guest {
		return known[0]
	}
	return addressed
}

// writtenX12 is an envelope as the agreement has it.
func writtenX12(t *mappings.X12Send, us, them mappings.Identity, d drawn) x12.Envelope {
	at, date, clock := d.At.UTC(), "20060102", "1504"
	if t.GroupDate == "YYMMDD" {
		date = "060102"
	}
	switch t.GroupTime {
	case "HHMMSS":
		clock = "150405"
	case "HHMMSSDD":
		clock = "15040500"
	}
	e := x12.Envelope{
		Delimiters: delimitersX12(t), LineEnd: t.LineEnd,
		ISA: x12.ISA{
			AuthorizationQualifier: cmp.Or(t.Authorization.Qualifier, "00"), AuthorizationInformation: string(t.Authorization.Value),
			SecurityQualifier: cmp.Or(t.Security.Qualifier, "00"), SecurityInformation: string(t.Security.Value),
			SenderQualifier: us.Qualifier, SenderID: us.ID, ReceiverQualifier: them.Qualifier, ReceiverID: them.ID,
			Date: at.Format("060102"), Time: at.Format("1504"), Version: t.Control,
			ControlNumber: t.Numbers.Text(d.Interchange), AckRequested: "0", Usage: cmp.Or(t.Usage, "P"),
		},
		Group: x12.GS{
			Sender: cmp.Or(t.GroupSender, us.ID), Receiver: cmp.Or(t.GroupReceiver, them.ID), Date: at.Format(date), Time: at.Format(clock),
			ControlNumber: t.GroupNumbers.Text(d.Group), Agency: cmp.Or(t.Agency, "X"), Version: t.Release,
		},
	}
	if e.Delimiters.Repetition != 0 {
		e.ISA.Repetition = t.Repetition
	}
	return e
}

// delimitersX12 are those agreed. The version says whether there is a
// repetition separator, unless that is agreed too.
func delimitersX12(t *mappings.X12Send) edi.Delimiters {
	d := edi.Delimiters{Element: t.Element[0], Component: t.Component[0], Segment: t.Segment[0]}
	if t.Repetition != "" && t.ISA11 != mappings.ISA11Standard && (t.Control >= "00402" || t.ISA11 == mappings.ISA11Repetition) {
		d.Repetition = t.Repetition[0]
	}
	return d
}

// envelopeX12 is that of an acknowledgement: it goes back to the very sender.
func envelopeX12(ic *Interchange, a *mappings.Agreement, d drawn) x12.Envelope {
	us := mappings.Identity{Qualifier: ic.ISA.ReceiverQualifier, ID: ic.ISA.ReceiverID}
	them := mappings.Identity{Qualifier: ic.ISA.SenderQualifier, ID: ic.ISA.SenderID}
	t := mappings.X12Send{
		Element: "*", Component: ">", Segment: "~", Repetition: "^", Control: ic.ISA.Version, Release: "004010", Usage: ic.ISA.Usage,
		Numbers: mappings.NumberRange{Digits: 9}, GroupNumbers: mappings.NumberRange{Digits: 1},
	}
	if a != nil {
		t, us = a.X12.Send, ours(us, a.X12.Ours, a.Guest)
	}
	e := writtenX12(&t, us, them, d)
	if ic.Test {
		e.ISA.Usage = "T"
	}
	e.Group.FunctionalID = "FA"
	return e
}

// writtenEDIFACT is an envelope without groups, in a version of the syntax, as
// the agreement has it.
func writtenEDIFACT(t *mappings.EDIFACTSend, syntax string, us, them mappings.Identity, d drawn) edifact.Envelope {
	at := d.At.UTC()
	unb := edifact.UNB{
		Syntax: t.CharacterSet, Version: syntax,
		Sender:   edifact.Party{ID: us.ID, Qualifier: us.Qualifier, Address: t.SenderRouting},
		Receiver: edifact.Party{ID: them.ID, Qualifier: them.Qualifier, Address: t.ReceiverRouting},
		Date:     at.Format("060102"), Time: at.Format("1504"), Reference: t.Numbers.Text(d.Interchange),
		Password: string(t.Reference.Value), PasswordType: t.Reference.Qualifier,
		Application: t.Application, Priority: t.Priority, Agreement: t.Agreement,
	}
	if syntax >= "4" {
		unb.Date = at.Format("20060102")
		unb.ServiceCodes, unb.Encoding = t.ServiceCodes, t.Encoding
		unb.Sender.Internal, unb.Receiver.Internal = t.SenderSubRouting, t.ReceiverSubRouting
	}
	if t.Usage == "T" {
		unb.Test = "1"
	}
	return edifact.Envelope{UNB: unb, Delimiters: delimitersEDIFACT(t, syntax), UNA: t.UNA == mappings.UNAAlways, LineEnd: t.LineEnd}
}

// envelopeEDIFACT is that of an acknowledgement, as envelopeX12 is.
func envelopeEDIFACT(ic *Interchange, a *mappings.Agreement, d drawn) edifact.Envelope {
	us := mappings.Identity{Qualifier: ic.UNB.Receiver.Qualifier, ID: ic.UNB.Receiver.ID}
	them := mappings.Identity{Qualifier: ic.UNB.Sender.Qualifier, ID: ic.UNB.Sender.ID}
	syntax := cmp.Or(ic.UNB.Version, "3")
	if a != nil {
		t := a.EDIFACT.Send
		if s := a.EDIFACT.Acknowledge.Syntax; s == "3" || s == "4" {
			syntax = s
		}
		e := writtenEDIFACT(&t, syntax, ours(us, a.EDIFACT.Ours, a.Guest), them, d)
		if ic.Test {
			e.UNB.Test = "1"
		}
		return e
	}
	t := mappings.EDIFACTSend{
		Component: ":", Element: "+", Decimal: ".", Release: "?", Repetition: "*", Segment: "'", CharacterSet: cmp.Or(ic.UNB.Syntax, "UNOC"),
		Numbers: mappings.NumberRange{Digits: 1},
	}
	e := writtenEDIFACT(&t, syntax, us, them, d)
	e.UNB.Test = ic.UNB.Test
	if e.Check() != nil { // it wrote in a way that nobody can
		e.UNB.Syntax, e.UNB.Version, e.UNB.Date = "UNOC", "3", d.At.UTC().Format("060102")
		e.Delimiters = edifact.Delimiters("3")
	}
	return e
}

func delimitersEDIFACT(t *mappings.EDIFACTSend, syntax string) edi.Delimiters {
	d := edi.Delimiters{Element: t.Element[0], Component: t.Component[0], Segment: t.Segment[0], Decimal: t.Decimal[0]}
	if t.Release != "" && t.Release != " " {
		d.Release = t.Release[0]
	}
	if syntax >= "4" && t.Repetition != "" {
		d.Repetition = t.Repetition[0]
	}
	return d
}
