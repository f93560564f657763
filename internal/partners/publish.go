package partners

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// Limits of one publication.
const (
	maxFiles     = 2000
	maxFileBytes = 1 << 20
	maxWords     = 500 // bytes of who and why

	writers = 16 // of files, side by side

	// maxChanges is how many changes a version lists: more do not fit in a
	// record, and nobody reads them.
	maxChanges = 100
)

// Publication is what is asked to be published.
type Publication struct {
	Files  map[string]string `json:"files,omitempty"`  // new or changed, by path, such as partners/harbor/old-mill.jsonc
	Remove []string          `json:"remove,omitempty"` // to be taken away, shipped or not
	Who    string            `json:"who"`
	Why    string            `json:"why"`
	If     *int              `json:"if,omitempty"` // only while this version is in force
}

// Rollback is an old version, or some files of it, to be published anew.
type Rollback struct {
	To   int      `json:"to"`
	Only []string `json:"only,omitempty"` // paths; none: the whole version
	Who  string   `json:"who"`
	Why  string   `json:"why"`
	If   *int     `json:"if,omitempty"`
}

// ErrMoved says that another version is in force than was asked for.
var ErrMoved = errors.New("another version is in force")

// Refused says that what was to be published does not load, or is not a
// publication at all. Nothing of it was published.
type Refused struct {
	Reason string
	Faults []*mappings.LoadError // of the files
}

func (e *Refused) Error() string {
	if len(e.Faults) == 0 {
		return e.Reason
	}
	return fmt.Sprintf("%s: %v", e.Reason, e.Faults[0])
}

func refused(format string, args ...any) error { return &Refused{Reason: fmt.Sprintf(format, args...)} }

// Publish makes a new version of the one in force, with what p changes. It
// returns false, and the version in force, if p changes nothing. What does not
// load is refused whole, with all its faults.
func (c *Catalogs) Publish(ctx context.Context, p Publication) (Version, bool, error) {
	if len(p.Files)+len(p.Remove) == 0 {
		return Version{}, false, refused("nothing to publish: name files, or files to remove")
	}
	if len(p.Files)+len(p.Remove) > maxFiles {
		return Version{}, false, refused("%d files, and %d can be published at once", len(p.Files)+len(p.Remove), maxFiles)
	}
	bodies := make(map[string][]byte, len(p.Files))
	for path, text := range p.Files {
		if !fs.ValidPath(path) {
			return Version{}, false, refused("%q is no path such as partners/TENANT/PARTNER.jsonc", path)
		}
		if len(text) > maxFileBytes {
			return Version{}, false, refused("%s has %d bytes, and a file may have %d", path, len(text), maxFileBytes)
		}
		if slices.Contains(p.Remove, path) {
			return Version{}, false, refused("%s is to be published and to be removed", path)
		}
		bodies[path] = []byte(text)
	}
	change := func(files map[string]string) error {
		for path, text := range bodies {
			if _, published := files[path]; !published && string(c.shipped.files[path]) == string(text) {
				continue // it is in force, as shipped
			}
			files[path] = hash(text)
		}
		for _, path := range p.Remove {
			_, published := files[path]
			_, shipped := c.shipped.files[path]
			if !published && !shipped || published && files[path] == "" {
				return refused("there is no %s to remove", path)
			}
			if delete(files, path); shipped {
				files[path] = ""
			}
		}
		return nil
	}
	return c.next(ctx, Version{Who: p.Who, Why: p.Why}, p.If, bodies, change)
}

// Rollback publishes an old version anew, or some files of it.
func (c *Catalogs) Rollback(ctx context.Context, r Rollback) (Version, bool, error) {
	if r.To < 0 {
		return Version{}, false, refused("there is no version %d", r.To)
	}
	old, err := c.manifest(ctx, r.To)
	if errors.Is(err, state.ErrNotFound) {
		return Version{}, false, refused("there is no version %d", r.To)
	}
	if err != nil {
		return Version{}, false, err
	}
	change := func(files map[string]string) error {
		if len(r.Only) == 0 {
			clear(files)
			maps.Copy(files, old)
		}
		for _, path := range r.Only {
			sum, published := old[path]
			_, shipped := c.shipped.files[path]
			if _, now := files[path]; !published && !shipped && !now {
				return refused("no version has %s", path)
			}
			if delete(files, path); published {
				files[path] = sum
			}
		}
		return nil
	}
	return c.next(ctx, Version{Who: r.Who, Why: r.Why, Of: &r.To}, r.If, nil, change)
}

