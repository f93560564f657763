package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"

	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
)

// feedLines is how many items a bulk document may have.
const feedLines = 10_000_000

// feed is the file that a bulk document becomes: its header, then each of its
// items, a line of JSON each. It is named for the place it came from, so that
// a second try finds that of the first.
type feed struct {
	path  string
	lines *lineWriter
	sum   hash.Hash
	there bool // an earlier try has written it
}

func newFeed(ctx context.Context, files state.Files, f inbox.File, s Set) *feed {
	path := fmt.Sprintf("feeds/%s/%s/%s-%d-%d-%d.jsonl", f.Tenant, s.Noun, f.ID, s.Interchange, s.Group, s.Index)
	return &feed{path: path, lines: newLineWriter(ctx, files, path), sum: sha256.New()}
}

// line takes the next line.
func (f *feed) line(text json.RawMessage) error {
	f.sum.Write(text)
	f.sum.Write([]byte{'\n'})
	if f.there {
		return nil
	}
	return f.allow(f.lines.write(text))
}

// allow takes it for done that the file is there.
func (f *feed) allow(err error) error {
	if errors.Is(err, state.ErrConflict) {
		f.there = true
		f.lines.abort(err)
		return nil
	}
	return err
}

// finish makes the file durable. err is what kept a line from being taken.
func (f *feed) finish(err error) error {
	switch {
	case err != nil:
		f.lines.abort(err)
		return err
	case f.there:
		return nil
	}
	return f.allow(f.lines.store())
}

// hash is that of its content.
func (f *feed) hash() string { return hex.EncodeToString(f.sum.Sum(nil)) }

// dropFeed removes the file of a bulk document that nothing came of.
func (e *Exchange) dropFeed(ctx context.Context, path string) error {
	info, err := e.Store.Files().Stat(ctx, path)
	if err == nil {
		err = e.Store.Files().Delete(ctx, path, info.ETag)
	}
	if err != nil && !errors.Is(err, state.ErrNotFound) && !errors.Is(err, state.ErrConflict) {
		return fmt.Errorf("drop %s: %w", path, err)
	}
	return nil
}
