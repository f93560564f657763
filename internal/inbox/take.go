package inbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"path"
	"unicode/utf8"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/internal/state"
)

// Event says that a file may have arrived. Exactly one of Path and Sweep is
// set.
type Event struct {
	Path  string `json:"path,omitempty"`  // inbound/<tenant>/<channel>/<name>
	ETag  string `json:"etag,omitempty"`  // the version the event speaks of; empty if it does not say
	Sweep bool   `json:"sweep,omitempty"` // look for files no event named
}

// Inbox takes files in.
type Inbox struct {
	Store *state.Store
	// Tenant says whether there is a tenant; nil: each there could be. A file
	// in the folder of none belongs to the house, where an operator sees it.
	Tenant func(tenant string) bool
	// Channel says whether a tenant has a channel, and the queue that reads
	// its files.
	Channel func(tenant, channel string) (queue string, ok bool)
}

// locate is where a path says that a file belongs, if its tenant is one.
func (in *Inbox) locate(path string) (place, bool) {
	at, ok := locate(path)
	if ok && in.Tenant != nil && !in.Tenant(at.tenant) {
		return place{}, false
	}
	return at, ok
}

// misplaced says of a path that it belongs nowhere.
const misplaced = "the path %q is not inbound/<tenant>/<channel>/<name> of a tenant there is; move the file where it belongs"

// Wake makes an event a wake-up. Events of one path share an aggregate, so
// they come one after the other.
func Wake(e Event) (state.Wake, error) {
	at, ok := locate(e.Path)
	if !ok {
		at.tenant = state.House
	}
	body, err := json.Marshal(e)
	if err != nil {
		return state.Wake{}, fmt.Errorf("event of %s: %w", e.Path, err)
	}
	return state.Wake{Tenant: at.tenant, Aggregate: arrival(e.Path), Event: body}, nil
}

func arrival(path string) string { return state.ID("arrival", state.Hash(path)[:24]) }

// Take does what an event asks. Its effects are keyed by the version of the
// file, so an event that comes twice, early or never does no harm. An event
// that names a file which is not there is state.ErrNotFound, to be tried
// later, until the version it speaks of is known to be gone.
func (in *Inbox) Take(ctx context.Context, w state.Wake) error {
	var e Event
	if err := json.Unmarshal(w.Event, &e); err != nil {
		return fmt.Errorf("event of %s: %w", w.Aggregate, err)
	}
	if e.Sweep {
		return in.Sweep(ctx, w.Tenant)
	}
	info, err := in.Store.Files().Stat(ctx, e.Path)
	if errors.Is(err, state.ErrNotFound) {
		return in.absent(ctx, w, e)
	}
	if errors.Is(err, state.ErrInvalid) {
		return in.record(ctx, w, in.stray(e, "", CodePath, misplaced, e.Path))
	}
	if err != nil {
		return fmt.Errorf("take %s: %w", e.Path, err)
	}
	if e.ETag != "" && e.ETag != info.ETag {
		// The version the event names is gone and nobody can read it any
		// more; say so, and take the one that is there.
		f := in.stray(e, e.ETag, CodeOverwritten, "the file was overwritten before it was taken; the version that replaced it is file %s", fileID(e.Path, info.ETag))
		if err := in.record(ctx, w, f); err != nil {
			return err
		}
	}
	return in.take(ctx, w, info)
}

// take archives one version of a file and records it.
func (in *Inbox) take(ctx context.Context, w state.Wake, info state.FileInfo) error {
	at, ok := in.locate(info.Path)
	if !ok {
		f := in.stray(Event{Path: info.Path}, info.ETag, CodePath, misplaced, info.Path)
		return in.record(ctx, w, f)
	}
	f := File{
		ID: fileID(info.Path, info.ETag), Tenant: at.tenant, Channel: at.channel, Name: at.name,
		Inbound: info.Path, ETag: info.ETag, Arrived: in.Store.Now(),
	}
	f.Archive = fmt.Sprintf("archive/%s/%s/%s/%s-%s", at.tenant, at.channel, info.Modified.UTC().Format("2006-01-02"), f.ID, short(path.Base(at.name)))
	if err := in.archive(ctx, &f); err != nil {
		return err
	}
	queue, known := in.Channel(at.tenant, at.channel)
	if !known {
		f.Outcome, f.Finished = Rejected, f.Arrived
		f.Findings = []edi.Finding{{Code: CodeNoChannel, Severity: edi.Error,
			Message: fmt.Sprintf("tenant %s has no channel %q; add the channel, then drop the file again", at.tenant, at.channel)}}
		return in.record(ctx, w, f)
	}
	b := in.Store.Batch(f.Key())
	b.Trace(w.Trace)
	b.Create(RecordID, RecordKind, RecordVersion, f)
	b.Want(queue, 1)
	b.Post(state.ListFiles, f.ID, f.Arrived, f.row())
	b.Post(state.ListUnfinished, f.ID, f.Arrived, f.row())
	b.Send(queue)
	if _, err := b.Commit(ctx); err != nil {
		if errors.Is(err, state.ErrConflict) {
			return in.again(ctx, f)
		}
		return err
	}
	return nil
}

