package partners

import (
	"context"
	"errors"
	"fmt"

	"github.com/crossdock/crossdock/internal/state"
)

// maxHistory is how many versions are read at once.
const maxHistory = 100

// History returns the newest versions before one, newest first, at most limit
// of them; before 0 begins with the one in force.
func (c *Catalogs) History(ctx context.Context, before, limit int) ([]Version, error) {
	head, _, err := c.head(ctx)
	if err != nil {
		return nil, err
	}
	newest := head.Number
	if before > 0 {
		newest = min(newest, before-1)
	}
	list := []Version{}
	for newest > 0 && len(list) < limit {
		var ids []string
		for n := newest; n > 0 && len(ids) < maxHistory && len(list)+len(ids) < limit; n-- {
			ids = append(ids, versionID(n))
		}
		recs, err := c.store.Read(ctx, Key(), "", ids...)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			rec, ok := recs[id]
			if !ok {
				return nil, fmt.Errorf("history: %s: %w", id, state.ErrNotFound)
			}
			var r record
			if err := state.Decode(rec, versionKind, recordVersion, &r); err != nil {
				return nil, err
			}
			list = append(list, r.Version)
		}
		newest -= len(ids)
	}
	return list, nil
}

// Head returns the version in force, the zero Version while nothing is
// published.
func (c *Catalogs) Head(ctx context.Context) (Version, error) {
	v, _, err := c.head(ctx)
	return v, err
}

// Named returns the version that a publication's number stands for over the
// files this process ships, for CatalogAt.
func (c *Catalogs) Named(number int) string { return name(number, c.shipped.base) }

// Source returns the text of a file as a version has it, over the files this
// process ships: state.ErrNotFound if it has none.
func (c *Catalogs) Source(ctx context.Context, number int, path string) (string, error) {
	hashes, err := c.manifest(ctx, number)
	if err != nil {
		return "", err
	}
	sum, published := hashes[path]
	if !published {
		if text, ok := c.shipped.files[path]; ok {
			return string(text), nil
		}
	}
	if sum == "" {
		return "", fmt.Errorf("version %d of %s: %w", number, path, state.ErrNotFound)
	}
	text, err := c.open(ctx, bodyPath(sum))
	if err != nil && !errors.Is(err, state.ErrNotFound) {
		return "", err
	}
	return string(text), err
}

// Paths returns the files a version has, with where each comes from.
func (c *Catalogs) Paths(ctx context.Context, number int) (map[string]bool, error) {
	hashes, err := c.manifest(ctx, number)
	if err != nil {
		return nil, err
	}
	published := make(map[string]bool, len(c.shipped.files)+len(hashes))
	for path := range c.shipped.files {
		published[path] = false
	}
	for path, sum := range hashes {
		if published[path] = true; sum == "" {
			delete(published, path)
		}
	}
	return published, nil
}
