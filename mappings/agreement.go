package mappings

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
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
	Standard          string // "x12" or "edifact"
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
	Tenant  string                     `json:"tenant"`
	Partner string                     `json:"partner"` // the id of the partner; for a guest derived from its identity
	Name    string                     `json:"name"`
	Guest   bool                       `json:"guest"`
	Status  Status                     `json:"status"`
	Channel string                     `json:"channel"` // the one its documents leave by; empty: the partner has none
	X12     X12Terms                   `json:"x12"`
	EDIFACT EDIFACTTerms               `json:"edifact"`
	Receive map[string][]DocumentTerms `json:"receive"` // of documents the partner sends, by set; see Receives
	Send    map[string]*DocumentTerms  `json:"send"`    // of documents we send, by set; see Sends
	// Version identifies the content: equal agreements have equal versions.
	// It does not cover the maps named, which have versions of their own.
	Version string `json:"version"`
}

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
	from := sender{p.Standard, Identity{strings.TrimRight(p.SenderQualifier, " "), strings.TrimRight(p.SenderID, " ")}}
	receiver := Identity{strings.TrimRight(p.ReceiverQualifier, " "), strings.TrimRight(p.ReceiverID, " ")}
	a := t.partner(from)
	if a == nil {
		return nil, fmt.Errorf("sender %s: %w", from, ErrUnknownPartner)
	}
	if !slices.Contains(ch.Partners, a.file) {
		if a.Guest { // a stranger on a channel that takes no guests
			return nil, fmt.Errorf("sender %s: %w", from, ErrUnknownPartner)
		}
		return &a.Agreement, fmt.Errorf("partner %q on channel %q: %w", a.Partner, channel, ErrNotOnChannel)
	}
	found := &a.Agreement
	if a.Guest {
		found = a.welcome(from)
	}
	if !slices.ContainsFunc(found.ours(p.Standard), func(i Identity) bool { return i == receiver || i.any() }) {
		return found, fmt.Errorf("receiver %s: %w", receiver, ErrUnknownReceiver)
	}
	return found, nil
}

func (a *Agreement) ours(standard string) []Identity {
	if standard == StandardEDIFACT {
		return a.EDIFACT.Ours
	}
	return a.X12.Ours
}

// partnerFile is an agreement as loaded, with the name channels know it by.
type partnerFile struct {
	Agreement
	file string
}

// sender is who sends in one standard.
type sender struct {
	standard string
	Identity
}

// partner returns whom the identity belongs to: a named partner, else the
// guest, else nil.
func (t *Tenant) partner(s sender) *partnerFile {
	if p, ok := t.senders[s]; ok {
		return p
	}
	return t.guests[s.standard]
}

// welcome makes the agreement of one guest. Its partner id holds qualifier and
// id, escaped so that no two identities share one: control numbers and order
// numbers of two guests must never meet.
func (p *partnerFile) welcome(s sender) *Agreement {
	a := p.Agreement
	a.Partner = guestPrefix + safeID(s.Qualifier) + "-" + safeID(s.ID)
	theirs := []Identity{s.Identity}
	if s.standard == StandardEDIFACT {
		a.Partner = guestPrefix + StandardEDIFACT + "-" + safeID(s.Qualifier) + "-" + safeID(s.ID)
		a.EDIFACT.Theirs, a.X12 = theirs, X12Terms{}
		return &a
	}
	a.X12.Theirs, a.EDIFACT = theirs, EDIFACTTerms{}
	a.X12.Send.complete("", a.X12.Ours[0], s.Identity)
	a.Send = make(map[string]*DocumentTerms, len(p.Send))
	for set, d := range p.Send {
		if d.X12 != nil {
			own, send := *d, *d.X12
			send.complete("", a.X12.Ours[0], s.Identity)
			own.X12 = &send
			d = &own
		}
		a.Send[set] = d
	}
	return &a
}

// guestOf returns the identity a guest's partner id was made of.
func guestOf(partner string) (s sender, ok bool) {
	rest, ok := strings.CutPrefix(partner, guestPrefix)
	if !ok {
		return s, false
	}
	s.standard = StandardX12
	if after, found := strings.CutPrefix(rest, StandardEDIFACT+"-"); found {
		s.standard, rest = StandardEDIFACT, after
	}
	qualifier, id, ok := strings.Cut(rest, "-")
	s.Identity = Identity{unsafeID(qualifier), unsafeID(id)}
	return s, ok && s.ID != ""
}

// Partner returns what a tenant has settled with a partner, by the id that
// Agreement gives; a guest has one as well.
func (c *Catalog) Partner(tenant, partner string) (*Agreement, bool) {
	t, ok := c.tenants[tenant]
	if !ok {
		return nil, false
	}
	if p, ok := t.partners[partner]; ok && !p.Guest {
		return &p.Agreement, true
	}
	s, ok := guestOf(partner)
	if !ok || t.senders[s] != nil {
		return nil, false
	}
	p := t.guests[s.standard]
	if p == nil {
		return nil, false
	}
	return p.welcome(s), true
}

// Partners returns the agreements of a tenant in the order of their ids; that
// of guests stands for all of them.
func (c *Catalog) Partners(tenant string) []*Agreement {
	t, ok := c.tenants[tenant]
	if !ok {
		return nil
	}
	list := make([]*Agreement, 0, len(t.partners))
	for _, name := range slices.Sorted(maps.Keys(t.partners)) {
		list = append(list, &t.partners[name].Agreement)
	}
	return list
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

// unsafeID undoes safeID.
func unsafeID(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '_' && i+2 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
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
