package mappings

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// guestFile is the one partner file whose identities may be wildcards; names
// made for guests begin with guestPrefix.
const (
	guestFile   = "guest"
	guestPrefix = guestFile + "-"
)

const (
	maxDuplicateDays    = 365
	lastControlNumber   = 999999999 // nine digits: ISA13
	defaultISA12        = "00401"
	defaultGS08         = "004010"
	defaultDuplicateDay = 30
)

var (
	qualifierPattern = regexp.MustCompile(`^[A-Z0-9]{2}$`)
	setPattern       = regexp.MustCompile(`^[A-Z0-9]{3,6}$`)
	isa12Pattern     = regexp.MustCompile(`^[0-9]{5}$`)
	gs08Pattern      = regexp.MustCompile(`^[0-9A-Z]{6,12}$`)
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
		X12: X12Terms{
			Ours: t.ours, Errors: RejectSet,
			Acknowledge: Acknowledge{Functional: Functional997, Interchange: TA1Requested, AcceptedSets: true},
			Duplicates:  Duplicates{InterchangeDays: defaultDuplicateDay},
			Send: X12Send{
				Element: "*", Component: ">", Segment: "~", Repetition: "^", LineEnd: "\n",
				Control: defaultISA12, Release: defaultGS08, Numbers: NumberRange{1, lastControlNumber},
			},
		},
		Documents: map[string]DocumentTerms{},
	}}
	root.fields(map[string]func(node){
		"name":   func(n node) { p.Name = n.text() },
		"status": func(n node) { p.Status = Status(n.oneOf(string(Testing), string(Live), string(Suspended))) },
		"x12":    func(n node) { p.x12(n) },
		"documents": func(n node) {
			n.members(func(set string, n node) {
				if !setPattern.MatchString(set) {
					n.fail("%q is not a transaction set or message type", set)
				}
				p.Documents[set] = l.documentTerms(set, n)
			})
		},
	}, "name", "x12", "documents")
	p.complete(root)
	l.enlist(t, p, root)
}

// x12 reads the terms of X12 over the defaults.
func (p *partnerFile) x12(n node) {
	x := &p.X12
	n.fields(map[string]func(node){
		"theirs": func(n node) { x.Theirs = identities(n, p.Guest) },
		"ours":   func(n node) { x.Ours = identities(n, p.Guest) },
		"errors": func(n node) {
			x.Errors = ErrorMode(n.oneOf(string(RejectSet), string(RejectInterchange), string(NoteErrors)))
		},
		"acknowledge": func(n node) {
			n.fields(map[string]func(node){
				"functional": func(n node) {
					x.Acknowledge.Functional = Functional(n.oneOf(string(Functional997), string(FunctionalNone)))
				},
				"ta1": func(n node) {
					x.Acknowledge.Interchange = Interchange(n.oneOf(string(TA1Requested), string(TA1Always), string(TA1Never)))
				},
				"acceptedSets": func(n node) { x.Acknowledge.AcceptedSets = n.flag() },
			})
		},
		"duplicates": func(n node) {
			n.fields(map[string]func(node){
				"interchangeDays": func(n node) { x.Duplicates.InterchangeDays = int(n.number(0, maxDuplicateDays)) },
			})
		},
		"send": func(n node) { x.Send.read(n) },
	}, "theirs")
}

// read reads the outbound envelope over the defaults.
func (s *X12Send) read(n node) {
	n.fields(map[string]func(node){
		"element":       func(n node) { s.Element = delimiter(n) },
		"component":     func(n node) { s.Component = delimiter(n) },
		"segment":       func(n node) { s.Segment = delimiter(n) },
		"repetition":    func(n node) { s.Repetition = delimiter(n) },
		"lineEnd":       func(n node) { s.LineEnd = lineEnds()[n.oneOf("none", "lf", "crlf")] },
		"control":       func(n node) { s.Control = n.matching(isa12Pattern, "a version of the control segments, such as 00401") },
		"release":       func(n node) { s.Release = n.matching(gs08Pattern, "a release, such as 004010") },
		"usage":         func(n node) { s.Usage = n.oneOf("P", "T") },
		"requestTA1":    func(n node) { s.RequestTA1 = n.flag() },
		"groupSender":   func(n node) { s.GroupSender = applicationID(n) },
		"groupReceiver": func(n node) { s.GroupReceiver = applicationID(n) },
		"numbers": func(n node) {
			n.fields(map[string]func(node){
				"first": func(n node) { s.Numbers.First = n.number(1, lastControlNumber) },
				"last":  func(n node) { s.Numbers.Last = n.number(1, lastControlNumber) },
			})
			if s.Numbers.First > s.Numbers.Last {
				n.fail("first %d is after last %d", s.Numbers.First, s.Numbers.Last)
			}
		},
	})
	used := []string{s.Element, s.Component, s.Segment, s.Repetition}
	slices.Sort(used)
	if len(slices.Compact(used)) < 4 {
		n.fail("two delimiters are the same byte")
	}
}

