package mappings

import (
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/crossdock/crossdock/edi/grammar"
)

// The standards, as maps and parties name them.
const (
	StandardX12     = "x12"
	StandardEDIFACT = "edifact"
)

// DocumentTerms is what is done with one kind of document in one direction.
type DocumentTerms struct {
	Standard string `json:"standard"` // "x12" or "edifact"
	Set      string `json:"set"`      // transaction set or message type, such as "850" or "ORDERS"

	// Of a received document: which of that set are meant; what is empty says
	// nothing.
	Release     string `json:"release"`     // the beginning of GS08, or of UNH 0052 and 0054 together
	Application string `json:"application"` // GS02, or UNG 0040
	Association string `json:"association"` // UNH 0057

	Map      string        `json:"map"`    // the name of a Document, such as "x12/850"; empty: it is judged and acknowledged, and that is all
	Repeat   Repeat        `json:"repeat"` // of a received document whose key is known with other content
	Patience time.Duration `json:"patience"`
	Answers  []Answer      `json:"answers"` // that the document asks for; nil: as its kind of document has it
	Validate Validation    `json:"validate"`

	Grammar string          `json:"grammar"` // release whose tables check it, whatever it says of itself; see Tables
	Patches []grammar.Patch `json:"patches"` // what the partner does differently from the release
	patched *sync.Map       // tables of releases, and the same with the patches

	X12     *X12Send     `json:"x12"`     // of a sent document of X12: its envelope, in full
	EDIFACT *EDIFACTSend `json:"edifact"` // of a sent message of EDIFACT
}

// Answer is a document that answers another, and by when: from us where we
// received the other, from the partner where we sent it.
type Answer struct {
	Set    string        `json:"set"`
	Within time.Duration `json:"within"`
}

// Repeat is the rule for a key that comes again with different content. The
// same content again is a duplicate, whatever the rule.
type Repeat string

const (
	RepeatReject  Repeat = "reject"  // the document is rejected
	RepeatReplace Repeat = "replace" // the document becomes the next version
	RepeatHold    Repeat = "hold"    // an operator decides
)

// DocumentKind is what an envelope says of a document.
type DocumentKind struct {
	Set         string // ST01, or UNH 0065
	Release     string // GS08, or UNH 0052 and 0054, such as "D96A"
	Application string // GS02, or UNG 0040
	Association string // UNH 0057
}

// Receives returns what is agreed for a document that the partner sends: of
// the terms of its set the first that mean it, in the order of the file.
func (a *Agreement) Receives(k DocumentKind) (*DocumentTerms, bool) {
	list := a.Receive[k.Set]
	for i := range list {
		d := &list[i]
		if strings.HasPrefix(k.Release, d.Release) && (d.Application == "" || d.Application == k.Application) &&
			(d.Association == "" || d.Association == k.Association) {
			return d, true
		}
	}
	return nil, false
}

// Sends returns what is agreed for a document that we send.
func (a *Agreement) Sends(set string) (*DocumentTerms, bool) {
	d, ok := a.Send[set]
	return d, ok
}

const (
	noMap            = "none"
	defaultPatience  = 72 * time.Hour
	maxDocumentTime  = 366 * 24 * time.Hour
	x12SetLength     = 3
	maxDocumentTerms = 20 // of one set
)

var (
	setPattern         = regexp.MustCompile(`^(?:[0-9A-Z]{3}|[A-Z]{6})$`)
	selectorPattern    = regexp.MustCompile(`^[0-9A-Z]{2,12}$`)
	associationPattern = regexp.MustCompile(`^[0-9A-Z]{1,6}$`)
)

// standardOf tells the standard by the shape of a set's name.
func standardOf(set string) string {
	if len(set) == x12SetLength {
		return StandardX12
	}
	return StandardEDIFACT
}

// received reads the documents a partner sends. Of those that are the
// tenant's default, sets of a standard that the partner does not speak are
// left out.
func (l *loader) received(n node, a *Agreement, byDefault bool) {
	a.Receive = map[string][]DocumentTerms{}
	n.members(func(set string, n node) {
		if byDefault && !a.Speaks(standardOf(set)) {
			return
		}
		l.checkSet(n, set, a)
		list := n.elements()
		if len(list) == 0 || len(list) > maxDocumentTerms {
			n.fail("must be the terms of a document, or a list of 1 to %d", maxDocumentTerms)
			return
		}
		for i, e := range list {
			d := l.receivedTerms(e, set, a)
			if d.Release == "" && d.Application == "" && d.Association == "" && i < len(list)-1 {
				e.fail("means every %s, so that what follows is never looked at: put it last", set)
			}
			a.Receive[set] = append(a.Receive[set], d)
		}
	})
}