// next makes the version after the head. It starts anew when another was
// published meanwhile.
func (c *Catalogs) next(ctx context.Context, v Version, only *int, bodies map[string][]byte, change func(map[string]string) error) (Version, bool, error) {
	if err := words(v); err != nil {
		return Version{}, false, err
	}
	for {
		made, changed, err := c.tryNext(ctx, v, only, bodies, change)
		if !errors.Is(err, state.ErrConflict) || ctx.Err() != nil {
			return made, changed, err
		}
	}
}

// words refuses a publication that does not say who made it and why.
func words(v Version) error {
	switch {
	case v.Who == "":
		return refused("nobody publishes it: say who")
	case v.Why == "":
		return refused("say why it is published: whoever reads the history wants to know")
	case len(v.Who) > maxWords || len(v.Why) > maxWords:
		return refused("who and why have at most %d bytes each", maxWords)
	}
	return nil
}

func (c *Catalogs) tryNext(ctx context.Context, v Version, only *int, bodies map[string][]byte, change func(map[string]string) error) (Version, bool, error) {
	if err := c.enter(ctx); err != nil {
		return Version{}, false, err
	}
	defer c.leave()
	head, rec, err := c.head(ctx)
	if err != nil {
		return Version{}, false, err
	}
	if only != nil && head.Number != *only {
		return Version{}, false, fmt.Errorf("version %d, of %s, is in force, not %d: %w", head.Number, head.Who, *only, ErrMoved)
	}
	before, err := c.manifest(ctx, head.Number)
	if err != nil {
		return Version{}, false, err
	}
	after := maps.Clone(before)
	if err := change(after); err != nil {
		return Version{}, false, err
	}
	v.Changes = c.changes(before, after)
	if v.Count = len(v.Changes); v.Count == 0 {
		return head, false, nil
	}
	v.Changes = v.Changes[:min(v.Count, maxChanges)]
	v.Number, v.At = head.Number+1, c.store.Now()
	catalog, err := c.check(ctx, v.Number, after, bodies)
	if err != nil {
		return Version{}, false, err
	}
	if err := c.commit(ctx, rec, v, after, bodies); err != nil {
		return Version{}, false, err
	}
	c.set(snapshot{catalog, v.Number, v.At})
	return v, true, nil
}

// changes compares the files of two versions.
func (c *Catalogs) changes(before, after map[string]string) []Change {
	var all []Change
	for _, path := range slices.Sorted(maps.Keys(union(before, after))) {
		old, had := before[path]
		sum, has := after[path]
		_, shipped := c.shipped.files[path]
		switch {
		case had == has && old == sum:
		case !has && shipped:
			all = append(all, Change{path, AsShipped})
		case !has || sum == "":
			all = append(all, Change{path, Removed})
		case had && old != "" || !had && shipped:
			all = append(all, Change{path, Replaced})
		default:
			all = append(all, Change{path, Added})
		}
	}
	return all
}

func union(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// check loads the files of a version that is not published yet.
func (c *Catalogs) check(ctx context.Context, n int, hashes map[string]string, bodies map[string][]byte) (*mappings.Catalog, error) {
	for _, text := range bodies {
		c.bodies[hash(text)] = text
	}
	published, err := c.fetch(ctx, n, hashes)
	if err != nil {
		return nil, err
	}
	files := maps.Clone(c.shipped.files)
	lay(files, published)
	catalog, err := c.shipped.load(files, n, c.shipped.base)
	if faults := mappings.Faults(err); len(faults) > 0 {
		return nil, &Refused{Reason: fmt.Sprintf("nothing is published: %d faults", len(faults)), Faults: faults}
	}
	return catalog, err
}

// commit makes a version and the head that names it, in one.
func (c *Catalogs) commit(ctx context.Context, head state.Record, v Version, hashes map[string]string, bodies map[string][]byte) error {
	if err := c.keepShipped(ctx); err != nil {
		return err
	}
	writing, within := errgroup.WithContext(ctx)
	writing.SetLimit(writers)
	for _, text := range bodies {
		writing.Go(func() error { return c.create(within, bodyPath(hash(text)), text) })
	}
	if err := writing.Wait(); err != nil {
		return err
	}
	manifest, err := json.Marshal(hashes)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	kept, err := c.store.Keep(ctx, state.House, manifest)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	b := c.store.Batch(Key())
	b.Create(versionID(v.Number), versionKind, recordVersion, record{v, kept})
	if head.ID == "" {
		b.Create(headID, headKind, recordVersion, v)
	} else {
		b.Replace(head, v)
	}
	_, err = b.Commit(ctx)
	return err
}
