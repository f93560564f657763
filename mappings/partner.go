package mappings

import (
	"path"
	"slices"
	"strings"
)

// guestFile is the one partner file whose identities may be wildcards; names
// made for guests begin with guestPrefix.
const (
	guestFile   = "guest"
	guestPrefix = guestFile + "-"
)

// partner loads partners/<tenant>/<partner>.jsonc.
func (l *loader) partner(src *source) {
	root, ok := parse(src)
	if !ok {
		return
	}
	name := stem(src.name)
	tenant := path.Base(path.Dir(src.name))
	t := l.catalog.tenants[tenant]
	if t == nil {
		root.fail("partners/%s/tenant.jsonc is missing or broken", tenant)
		return
	}
	if !identifier.MatchString(name) {
		root.fail("the file name %q is not %s", name, identifierWords)
	}
	if strings.HasPrefix(name, guestPrefix) {
		root.fail("the file name %q begins as the name of a guest does", name)
	}
	p := &partnerFile{file: name, Agreement: Agreement{
		Tenant: tenant, Partner: name, Guest: name == guestFile, Status: Live,
		Channel: t.channelOf(name), X12: t.x12, EDIFACT: t.edifact,
	}}
	// The terms of documents build on those of their standard, wherever in the
	// file each stands.
	receive, send := t.receive, t.send
	root.fields(map[string]func(node){
		"name":    func(n node) { p.Name = n.text() },
		"status":  func(n node) { p.Status = choice(n, Testing, Live, Suspended) },
		"channel": func(n node) { p.channel(n, t) },
		"x12":     func(n node) { p.X12.read(l, n, p.Guest, false) },
		"edifact": func(n node) { p.EDIFACT.read(l, n, p.Guest, false) },
		"receive": func(n node) { receive = &n },
		"send":    func(n node) { send = &n },
	}, "name")
	p.complete(root)
	p.Receive, p.Send = map[string][]DocumentTerms{}, map[string]*DocumentTerms{}
	if receive != nil {
		l.received(receive.of(src), &p.Agreement, receive.src != src)
	}
	if send != nil {
		l.sent(send.of(src), &p.Agreement, send.src != src)
	}
	if len(p.Receive)+len(p.Send) == 0 {
		root.fail("no document is agreed: receive and send say nothing")
	}
	l.enlist(t, p, root)
}

// of returns the node to be decoded for a partner: a default of the tenant is
// decoded again for each, and its faults were told when the tenant was loaded.
func (n node) of(src *source) node {
	if n.src != src {
		n.src = &source{name: n.src.name, text: n.src.text}
	}
	return n
}

// channel reads which of its channels a partner is answered on.
func (p *partnerFile) channel(n node, t *Tenant) {
	name := n.text()
	if ch, ok := t.Channels[name]; ok && slices.Contains(ch.Partners, p.file) {
		p.Channel = name
	} else if name != "" {
		n.fail("tenant.jsonc names %s on no channel %q", p.file, name)
	}
}

// complete fills what the file left out from what it says.
func (p *partnerFile) complete(root node) {
	if !p.X12.Spoken() && !p.EDIFACT.Spoken() {
		root.src.fail(root.value.StartOffset, "", "a partner needs x12 or edifact, with theirs")
		return
	}
	usage := "P"
	if p.Status == Testing {
		usage = "T"
	}
	missing := func(standard string) {
		root.src.fail(root.value.StartOffset, standard+".ours", "missing here and in tenant.jsonc")
	}
	if x := &p.X12; !x.Spoken() {
		*x = X12Terms{}
	} else if len(x.Ours) == 0 {
		missing(StandardX12)
	} else {
		x.Send.complete(usage, x.Ours[0], x.Theirs[0])
	}
	if e := &p.EDIFACT; !e.Spoken() {
		*e = EDIFACTTerms{}
	} else if len(e.Ours) == 0 {
		missing(StandardEDIFACT)
	} else if e.Send.Usage == "" {
		e.Send.Usage = usage
	}
}

func (s *X12Send) complete(usage string, ours, theirs Identity) {
	if s.Usage == "" {
		s.Usage = usage
	}
	if s.GroupSender == "" && !ours.any() {
		s.GroupSender = ours.ID
	}
	if s.GroupReceiver == "" && !theirs.any() {
		s.GroupReceiver = theirs.ID
	}
}

// enlist adds the partner to its tenant, refusing an identity that another
// partner has: a sender must mean one partner only.
func (l *loader) enlist(t *Tenant, p *partnerFile, root node) {
	t.partners[p.file] = p
	for standard, theirs := range map[string][]Identity{StandardX12: p.X12.Theirs, StandardEDIFACT: p.EDIFACT.Theirs} {
		for _, i := range theirs {
			if i.any() {
				t.guests[standard] = p
				continue
			}
			s := sender{standard, i}
			if other := t.senders[s]; other != nil {
				root.src.fail(root.value.StartOffset, standard+".theirs", "%s is partner %q already", i, other.file)
				continue
			}
			t.senders[s] = p
		}
	}
	version, err := contentVersion(p.Agreement)
	if err != nil {
		root.fail("%v", err)
	}
	p.Version = version
}