// sent reads the documents we send, as received does.
func (l *loader) sent(n node, a *Agreement, byDefault bool) {
	a.Send = map[string]*DocumentTerms{}
	n.members(func(set string, n node) {
		if byDefault && !a.Speaks(standardOf(set)) {
			return
		}
		l.checkSet(n, set, a)
		a.Send[set] = l.sentTerms(n, set, a)
	})
}

func (l *loader) checkSet(n node, set string, a *Agreement) {
	switch {
	case !setPattern.MatchString(set):
		n.fail("%q is not a transaction set or message type, such as 850 or ORDERS", set)
	case !a.Speaks(standardOf(set)):
		n.fail("is of %s, for which the partner has no terms", standardOf(set))
	}
}

// Speaks reports whether a standard is agreed with the partner.
func (a *Agreement) Speaks(standard string) bool {
	if standard == StandardX12 {
		return a.X12.Spoken()
	}
	return a.EDIFACT.Spoken()
}

// validation is what a document of a standard is checked by if its own terms
// say nothing.
func (a *Agreement) validation(standard string) Validation {
	if standard == StandardX12 {
		return a.X12.Validate
	}
	return a.EDIFACT.Validate
}

func (l *loader) receivedTerms(n node, set string, a *Agreement) DocumentTerms {
	d := DocumentTerms{Standard: standardOf(set), Set: set, Repeat: RepeatReject, Patience: defaultPatience}
	d.Validate = a.validation(d.Standard)
	var patches node
	known := l.documentFields(&d, &patches)
	known["release"] = func(n node) {
		d.Release = n.matching(selectorPattern, "the beginning of a release, such as 004010 or D96A")
	}
	known["application"] = func(n node) { d.Application = applicationID(n, maxEDIFACTID) }
	known["repeat"] = func(n node) { d.Repeat = choice(n, RepeatReject, RepeatReplace, RepeatHold) }
	known["patience"] = func(n node) { d.Patience = n.duration(0, maxDocumentTime) }
	if d.Standard == StandardEDIFACT {
		known["association"] = func(n node) {
			d.Association = n.matching(associationPattern, "an association code, such as EAN008")
		}
	}
	n.fields(known, "map")
	if len(d.Patches) > 0 {
		d.checkPatches(patches)
	}
	return d
}

func (l *loader) sentTerms(n node, set string, a *Agreement) *DocumentTerms {
	d := &DocumentTerms{Standard: standardOf(set), Set: set}
	d.Validate = a.validation(d.Standard)
	var patches node
	known := l.documentFields(d, &patches)
	if d.Standard == StandardX12 {
		send := a.X12.Send
		d.X12 = &send
		known["envelope"] = func(n node) { send.read(n, d.envelopeFields(send.fields(l))) }
	} else {
		send := a.EDIFACT.Send
		d.EDIFACT = &send
		known["envelope"] = func(n node) { send.read(n, d.envelopeFields(send.fields(l))) }
	}
	n.fields(known, "map")
	if len(d.Patches) > 0 {
		d.checkPatches(patches)
	}
	return d
}

// envelopeFields leaves out of the fields of an envelope what one document
// cannot have for itself: control numbers are drawn for all of them.
func (d *DocumentTerms) envelopeFields(known map[string]func(node)) map[string]func(node) {
	for _, shared := range []string{"numbers", "groupNumbers", "setNumbers", "setsRunOn"} {
		delete(known, shared)
	}
	return known
}

// documentFields are the fields of both directions. patches becomes the node
// of the patches: they are tried once the release is known.
func (l *loader) documentFields(d *DocumentTerms, patches *node) map[string]func(node) {
	return map[string]func(node){
		"map": func(n node) {
			if d.Map = n.text(); d.Map == noMap {
				d.Map = ""
				return
			}
			doc, ok := l.catalog.documents[d.Map]
			switch {
			case d.Map == "":
			case !ok:
				n.fail("there is no documents/%s.jsonc", d.Map)
			case doc.set != d.Set:
				n.fail("the map %s reads the set %s", d.Map, doc.set)
			}
		},
		"validate": func(n node) { d.Validate.read(n) },
		"grammar": func(n node) {
			d.Grammar = n.matching(selectorPattern, "a release, such as 004010 or D96A")
		},
		"patches": func(n node) { d.patches(n); *patches = n },
		"answers": func(n node) { d.Answers = n.answers(d.Standard) },
	}
}
