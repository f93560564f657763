package state

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxInline is the largest body kept inside a record: half of what a record
// may hold, so that what stands beside it has room. A small body inline costs
// no second write; a larger one becomes a content-addressed file.
const maxInline = MaxRecordBytes / 2

// Content is JSON that is inline while small, else a content-addressed file.
type Content struct {
	Inline json.RawMessage `json:"inline,omitempty"`
	Path   string          `json:"path,omitempty"`
}

// Keep makes body a Content of the tenant. Keeping the same body twice keeps
// it once.
func (s *Store) Keep(ctx context.Context, tenant string, body json.RawMessage) (Content, error) {
	if len(body) <= maxInline {
		return Content{Inline: body}, nil
	}
	sum := sha256.Sum256(body)
	path := "content/" + tenant + "/" + hex.EncodeToString(sum[:]) + ".json"
	if _, err := s.files.Create(ctx, path, bytes.NewReader(body)); err != nil && !errors.Is(err, ErrConflict) {
		return Content{}, fmt.Errorf("keep %s: %w", path, err)
	}
	return Content{Path: path}, nil
}

// Fetch returns the JSON of a Content.
func (s *Store) Fetch(ctx context.Context, c Content) (json.RawMessage, error) {
	if c.Path == "" {
		return c.Inline, nil
	}
	r, err := s.files.Open(ctx, c.Path, "", 0, -1)
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", c.Path, err)
	}
	defer r.Close()
	body, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", c.Path, err)
	}
	return body, nil
}
