package mappings

import (
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
)

// Tenant is a distributor served by this installation.
type Tenant struct {
	ID       string
	Name     string
	Shards   int // sessions its work is spread over
	ERP      ERP
	Channels map[string]Channel

	x12           X12Terms // what partners' files build on
	edifact       EDIFACTTerms
	receive, send *node                   // the documents of partners that name none
	partners      map[string]*partnerFile // by file name
	senders       map[sender]*partnerFile
	guests        map[string]*partnerFile // by standard
}

// channelOf returns the first channel, by name, that a partner may use.
func (t *Tenant) channelOf(partner string) string {
	for _, name := range slices.Sorted(maps.Keys(t.Channels)) {
		if slices.Contains(t.Channels[name].Partners, partner) {
			return name
		}
	}
	return ""
}

// ERP is where a tenant's orders go.
type ERP struct {
	Kind string // names an ERPDescriptor
	URL  string // the base its paths are appended to, without a slash at the end
}

// Channel is a way files come in by. Only one credential writes to it.
type Channel struct {
	Name     string
	Partners []string // ids of the partners that may use it, as their files are named
}

const (
	defaultShards = 1
	maxShards     = 64
)

var environmentName = regexp.MustCompile(`%([A-Za-z_][A-Za-z0-9_]*)%`)

// tenant loads partners/<tenant>/tenant.jsonc.
func (l *loader) tenant(src *source) {
	root, ok := parse(src)
	if !ok {
		return
	}
	t := &Tenant{
		ID: path.Base(path.Dir(src.name)), Shards: defaultShards,
		Channels: map[string]Channel{}, x12: defaultX12(), edifact: defaultEDIFACT(),
		partners: map[string]*partnerFile{}, senders: map[sender]*partnerFile{}, guests: map[string]*partnerFile{},
	}
	if !identifier.MatchString(t.ID) {
		root.fail("the folder %q is not %s", t.ID, identifierWords)
	}
	root.fields(map[string]func(node){
		"name":   func(n node) { t.Name = n.text() },
		"shards": func(n node) { t.Shards = int(n.number(1, maxShards)) },
		"erp":    func(n node) { t.ERP = l.tenantERP(n) },
		"channels": func(n node) {
			n.members(func(name string, n node) {
				if !identifier.MatchString(name) {
					n.fail("%q is not %s", name, identifierWords)
				}
				t.Channels[name] = l.tenantChannel(t.ID, name, n)
			})
		},
		"x12":     func(n node) { t.x12.read(l, n, false, true) },
		"edifact": func(n node) { t.edifact.read(l, n, false, true) },
		"receive": func(n node) { t.receive = &n },
		"send":    func(n node) { t.send = &n },
	}, "name", "erp", "channels")
	l.defaultDocuments(t)
	l.catalog.tenants[t.ID] = t
}

// defaultDocuments checks the documents of partners that name none.
func (l *loader) defaultDocuments(t *Tenant) {
	anyone := &Agreement{X12: t.x12, EDIFACT: t.edifact}
	anyone.X12.Theirs, anyone.EDIFACT.Theirs = []Identity{{}}, []Identity{{}}
	if t.receive != nil {
		l.received(*t.receive, anyone, true)
	}
	if t.send != nil {
		l.sent(*t.send, anyone, true)
	}
}

func (l *loader) tenantChannel(tenant, name string, n node) Channel {
	c := Channel{Name: name}
	n.fields(map[string]func(node){
		"partners": func(n node) {
			c.Partners = n.texts()
			for _, e := range n.elements() {
				if e.kind() == '"' {
					l.channel = append(l.channel, channelUse{e, tenant})
				}
			}
		},
	}, "partners")
	return c
}

func (l *loader) tenantERP(n node) ERP {
	var e ERP
	n.fields(map[string]func(node){
		"kind": func(n node) {
			e.Kind = n.text()
			if _, ok := l.catalog.erps[e.Kind]; e.Kind != "" && !ok {
				n.fail("there is no erp/%s.jsonc", e.Kind)
			}
		},
		"url": func(n node) { e.URL = l.resolve(n) },
	}, "kind", "url")
	return e
}

// resolve replaces %NAME% in a URL and checks what comes out.
func (l *loader) resolve(n node) string {
	text := n.text()
	if text == "" || l.options.Getenv == nil {
		return text
	}
	missing := false
	resolved := environmentName.ReplaceAllStringFunc(text, func(name string) string {
		value := l.options.Getenv(name[1 : len(name)-1])
		if value == "" {
			missing = true
			n.fail("the setting %s is empty", name[1:len(name)-1])
		}
		return value
	})
	if missing {
		return ""
	}
	u, err := url.Parse(resolved)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		n.fail("%q is not an http or https URL", resolved)
		return ""
	}
	for len(resolved) > 0 && resolved[len(resolved)-1] == '/' {
		resolved = resolved[:len(resolved)-1]
	}
	return resolved
}
