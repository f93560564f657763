package partners

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

const (
	// refreshAfter is how old what is known of the head may be before it is
	// asked for again; staleAfter is the promise: beyond it no catalogue is
	// given rather than an old one.
	refreshAfter = 30 * time.Second
	staleAfter   = 60 * time.Second

	// maxPinned bounds the catalogues kept for what was decided earlier.
	maxPinned = 8
)

// Shipped is version 0 of the catalogue: what a program brings with it. It is
// immutable, and any number of Catalogs may lie over it.
type Shipped struct {
	options mappings.Options
	files   map[string][]byte
	bundle  []byte // of files, as it is kept
	base    string // hash of bundle
	catalog *mappings.Catalog
}

// Ship loads what is shipped in layers, a later one over an earlier.
func Ship(o mappings.Options, layers ...fs.FS) (*Shipped, error) {
	files, err := mappings.Files(layers...)
	if err != nil {
		return nil, err
	}
	s := &Shipped{options: o, files: files}
	if s.bundle, err = json.Marshal(files); err != nil {
		return nil, fmt.Errorf("ship: %w", err)
	}
	s.base = hash(s.bundle)
	s.catalog, err = s.load(files, 0, s.base)
	return s, err
}

// Catalog returns the catalogue as shipped.
func (s *Shipped) Catalog() *mappings.Catalog { return s.catalog }

func (s *Shipped) load(files map[string][]byte, version int, base string) (*mappings.Catalog, error) {
	o := s.options
	o.Version = name(version, base)
	return mappings.LoadFiles(o, files)
}

// Catalogs gives the catalogue in force, and earlier ones by version. What is
// published is laid over what the program ships. It is safe for concurrent
// use.
//
// A version names both: "7.1f0c…" is the seventh publication over the files
// shipped that have this hash. So a verdict can be applied by what judged it,
// also after a deployment brought other files.
type Catalogs struct {
	shipped *Shipped
	store   *state.Store

	turn    chan struct{} // full while somebody asks state; guards what follows, but for now
	kept    bool          // what is shipped is kept in state, so that its hash means something to others
	pinned  map[string]*mappings.Catalog
	bodies  map[string][]byte // of the files in force, by hash
	current sync.RWMutex      // guards now
	now     snapshot
}

// snapshot is the catalogue in force as far as this process knows.
type snapshot struct {
	catalog *mappings.Catalog
	version int // publication
	checked time.Time
}

