package mappings

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// What Catalog.Agreement refuses a sender or receiver with.
var (
	ErrUnknownPartner  = errors.New("no partner of the tenant has this sender")
	ErrNotOnChannel    = errors.New("the partner may not use this channel")
	ErrUnknownReceiver = errors.New("the receiver is not this tenant")
)

// Party is the pair of identities an interchange names. Ids are compared
// without the spaces that pad them.
type Party struct {
	Standard          string // "x12"
	SenderQualifier   string
	SenderID          string
	ReceiverQualifier string
	ReceiverID        string
}

// Status is how far a partner has come.
type Status string

const (
	Testing   Status = "testing"   // judged, mapped and acknowledged as test; nothing reaches a production ERP
	Live      Status = "live"      // the normal case
	Suspended Status = "suspended" // nothing of the partner is accepted
)

// Agreement is what a tenant and one partner have settled, in full: what the
// partner's file leaves out is filled from the tenant and the defaults.
type Agreement struct {
	Tenant    string
	Partner   string // the id of the partner; for a guest derived from its identity
	Name      string
	Guest     bool
	Status    Status
	X12       X12Terms
	Documents map[string]DocumentTerms // by transaction set or message type, such as "850"
	// Version identifies the content: equal agreements have equal versions.
	// It does not cover the maps named, which have versions of their own.
	Version string
}

// DocumentTerms is what is done with one kind of document.
type DocumentTerms struct {
	Map    string // the name of a Document, such as "x12/850"
	Repeat Repeat // of a document whose key is known with other content
}

// Repeat is the rule for a key that comes again with different content. The
// same content again is a duplicate, whatever the rule.
type Repeat string

const (
	RepeatReject  Repeat = "reject"  // the document is rejected
	RepeatReplace Repeat = "replace" // the document becomes the next version
	RepeatHold    Repeat = "hold"    // an operator decides
)

// X12Terms are the settings of X12 envelopes and acknowledgements.
type X12Terms struct {
	Ours        []Identity // receivers that mean the tenant; the first one signs what we send
	Theirs      []Identity // senders that mean the partner; the first one is whom we address
	Errors      ErrorMode
	Acknowledge Acknowledge
	Duplicates  Duplicates
	Send        X12Send
}

// Identity is an interchange id with its qualifier. "*" for both is any
// identity, and stands only in a guest's file.
type Identity struct {
	Qualifier string `json:"qualifier"`
	ID        string `json:"id"`
}

const wildcard = "*"

func (i Identity) any() bool { return i.Qualifier == wildcard && i.ID == wildcard }

// ErrorMode is what an error within a set costs.
type ErrorMode string

const (
	RejectSet         ErrorMode = "reject-set"         // that set; the good ones go on
	RejectInterchange ErrorMode = "reject-interchange" // everything in the interchange
	NoteErrors        ErrorMode = "note"               // nothing where a document could still be built
)

// Acknowledge says which acknowledgements are sent.
type Acknowledge struct {
	Functional   Functional
	Interchange  Interchange
	AcceptedSets bool // list accepted sets in the 997 too, not the rejected alone
}

// Functional is the functional acknowledgement of a group.
type Functional string

const (
	Functional997  Functional = "997"
	FunctionalNone Functional = "none"
)

// Interchange says when a TA1 is sent.
type Interchange string

const (
	TA1Requested Interchange = "requested" // ISA14 asks for it, or the interchange is rejected
	TA1Always    Interchange = "always"
	TA1Never     Interchange = "never"
)

// Duplicates are the days a control number stays taken; 0 switches the check
// off.
type Duplicates struct {
	InterchangeDays int
}

// X12Send is the envelope of what we send.
type X12Send struct {
	Element, Component, Segment, Repetition string // one byte each; Repetition is used from 00402
	LineEnd                                 string // "", "\n" or "\r\n", after each segment terminator
	Control                                 string // ISA12, such as "00401"
	Release                                 string // GS08, such as "004010"
	Usage                                   string // ISA15: "P" or "T"
	RequestTA1                              bool   // ISA14 of documents; an acknowledgement never asks for one
	GroupSender, GroupReceiver              string // GS02, GS03
	Numbers                                 NumberRange
}

// NumberRange is where outbound control numbers are drawn from; after Last
// comes First again.
type NumberRange struct{ First, Last int64 }

// Agreement finds what a tenant has settled with the sender of an interchange
// that came on a channel. An identity that a partner's file names is that
// partner's and never a guest's. With ErrUnknownReceiver and ErrNotOnChannel
// the agreement is returned too, so that the rejection can follow its terms.
func (c *Catalog) Agreement(tenant, channel string, p Party) (*Agreement, error) {
	t, ok := c.tenants[tenant]
	if !ok {
		return nil, fmt.Errorf("agreement of tenant %q: %w", tenant, ErrUnknownPartner)
	}
	ch, ok := t.Channels[channel]
	if !ok {
		return nil, fmt.Errorf("agreement on channel %q: %w", channel, ErrNotOnChannel)
	}
	sender := Identity{strings.TrimRight(p.SenderQualifier, " "), strings.TrimRight(p.SenderID, " ")}
	receiver := Identity{strings.TrimRight(p.ReceiverQualifier, " "), strings.TrimRight(p.ReceiverID, " ")}
	a := t.partner(p.Standard, sender)
	if a == nil {
		return nil, fmt.Errorf("sender %s:%s: %w", sender.Qualifier, sender.ID, ErrUnknownPartner)
	}
	if !slices.Contains(ch.Partners, a.file) {
		if a.Guest { // a stranger on a channel that takes no guests
			return nil, fmt.Errorf("sender %s:%s: %w", sender.Qualifier, sender.ID, ErrUnknownPartner)
		}
		return &a.Agreement, fmt.Errorf("partner %q on channel %q: %w", a.Partner, channel, ErrNotOnChannel)
	}
	found := &a.Agreement
	if a.Guest {
		found = a.welcome(sender)
	}
	if !slices.ContainsFunc(found.X12.Ours, func(i Identity) bool { return i == receiver || i.any() }) {
		return found, fmt.Errorf("receiver %s:%s: %w", receiver.Qualifier, receiver.ID, ErrUnknownReceiver)
	}
	return found, nil
}

// partnerFile is an agreement as loaded, with the name channels know it by.
type partnerFile struct {
	Agreement
	file string
}

// partner returns whom the identity belongs to: a named partner, else the
// guest, else nil.
func (t *Tenant) partner(standard string, sender Identity) *partnerFile {
	if standard != "x12" {
		return nil
	}
	if p, ok := t.senders[sender]; ok {
		return p
	}
	return t.guest
}

// welcome makes the agreement of one guest. Its partner id holds qualifier and
// id, escaped so that no two identities share one: control numbers and order
// numbers of two guests must never meet.
func (p *partnerFile) welcome(sender Identity) *Agreement {
	a := p.Agreement
	a.Partner = guestPrefix + safeID(sender.Qualifier) + "-" + safeID(sender.ID)
	a.X12.Theirs = []Identity{sender}
	if a.X12.Send.GroupReceiver == "" {
		a.X12.Send.GroupReceiver = sender.ID
	}
	return &a
}

// safeID keeps letters and digits and writes any other byte as _XX.
func safeID(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "_%02X", c)
	}
	return b.String()
}

// contentVersion hashes a resolved value, so that comments and layout of its
// file do not make a new version.
func contentVersion(v any) (string, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("version of %T: %w", v, err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8]), nil
}
