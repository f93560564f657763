package mappings

import (
	"fmt"
	"slices"
	"time"
)

// Effect is what becomes of a document that a partner sent.
type Effect string

const (
	EffectKeep  Effect = "keep"  // it is kept as it is, and that is all
	EffectERP   Effect = "erp"   // and brought to the tenant's ERP
	EffectFeed  Effect = "feed"  // its lines become a file that is taken in by itself
	EffectMatch Effect = "match" // it is said of something we sent
)

// Flow is what becomes of the documents of a noun.
type Flow struct {
	Effect Effect
	After  string // noun of the document that it names and that must be done before it; empty: none
	Ours   bool   // that is one we sent
}

// After is what a document that names another waits for.
type After struct {
	Noun     string // empty: it waits for nothing
	Ours     bool   // one we sent, else one the partner sent
	Patience time.Duration
}

const flowFile = "documents/flow.jsonc"

// flow loads documents/flow.jsonc.
func (l *loader) flow(src *source) {
	root, ok := parse(src)
	if !ok {
		return
	}
	root.fields(map[string]func(node){
		"nouns": func(n node) {
			n.members(func(noun string, n node) {
				f := Flow{Effect: EffectKeep}
				n.fields(map[string]func(node){
					"effect": func(n node) { f.Effect = choice(n, EffectKeep, EffectERP, EffectFeed, EffectMatch) },
					"after":  func(n node) { f.After = n.matching(wordPattern, "a noun") },
					"ours":   func(n node) { f.Ours = n.flag() },
				}, "effect")
				l.catalog.flows[noun] = f
			})
		},
		"answers": func(n node) {
			n.members(func(set string, n node) {
				l.catalog.answers[set] = n.answers(standardOf(set))
			})
		},
	}, "nouns")
}

// answers reads a table of sets with the time each is due in.
func (n node) answers(standard string) []Answer {
	all := []Answer{}
	n.members(func(set string, n node) {
		if !setPattern.MatchString(set) || standardOf(set) != standard {
			n.fail("%q is not a document of %s", set, standard)
		}
		all = append(all, Answer{set, n.duration(0, maxDocumentTime)})
	})
	return all
}

// Flow returns what becomes of a received document of a noun.
func (c *Catalog) Flow(noun string) Flow {
	if f, ok := c.flows[noun]; ok {
		return f
	}
	return Flow{Effect: EffectKeep}
}

// After returns what a document of a set and noun that came from a partner
// waits for: the document it names, if those are exchanged with the partner.
func (c *Catalog) After(tenant, partner, set, noun string) After {
	f := c.Flow(noun)
	a, ok := c.Partner(tenant, partner)
	if f.After == "" || !ok || len(a.Receive[set]) == 0 || !c.exchanges(a, f.After, f.Ours) {
		return After{}
	}
	return After{f.After, f.Ours, a.Receive[set][0].Patience}
}

// exchanges reports whether documents of a noun are agreed: ours, or the
// partner's.
func (c *Catalog) exchanges(a *Agreement, noun string, ours bool) bool {
	of := func(d *DocumentTerms) bool {
		doc := c.documents[d.Map]
		return doc != nil && doc.noun == noun
	}
	if ours {
		for _, d := range a.Send {
			if of(d) {
				return true
			}
		}
		return false
	}
	for _, list := range a.Receive {
		if slices.ContainsFunc(list, func(d DocumentTerms) bool { return of(&d) }) {
			return true
		}
	}
	return false
}

// Answers returns the documents that are owed for one, and by when: those of
// its own terms, else those its kind asks for, as far as the agreement has
// them. Received says that the partner sent it, and we owe them.
func (c *Catalog) Answers(a *Agreement, d *DocumentTerms, received bool) []Answer {
	if d.Answers != nil {
		return d.Answers
	}
	return slices.DeleteFunc(slices.Clone(c.answers[d.Set]), func(one Answer) bool {
		_, sent := a.Send[one.Set]
		_, taken := a.Receive[one.Set]
		return received && !sent || !received && !taken
	})
}

// Sending finds the document of a noun that is agreed to be sent, of a standard
// and as a set if they are said; ok is false if there is none, or more than one.
func (c *Catalog) Sending(a *Agreement, noun, standard, set string) (d *DocumentTerms, ok bool) {
	for _, terms := range a.Send {
		doc := c.documents[terms.Map]
		if doc == nil || doc.noun != noun || standard != "" && terms.Standard != standard || set != "" && terms.Set != set {
			continue
		}
		if d != nil {
			return nil, false
		}
		d = terms
	}
	return d, d != nil
}

// Outgoing is how a document leaves for a partner.
type Outgoing struct {
	Standard string
	Set      string
	Channel  string
	Test     bool // the partner is testing
}

// Outgoing finds how a document of a noun leaves for a partner of a tenant,
// of a standard and as a set if they are said. The error says what is not agreed.
func (c *Catalog) Outgoing(tenant, partner, noun, standard, set string) (Outgoing, error) {
	a, ok := c.Partner(tenant, partner)
	switch {
	case !ok:
		return Outgoing{}, fmt.Errorf("tenant %s has no partner %q", tenant, partner)
	case a.Status == Suspended:
		return Outgoing{}, fmt.Errorf("the partner %s is suspended", partner)
	case a.Channel == "":
		return Outgoing{}, fmt.Errorf("the partner %s has no channel to send by", partner)
	}
	terms, ok := c.Sending(a, noun, standard, set)
	if !ok {
		return Outgoing{}, fmt.Errorf("it is not agreed with %s, or not as one document alone, how a document of the noun %q is sent", partner, noun)
	}
	return Outgoing{terms.Standard, terms.Set, a.Channel, a.Status == Testing}, nil
}