// New returns the catalogues over what is shipped. It asks nothing of state
// yet.
func New(store *state.Store, shipped *Shipped) *Catalogs {
	return &Catalogs{
		shipped: shipped, store: store, turn: make(chan struct{}, 1), now: snapshot{catalog: shipped.catalog},
		pinned: map[string]*mappings.Catalog{name(0, shipped.base): shipped.catalog}, bodies: map[string][]byte{},
	}
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// baseLength is how much of the hash of shipped files a version bears.
const baseLength = 16

// name is the version a catalogue is pinned by.
func name(version int, base string) string {
	return strconv.Itoa(version) + "." + base[:baseLength]
}

// Latest returns the catalogue in force as this process knows it, without
// asking. Whoever calls it sees to it that Catalog was called before.
func (c *Catalogs) Latest() *mappings.Catalog { return c.snapshot().catalog }

func (c *Catalogs) snapshot() snapshot {
	c.current.RLock()
	defer c.current.RUnlock()
	return c.now
}

// Catalog returns the catalogue in force, at most a minute old. The head is
// asked for every half a minute by one caller, while others go on with what
// is known.
func (c *Catalogs) Catalog(ctx context.Context) (*mappings.Catalog, error) {
	now := c.store.Now()
	s := c.snapshot()
	switch age := now.Sub(s.checked); {
	case age < refreshAfter:
		return s.catalog, nil
	case age < staleAfter:
		select {
		case c.turn <- struct{}{}:
		default: // another asks
			return s.catalog, nil
		}
	default:
		if err := c.enter(ctx); err != nil {
			return nil, err
		}
	}
	defer c.leave()
	if s = c.snapshot(); now.Sub(s.checked) < refreshAfter {
		return s.catalog, nil // another did it meanwhile
	}
	err := c.refresh(ctx)
	if s = c.snapshot(); err != nil && now.Sub(s.checked) >= staleAfter {
		return nil, err
	}
	return s.catalog, nil
}

// enter waits for the turn to ask state, as long as ctx lets it.
func (c *Catalogs) enter(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *Catalogs) leave() { <-c.turn }

// refresh asks for the head and loads what it names. It is called in
// turn.
func (c *Catalogs) refresh(ctx context.Context) error {
	at := c.store.Now() // before the head is read: it may change at once
	if err := c.keepShipped(ctx); err != nil {
		return err
	}
	v, _, err := c.head(ctx)
	if err != nil {
		return err
	}
	s := c.snapshot()
	if v.Number < s.version { // numbers only rise: a replica that lags answered
		v.Number = s.version
	}
	if s.version != v.Number || s.checked.IsZero() {
		if s.catalog, err = c.at(ctx, v.Number, c.shipped.base); err != nil {
			return err
		}
	}
	c.set(snapshot{s.catalog, v.Number, at})
	return nil
}

func (c *Catalogs) set(s snapshot) {
	c.current.Lock()
	defer c.current.Unlock()
	c.now = s
}

// CatalogAt returns the catalogue of a version, as mappings.Catalog.Version
// gives it.
func (c *Catalogs) CatalogAt(ctx context.Context, version string) (*mappings.Catalog, error) {
	if s := c.snapshot(); s.catalog.Version() == version {
		return s.catalog, nil
	}
	number, base, ok := strings.Cut(version, ".")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n < 0 || len(base) != baseLength {
		return nil, fmt.Errorf("catalogue %q: %w", version, state.ErrInvalid)
	}
	if err := c.enter(ctx); err != nil {
		return nil, err
	}
	defer c.leave()
	return c.at(ctx, n, base)
}

// at loads a catalogue, or takes one that was loaded. It is called in
// turn.
func (c *Catalogs) at(ctx context.Context, n int, base string) (*mappings.Catalog, error) {
	key := name(n, base)
	if found, ok := c.pinned[key]; ok {
		return found, nil
	}
	files, err := c.shippedAs(ctx, base)
	if err != nil {
		return nil, err
	}
	published, err := c.published(ctx, n)
	if err != nil {
		return nil, err
	}
	files = maps.Clone(files)
	lay(files, published)
	found, err := c.shipped.load(files, n, base)
	if err != nil {
		return nil, fmt.Errorf("catalogue %s: %w", key, err)
	}
	if len(c.pinned) >= maxPinned {
		clear(c.pinned)
	}
	c.pinned[key] = found
	return found, nil
}

// shippedPath is where the files that a program ships are kept, by their hash.
func shippedPath(base string) string {
	return "content/" + state.House + "/shipped-" + base[:baseLength] + ".json"
}

// keepShipped makes what this process ships known to others. It is called
// in turn.
func (c *Catalogs) keepShipped(ctx context.Context) error {
	if c.kept {
		return nil
	}
	if err := c.create(ctx, shippedPath(c.shipped.base), c.shipped.bundle); err != nil {
		return err
	}
	c.kept = true
	return nil
}

// shippedAs returns the files shipped that have a hash.
func (c *Catalogs) shippedAs(ctx context.Context, base string) (map[string][]byte, error) {
	if base[:baseLength] == c.shipped.base[:baseLength] {
		return c.shipped.files, nil
	}
	bundle, err := c.open(ctx, shippedPath(base))
	if err != nil {
		return nil, err
	}
	var files map[string][]byte
	if err := json.Unmarshal(bundle, &files); err != nil {
		return nil, fmt.Errorf("shipped files %s: %w", base, err)
	}
	return files, nil
}

// lay lays published files over shipped ones; a file of no content takes away.
func lay(files, published map[string][]byte) {
	for name, text := range published {
		if text == nil {
			delete(files, name)
		} else {
			files[name] = text
		}
	}
}
