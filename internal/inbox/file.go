// Package inbox is the life of a received file: it takes the file in, keeps
// the archived copy and the file's record, and ends it with one outcome.
//
// It reads no content: what a file says is the work of the capability that
// its channel names. A file version is taken once, whatever number of events
// name it; the inbound file is removed only after its outcome is committed,
// and only if it is still the version that was taken.
package inbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/internal/state"
)

// Outcome is how a file ended. Every file ends in exactly one.
type Outcome string

const (
	Accepted       Outcome = "accepted"
	PartlyAccepted Outcome = "partly accepted"
	Rejected       Outcome = "rejected"
	Duplicate      Outcome = "duplicate" // everything in it was received before
)

// Finding codes of this package.
const (
	CodeOverwritten = "FILE-OVERWRITTEN"
	CodeGone        = "FILE-GONE"
	CodeNoChannel   = "CHANNEL-UNKNOWN"
	CodePath        = "FILE-PATH"
)

// Codes lists the finding codes of this package.
func Codes() []string { return []string{CodeOverwritten, CodeGone, CodeNoChannel, CodePath} }

// File is the record of a received file, one aggregate each.
type File struct {
	ID       string        `json:"id"`
	Tenant   string        `json:"tenant"`
	Channel  string        `json:"channel"`
	Name     string        `json:"name"`
	Inbound  string        `json:"inbound"`
	ETag     string        `json:"etag"` // of the inbound version taken
	Archive  string        `json:"archive,omitempty"`
	Content  string        `json:"content,omitempty"` // ETag of the archived copy
	Size     int64         `json:"size"`
	SHA256   string        `json:"sha256,omitempty"`
	Arrived  time.Time     `json:"arrived"`
	Finished time.Time     `json:"finished,omitzero"`
	Outcome  Outcome       `json:"outcome,omitempty"`  // empty while unfinished
	Findings []edi.Finding `json:"findings,omitempty"` // about the file as such
}

const (
	RecordID      = "file"
	RecordKind    = "file"
	RecordVersion = 1
)

// Key is the aggregate of a file.
func Key(tenant, id string) state.Key {
	return state.Key{Tenant: tenant, Aggregate: state.ID("file", id)}
}

// Key is the file's aggregate.
func (f File) Key() state.Key { return Key(f.Tenant, f.ID) }

// row is what the lists say of a file; the record says the rest.
type row struct {
	ID      string `json:"id"`
	Channel string `json:"channel"`
	Name    string `json:"name"`
}

func (f File) row() row { return row{ID: f.ID, Channel: f.Channel, Name: f.Name} }

// fileID names a version of an inbound file: the same version always has the
// same id, so taking it twice is one file.
func fileID(path, etag string) string { return state.Hash(path + "\n" + etag)[:24] }

// place is where an inbound path says a file belongs.
type place struct{ tenant, channel, name string }

// locate splits inbound/<tenant>/<channel>/<name…>. The tenant of a file is
// that of its channel, never anything the file says.
func locate(path string) (place, bool) {
	parts := strings.SplitN(path, "/", 4)
	if len(parts) != 4 || parts[0] != "inbound" || !state.ValidPath(path) || !state.ValidTenant(parts[1]) || parts[1] == state.House {
		return place{}, false
	}
	return place{tenant: parts[1], channel: parts[2], name: parts[3]}, true
}

// Read returns a file's record.
func Read(ctx context.Context, s *state.Store, tenant, id string) (File, error) {
	var f File
	_, err := s.ReadInto(ctx, Key(tenant, id), RecordID, RecordKind, RecordVersion, &f)
	return f, err
}

// Finish adds the file's outcome to a batch on its aggregate: the record is
// replaced and the file leaves the list of the unfinished. Call Release after
// the commit.
func Finish(b *state.Batch, rec state.Record, f *File, outcome Outcome, at time.Time) {
	f.Outcome, f.Finished = outcome, at
	b.Replace(rec, f)
	b.Strike(state.ListUnfinished, f.ID, f.Arrived)
}

// Release removes the inbound file of a finished one, if it is still the
// version that was taken: a newer version is a new file. What was never taken,
// such as a misplaced file, has no copy in the archive and stays where it is.
// It may be repeated.
func Release(ctx context.Context, s *state.Store, f File) error {
	if f.Archive == "" {
		return nil
	}
	err := s.Files().Delete(ctx, f.Inbound, f.ETag)
	if err != nil && !errors.Is(err, state.ErrNotFound) && !errors.Is(err, state.ErrConflict) {
		return fmt.Errorf("release %s: %w", f.Inbound, err)
	}
	return nil
}