// again handles a version that was recorded before: a finished one whose
// inbound file stayed behind in a crash is released.
func (in *Inbox) again(ctx context.Context, f File) error {
	known, err := Read(ctx, in.Store, f.Tenant, f.ID)
	if err != nil {
		return err
	}
	if known.Outcome == "" {
		return nil
	}
	return Release(ctx, in.Store, known)
}

// archive copies the inbound version under If-Match and hashes it on the way.
// A version that changes meanwhile is state.ErrConflict: the event of the new
// version, or this one tried again, takes what is there then.
func (in *Inbox) archive(ctx context.Context, f *File) error {
	files := in.Store.Files()
	src, err := files.Open(ctx, f.Inbound, f.ETag, 0, -1)
	if err != nil {
		return fmt.Errorf("take %s: %w", f.Inbound, err)
	}
	defer src.Close()
	h := sha256.New()
	info, err := files.Create(ctx, f.Archive, io.TeeReader(src, h))
	if errors.Is(err, state.ErrConflict) {
		// Either the copy of an earlier try is there, or the source changed
		// while it was read. The copy is whole if it exists at all.
		if info, err = files.Stat(ctx, f.Archive); errors.Is(err, state.ErrNotFound) {
			return fmt.Errorf("take %s: it changed while it was copied: %w", f.Inbound, state.ErrConflict)
		}
		if err != nil {
			return fmt.Errorf("take %s: %w", f.Inbound, err)
		}
		if h, err = in.rehash(ctx, f.Archive, info.ETag); err != nil {
			return err
		}
	} else if err != nil {
		return fmt.Errorf("take %s: %w", f.Inbound, err)
	}
	f.Content, f.Size, f.SHA256 = info.ETag, info.Size, hex.EncodeToString(h.Sum(nil))
	return nil
}

func (in *Inbox) rehash(ctx context.Context, path, etag string) (hash.Hash, error) {
	r, err := in.Store.Files().Open(ctx, path, etag, 0, -1)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return h, nil
}

// absent handles an event whose file is not there. If that version was
// taken, all is well. Otherwise the event may have come before the file, and
// only after some tries is it a version that vanished before it was taken.
func (in *Inbox) absent(ctx context.Context, w state.Wake, e Event) error {
	const tries = 4
	at, ok := in.locate(e.Path)
	if ok && e.ETag != "" {
		_, err := Read(ctx, in.Store, at.tenant, fileID(e.Path, e.ETag))
		if err == nil {
			return nil
		}
		if !errors.Is(err, state.ErrNotFound) {
			return err
		}
	}
	if w.Attempt < tries {
		return fmt.Errorf("file %s: %w", e.Path, state.ErrNotFound)
	}
	if e.ETag == "" {
		return nil // the event named no version, and whatever was there has been taken
	}
	return in.record(ctx, w, in.stray(e, e.ETag, CodeGone, "the file was removed before it was taken; if it still matters, drop it again"))
}

// stray is the record of a version that never was in our hands.
func (in *Inbox) stray(e Event, etag, code, format string, args ...any) File {
	now := in.Store.Now()
	at, ok := in.locate(e.Path)
	if !ok {
		at = place{tenant: state.House, name: e.Path}
	}
	return File{
		ID: fileID(e.Path, etag), Tenant: at.tenant, Channel: at.channel, Name: at.name, Inbound: e.Path, ETag: etag,
		Arrived: now, Finished: now, Outcome: Rejected,
		Findings: []edi.Finding{{Code: code, Severity: edi.Error, Message: fmt.Sprintf(format, args...)}},
	}
}

// record commits a file that is finished as it arrives.
func (in *Inbox) record(ctx context.Context, w state.Wake, f File) error {
	b := in.Store.Batch(f.Key())
	b.Trace(w.Trace)
	b.Create(RecordID, RecordKind, RecordVersion, f)
	b.Post(state.ListFiles, f.ID, f.Arrived, f.row())
	if _, err := b.Commit(ctx); err != nil && !errors.Is(err, state.ErrConflict) {
		return err
	}
	return Release(ctx, in.Store, f)
}

// Ignored reports whether a name is one that partners' tools use for a file
// still being written, or hide.
func Ignored(name string) bool {
	base := path.Base(name)
	return base[0] == '.' || path.Ext(base) == ".tmp" || path.Ext(base) == ".part"
}

// short keeps a name readable in the archive without letting a partner's
// long one make the path too long.
func short(name string) string {
	const limit = 80
	if len(name) <= limit {
		return name
	}
	for i := limit; ; i-- {
		if utf8.RuneStart(name[i]) {
			return name[:i]
		}
	}
}
