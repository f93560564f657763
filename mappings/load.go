package mappings

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/tailscale/hujson"
)

// Options are what Load takes from its surroundings. The zero value works.
type Options struct {
	// Getenv resolves %NAME% in the URL of a tenant's ERP. Where it is nil
	// such names stay as they are, which suits whoever only checks files.
	Getenv func(string) string

	// Version is the name the catalogue is pinned by, if it has one.
	Version string
}

// Catalog is everything loaded, checked and cross-checked.
type Catalog struct {
	version   string
	tenants   map[string]*Tenant
	documents map[string]*Document
	erps      map[string]*ERPDescriptor
	flows     map[string]Flow     // by noun
	answers   map[string][]Answer // by set
}

// identifier is what tenants, channels and partners may be called: the names
// become folders, record ids and metric labels. It is what state.ValidTenant
// takes, the house aside.
var identifier = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$`)

const identifierWords = "a name of a-z, 0-9 and inner - with at most 32 characters"

// Load reads documents/, partners/ and erp/ of every file system; a file of a
// later one takes the place of the file with the same path in an earlier one.
// The error joins one *LoadError for each fault found.
func Load(o Options, fsys ...fs.FS) (*Catalog, error) {
	files, err := Files(fsys...)
	if err != nil {
		return nil, err
	}
	return LoadFiles(o, files)
}

// LoadFiles loads a catalogue of files by their paths, as Files gives them.
func LoadFiles(o Options, files map[string][]byte) (*Catalog, error) {
	files = maps.Clone(files)
	l := newLoader(o)
	// What others refer to comes first.
	for _, kind := range []struct {
		belongs func(string) bool
		load    func(*source)
	}{
		{isParts, l.partSchemas},
		{isSchema, l.schema},
		{isCodes, l.codeTables},
		{isFlow, l.flow},
		{isShared, l.fieldParts},
		{isMap, l.document},
		{isERP, l.erp},
		{isTenant, l.tenant},
		{isPartner, l.partner},
	} {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if kind.belongs(name) {
				src := &source{name: name, text: files[name]}
				kind.load(src)
				l.errs = append(l.errs, src.err())
				delete(files, name)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		l.errs = append(l.errs, &LoadError{File: name, Line: 1, Reason: "no file of this name is expected here"})
	}
	l.cross()
	if err := errors.Join(l.errs...); err != nil {
		return nil, err
	}
	return l.catalog, nil
}

type loader struct {
	options     Options
	catalog     *Catalog
	parts       map[string]node // of partsFile, by name
	partsText   []byte
	shapes      map[*hujson.Value]*shape         // of definitions
	schemas     map[string]*schema               // by noun
	codes       map[string]map[string]*codeTable // by standard, then table
	codesText   map[string][]byte
	shared      map[string]*sharedParts // by standard
	ingredients map[string]ingredient   // by name
	channel     []channelUse
	errs        []error
}

func newLoader(o Options) *loader {
	return &loader{
		options: o,
		catalog: &Catalog{version: o.Version, tenants: map[string]*Tenant{}, documents: map[string]*Document{}, erps: map[string]*ERPDescriptor{},
			flows: map[string]Flow{}, answers: map[string][]Answer{}},
		schemas: map[string]*schema{}, shapes: map[*hujson.Value]*shape{}, codes: map[string]map[string]*codeTable{}, codesText: map[string][]byte{}, shared: map[string]*sharedParts{}, ingredients: map[string]ingredient{},
	}
}

// channelUse is a partner named by a channel, to be looked up once all
// partners are loaded.
type channelUse struct {
	node   node
	tenant string
}

// Files reads what Load loads: the JSON files of documents/, partners/ and
// erp/, by path, those of a later file system over those of an earlier.
func Files(fsys ...fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, f := range fsys {
		for _, root := range []string{"documents", "partners", "erp"} {
			err := fs.WalkDir(f, root, func(name string, d fs.DirEntry, err error) error {
				if err != nil {
					if name == root && errors.Is(err, fs.ErrNotExist) {
						return nil
					}
					return err
				}
				if ext := path.Ext(name); d.IsDir() || ext != ".json" && ext != ".jsonc" {
					return nil
				}
				text, err := fs.ReadFile(f, name)
				files[name] = text
				return err
			})
			if err != nil {
				return nil, fmt.Errorf("read mappings: %w", err)
			}
		}
	}
	return files, nil
}

func isParts(name string) bool { return name == "documents/"+partsFile }

func isSchema(name string) bool {
	return path.Dir(name) == "documents" && strings.HasSuffix(name, ".schema.json") && !isParts(name)
}

func isCodes(name string) bool { return path.Dir(name) == "documents/codes" }

func isFlow(name string) bool { return name == flowFile }

func isMap(name string) bool {
	return path.Dir(path.Dir(name)) == "documents" && path.Ext(name) == ".jsonc"
}

func isERP(name string) bool { return path.Dir(name) == "erp" }

func isTenant(name string) bool {
	return path.Dir(path.Dir(name)) == "partners" && path.Base(name) == "tenant.jsonc"
}

func isPartner(name string) bool {
	return path.Dir(path.Dir(name)) == "partners" && path.Ext(name) == ".jsonc"
}

// stem is the file's name without folder and extension.
func stem(name string) string {
	base := path.Base(name)
	return strings.TrimSuffix(base, path.Ext(base))
}

// cross checks what files say of each other.
func (l *loader) cross() {
	for _, use := range l.channel {
		name := use.node.text()
		if t := l.catalog.tenants[use.tenant]; name != "" && t.partners[name] == nil {
			use.node.src.faults = nil
			use.node.fail("the tenant has no partner %q", name)
			l.errs = append(l.errs, use.node.src.err())
		}
	}
}

// Version is the name the catalogue was loaded as.
func (c *Catalog) Version() string { return c.version }

// Document returns a map by its name, such as "x12/850".
func (c *Catalog) Document(name string) (*Document, bool) {
	d, ok := c.documents[name]
	return d, ok
}

// Documents returns the names of all maps, sorted.
func (c *Catalog) Documents() []string { return slices.Sorted(maps.Keys(c.documents)) }

// ERP returns the descriptor of a kind of ERP, such as "rest".
func (c *Catalog) ERP(kind string) (*ERPDescriptor, bool) {
	e, ok := c.erps[kind]
	return e, ok
}

// Tenant returns a tenant by its id.
func (c *Catalog) Tenant(id string) (*Tenant, bool) {
	t, ok := c.tenants[id]
	return t, ok
}

// Tenants returns all tenants in the order of their ids.
func (c *Catalog) Tenants() []*Tenant {
	list := make([]*Tenant, 0, len(c.tenants))
	for _, id := range slices.Sorted(maps.Keys(c.tenants)) {
		list = append(list, c.tenants[id])
	}
	return list
}

// Channel returns a tenant's channel.
func (c *Catalog) Channel(tenant, channel string) (*Channel, bool) {
	t, ok := c.tenants[tenant]
	if !ok {
		return nil, false
	}
	ch, ok := t.Channels[channel]
	if !ok {
		return nil, false
	}
	return &ch, true
}
