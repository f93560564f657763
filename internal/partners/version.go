package partners

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// Version is one publication. It is a record, and never changes.
type Version struct {
	Number  int       `json:"number"` // from 1; 0 is what the program ships
	At      time.Time `json:"at"`
	Who     string    `json:"who"`
	Why     string    `json:"why"`
	Of      *int      `json:"of,omitempty"`      // the version published anew, if one was
	Count   int       `json:"count"`             // files changed
	Changes []Change  `json:"changes,omitempty"` // the first of them, by path
}

// Change is what a publication did to one file.
type Change struct {
	Path   string `json:"path"`
	Action Action `json:"action"`
}

// Action is what became of a file.
type Action string

const (
	Added     Action = "added"
	Replaced  Action = "replaced"
	Removed   Action = "removed"
	AsShipped Action = "shipped" // it is again as the program ships it
)

// record is a Version with the files in force by it: the hash of each file
// published, by path; an empty hash takes a shipped file away.
type record struct {
	Version
	Files state.Content `json:"files"`
}

const (
	headID        = "head"
	headKind      = "catalog-head"
	versionKind   = "catalog-version"
	recordVersion = 1
)

// Key is the aggregate of all publications.
func Key() state.Key { return state.Key{Tenant: state.House, Aggregate: "catalog"} }

func versionID(n int) string { return state.ID("version", fmt.Sprintf("%08d", n)) }

// head returns the version in force, and the record that says so; the zero
// Record while nothing is published.
func (c *Catalogs) head(ctx context.Context) (Version, state.Record, error) {
	var v Version
	rec, err := c.store.ReadInto(ctx, Key(), headID, headKind, recordVersion, &v)
	if errors.Is(err, state.ErrNotFound) {
		return Version{}, state.Record{}, nil
	}
	if err != nil {
		return Version{}, state.Record{}, fmt.Errorf("head of the catalogue: %w", err)
	}
	return v, rec, nil
}

// manifest returns the hashes of the files in force by a version.
func (c *Catalogs) manifest(ctx context.Context, n int) (map[string]string, error) {
	files := map[string]string{}
	if n == 0 {
		return files, nil
	}
	var r record
	if _, err := c.store.ReadInto(ctx, Key(), versionID(n), versionKind, recordVersion, &r); err != nil {
		return nil, fmt.Errorf("catalogue version %d: %w", n, err)
	}
	body, err := c.store.Fetch(ctx, r.Files)
	if err == nil {
		err = json.Unmarshal(body, &files)
	}
	if err != nil {
		return nil, fmt.Errorf("catalogue version %d: %w", n, err)
	}
	return files, nil
}

// published returns the files in force by a version; one without content
// takes a shipped file away. It is called in turn.
func (c *Catalogs) published(ctx context.Context, n int) (map[string][]byte, error) {
	hashes, err := c.manifest(ctx, n)
	if err != nil {
		return nil, err
	}
	return c.fetch(ctx, n, hashes)
}

// fetch returns files by their hashes, and keeps them for the next time. It is
// called in turn.
func (c *Catalogs) fetch(ctx context.Context, n int, hashes map[string]string) (_ map[string][]byte, err error) {
	files := make(map[string][]byte, len(hashes))
	bodies := make(map[string][]byte, len(hashes))
	for name, sum := range hashes {
		if sum == "" {
			files[name] = nil
			continue
		}
		text, ok := c.bodies[sum]
		if !ok {
			if text, err = c.open(ctx, bodyPath(sum)); err != nil {
				return nil, err
			}
			if hash(text) != sum {
				return nil, fmt.Errorf("%s of catalogue version %d is not what was published", name, n)
			}
		}
		files[name], bodies[sum] = text, text
	}
	c.bodies = bodies
	return files, nil
}

// bodyPath is where a published file is kept, by the hash of its content.
func bodyPath(sum string) string { return "content/" + state.House + "/" + sum + ".jsonc" }

// create writes a file whose name says its content, if it is not there.
func (c *Catalogs) create(ctx context.Context, path string, content []byte) error {
	if _, err := c.store.Files().Create(ctx, path, bytes.NewReader(content)); err != nil && !errors.Is(err, state.ErrConflict) {
		return fmt.Errorf("keep %s: %w", path, err)
	}
	return nil
}

func (c *Catalogs) open(ctx context.Context, path string) ([]byte, error) {
	r, err := c.store.Files().Open(ctx, path, "", 0, -1)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return content, nil
}
