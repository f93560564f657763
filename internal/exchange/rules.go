package exchange

import (
	"errors"
	"fmt"
	"slices"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/mappings"
)

// rules are what an agreement says about what comes in, in the standard it
// came in.
type rules struct {
	agreement  *mappings.Agreement
	standard   string
	errors     mappings.ErrorMode
	deliver    mappings.Delivery
	duplicates mappings.Duplicates
	validate   mappings.Validation
	tell       bool // what has warnings alone is accepted with errors
	trailers   bool // a wrong trailer refuses the interchange
	missingGE  bool // so does a group without its trailer
}

func rulesOf(a *mappings.Agreement, standard string) *rules {
	if standard == mappings.StandardEDIFACT {
		t := &a.EDIFACT
		p := t.FatePolicy()
		return &rules{
			agreement: a, standard: standard, errors: t.Errors, deliver: t.Deliver, duplicates: t.Duplicates, validate: t.Validate,
			trailers: p.RejectTrailers || t.Errors == mappings.RejectInterchange,
		}
	}
	t := &a.X12
	p := t.FatePolicy()
	return &rules{
		agreement: a, standard: standard, errors: t.Errors, deliver: t.Deliver, duplicates: t.Duplicates, validate: t.Validate, tell: p.TellWarnings,
		trailers: p.RejectTrailers || t.Errors == mappings.RejectInterchange, missingGE: p.RejectMissingGE,
	}
}

// check is how strictly the tables are taken.
func (r *rules) check(k inspectionKey, findings int) grammar.CheckOptions {
	if r.standard == mappings.StandardEDIFACT {
		return r.agreement.EDIFACT.Check(k.terms, findings)
	}
	return r.agreement.X12.Check(k.terms, findings)
}

// fate is what becomes of a set by its findings.
func (r *rules) fate(findings []edi.Finding) edi.Fate {
	fate := fateOfSet(r.standard, findings, r.errors == mappings.NoteErrors)
	if fate == edi.Accepted && r.tell && slices.ContainsFunc(findings, func(f edi.Finding) bool { return f.Severity == edi.Warning }) {
		return edi.AcceptedWithErrors
	}
	return fate
}

// mask takes out the values that are shown to nobody, as is agreed with a
// sender. Of one nobody knows they are the passwords.
func mask(a *mappings.Agreement, standard string, findings []edi.Finding) {
	x, e := mappings.X12Terms{MaskSecurity: true}, mappings.EDIFACTTerms{MaskSecurity: true}
	if a != nil {
		x, e = a.X12, a.EDIFACT
	}
	hides := x.Hides
	if standard == mappings.StandardEDIFACT {
		hides = e.Hides
	}
	for i := range findings {
		if f := &findings[i]; f.Value != "" && hides(f.SegmentID, f.Element, f.Component) {
			f.Value = ""
		}
	}
}

// admit finds the agreement of an interchange and what speaks against it.
func (w *judge) admit(v *Interchange) {
	p := v.party()
	a, err := w.standing, error(nil)
	switch {
	case a == nil:
		a, err = w.catalog.Agreement(w.tenant, w.channel, p)
	case p.Standard == mappings.StandardX12 && !a.X12.Spoken(), p.Standard == mappings.StandardEDIFACT && !a.EDIFACT.Spoken():
		a, err = nil, fmt.Errorf("the partner %s does not exchange %s", a.Partner, p.Standard)
	}
	tag := header(w.verdict.Standard)
	refuse := func(code, format string, args ...any) {
		v.Refused = true
		v.Findings = append(v.Findings, edi.Finding{
			Code: code, Severity: edi.Error, Position: v.Position, SegmentID: tag, Message: fmt.Sprintf(format, args...),
		})
	}
	w.rules, w.terms = nil, a
	if a != nil {
		v.Partner, v.Agreement = a.Partner, a.Version
		v.Test = v.marked() || a.Status == mappings.Testing
	}
	switch {
	case v.Implicit:
		// The reader says that there is no UNB: nobody knows whose it is.
		v.Refused, w.terms = true, nil
	case errors.Is(err, mappings.ErrUnknownPartner):
		refuse(edi.CodeSender, "no partner of %s has the sender %s:%s", w.tenant, p.SenderQualifier, p.SenderID)
	case errors.Is(err, mappings.ErrNotOnChannel):
		refuse(CodeNotOnChannel, "the sender %s:%s is a partner of %s, but not one this channel may carry", p.SenderQualifier, p.SenderID, w.tenant)
	case errors.Is(err, mappings.ErrUnknownReceiver):
		refuse(edi.CodeReceiver, "the receiver %s:%s is not %s", p.ReceiverQualifier, p.ReceiverID, w.tenant)
	case err != nil:
		refuse(edi.CodeSender, "%v", err)
	case a.Status == mappings.Suspended:
		refuse(CodeSenderSuspended, "the partner %s is suspended", a.Partner)
	default:
		w.rules = rulesOf(a, w.verdict.Standard)
		w.credentials(v, refuse)
	}
	v.maskSecurity(a)
}