func lineEnds() map[string]string { return map[string]string{"none": "", "lf": "\n", "crlf": "\r\n"} }

func delimiter(n node) string {
	s := n.text()
	if len(s) != 1 || s >= "0" && s <= "9" || s >= "A" && s <= "Z" || s >= "a" && s <= "z" || s == " " || s >= "\x7f" {
		n.fail("%q is not one ASCII byte other than a letter, a digit or a space", s)
	}
	return s
}

func applicationID(n node) string {
	s := n.text()
	if len(s) > 15 || !printable(s) {
		n.fail("%q is not 1 to 15 printable characters", s)
	}
	return s
}

func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

// identities reads one identity or a list of them.
func identities(n node, guest bool) []Identity {
	var list []Identity
	for _, e := range n.elements() {
		var i Identity
		e.fields(map[string]func(node){
			"qualifier": func(n node) {
				if i.Qualifier = n.text(); i.Qualifier != wildcard {
					n.matching(qualifierPattern, "a qualifier of two capitals or digits")
				}
			},
			"id": func(n node) {
				i.ID = n.text()
				if len(i.ID) > 15 || !printable(i.ID) || strings.TrimSpace(i.ID) != i.ID {
					n.fail("%q is not 1 to 15 printable characters without the spaces that pad it", i.ID)
				}
			},
		}, "qualifier", "id")
		switch {
		case (i.Qualifier == wildcard) != (i.ID == wildcard):
			e.fail("a wildcard stands for qualifier and id or for neither")
		case i.any() && !guest:
			e.fail("a wildcard may stand only in %s.jsonc", guestFile)
		case slices.Contains(list, i):
			e.fail("stands twice")
		}
		list = append(list, i)
	}
	if len(list) == 0 {
		n.fail("must name at least one identity")
	}
	return list
}

func (l *loader) documentTerms(set string, n node) DocumentTerms {
	d := DocumentTerms{Repeat: RepeatReject}
	n.fields(map[string]func(node){
		"map": func(n node) {
			d.Map = n.text()
			doc, ok := l.catalog.documents[d.Map]
			switch {
			case d.Map == "":
			case !ok:
				n.fail("there is no documents/%s.jsonc", d.Map)
			case doc.set != set:
				n.fail("the map %s reads the set %s", d.Map, doc.set)
			}
		},
		"repeat": func(n node) {
			d.Repeat = Repeat(n.oneOf(string(RepeatReject), string(RepeatReplace), string(RepeatHold)))
		},
	}, "map")
	return d
}

// complete fills what the file left out from what it says.
func (p *partnerFile) complete(root node) {
	x := &p.X12
	if len(x.Ours) == 0 {
		root.src.fail(root.value.StartOffset, "x12.ours", "missing here and in tenant.jsonc")
		return
	}
	if len(x.Theirs) == 0 {
		return
	}
	if x.Send.Usage == "" {
		x.Send.Usage = "P"
		if p.Status == Testing {
			x.Send.Usage = "T"
		}
	}
	if x.Send.GroupSender == "" && !x.Ours[0].any() {
		x.Send.GroupSender = x.Ours[0].ID
	}
	if x.Send.GroupReceiver == "" && !x.Theirs[0].any() {
		x.Send.GroupReceiver = x.Theirs[0].ID
	}
}

// enlist adds the partner to its tenant, refusing an identity that another
// partner has: a sender must mean one partner only.
func (l *loader) enlist(t *Tenant, p *partnerFile, root node) {
	t.partners[p.file] = p
	for _, i := range p.X12.Theirs {
		if i.any() {
			t.guest = p
			continue
		}
		if other := t.senders[i]; other != nil {
			root.src.fail(root.value.StartOffset, "x12.theirs", "%s:%s is partner %q already", i.Qualifier, i.ID, other.file)
			continue
		}
		t.senders[i] = p
	}
	version, err := contentVersion(p.Agreement)
	if err != nil {
		root.fail("%v", err)
	}
	p.Version = version
}