// marked reports whether the interchange says of itself that it is a test.
func (ic *Interchange) marked() bool {
	if ic.ISA != nil {
		return ic.ISA.Usage == "T"
	}
	return ic.UNB.Test == "1"
}

// credentials compares the passwords of an interchange with those agreed.
func (w *judge) credentials(v *Interchange, refuse func(code, format string, args ...any)) {
	differs := func(c mappings.Credential, qualifier, value string) bool {
		return c.Value != "" && (string(c.Value) != value || c.Qualifier != "" && c.Qualifier != qualifier)
	}
	a := w.rules.agreement
	if isa := v.ISA; isa != nil {
		if differs(a.X12.Receive.Authorization, isa.AuthorizationQualifier, isa.AuthorizationInformation) {
			refuse(edi.CodeAuthorization, "ISA01 and ISA02 are not as agreed with %s", a.Partner)
		}
		if differs(a.X12.Receive.Security, isa.SecurityQualifier, isa.SecurityInformation) {
			refuse(edi.CodeSecurity, "ISA03 and ISA04 are not as agreed with %s", a.Partner)
		}
		return
	}
	if differs(a.EDIFACT.Receive.Reference, v.UNB.PasswordType, v.UNB.Password) {
		refuse(edi.CodeAuthorization, "the password of the UNB is not as agreed with %s", a.Partner)
	}
}

// masked stands for a value that is shown to nobody.
const masked = "***"

// maskSecurity takes the passwords out of the header, unless the agreement
// says that they may be seen.
func (ic *Interchange) maskSecurity(a *mappings.Agreement) {
	hide := func(values ...*string) {
		for _, v := range values {
			if *v != "" {
				*v = masked
			}
		}
	}
	switch {
	case ic.ISA != nil && (a == nil || a.X12.MaskSecurity):
		hide(&ic.ISA.AuthorizationInformation, &ic.ISA.SecurityInformation)
	case ic.UNB != nil && (a == nil || a.EDIFACT.MaskSecurity):
		hide(&ic.UNB.Password)
	}
}

// maskSecurity takes the password out of the header of a group.
func (g *Group) maskSecurity(a *mappings.Agreement) {
	if g.UNG != nil && g.UNG.Password != "" && (a == nil || a.EDIFACT.MaskSecurity) {
		g.UNG.Password = masked
	}
}

// unsupported says that the agreement knows no such set.
func (w *judge) unsupported(s Set) edi.Finding {
	f := edi.Finding{
		Code: x12.CodeSetUnsupported, Severity: edi.Error, Position: s.Position, SegmentID: "ST", InSet: 1, Element: 1, Value: s.ID,
		Message: fmt.Sprintf("the agreement with %s knows no %s", w.rules.agreement.Partner, s.ID),
	}
	if w.verdict.Standard == mappings.StandardEDIFACT {
		f.Code, f.SegmentID, f.Element, f.Component = edifact.CodeMessageUnsupported, "UNH", 2, 1
	}
	return f
}

// isAcknowledgement reports whether a set says what became of what we sent.
func isAcknowledgement(set string) bool { return x12.IsAcknowledgement(set) || set == "CONTRL" }
