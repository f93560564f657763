package local

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/rs/zerolog"
)

const (
	// InboundDir is the container partners drop files in:
	// inbound/<tenant>/<channel>/<file>.
	InboundDir = "inbound"

	inboxPeriod = 500 * time.Millisecond
	inboxQuiet  = 2 * time.Second
)

// Inbox tells of files that have arrived whole: at once of a file renamed into
// its channel (on Linux), of any other when it is unchanged and nobody has it
// open for writing for Quiet. A name that begins with a dot or ends in .tmp or
// .part is of a file not meant to be seen yet.
//
// What lies in the folder and is no file of a channel is not told of, and the
// log says so once: a symbolic link, a folder in a channel, a file above the
// channels, a name that no platform takes.
//
// Each version of a file is told once a process; what was told and not taken
// is for whoever starts the process again, or for the sweep.
type Inbox struct {
	Files *Files

	// Arrived hears of files, those that come together at once, one call at a
	// time. After an error it hears of them again at the next look.
	Arrived func(context.Context, []state.FileInfo) error

	Quiet time.Duration    // 0: two seconds
	Now   func() time.Time // nil: time.Now

	// Look brings the moments to look at the folder; nil: twice a second.
	Look <-chan time.Time

	// Watching is closed once what is renamed in is seen at once; nil: nobody
	// waits for it.
	Watching chan<- struct{}

	// Log hears of folders that cannot be read, and of what Arrived refused.
	Log zerolog.Logger
}

// sighting is a version of a file as it was first seen.
type sighting struct {
	etag  string
	since time.Time
	moved bool // came by a rename: it is whole
	told  bool
}

// arrivals is one run of an Inbox.
type arrivals struct {
	Inbox
	seen   map[string]*sighting // by path
	odd    map[string]bool      // paths warned of that are still there
	dirs   dirWatch
	ticker *time.Ticker // nil: the looks are given
}

// Run watches until ctx ends, and returns nil then.
func (in *Inbox) Run(ctx context.Context) error {
	a, err := in.begin()
	if err != nil {
		return err
	}
	defer a.end()
	a.watch(ctx)
	return nil
}

func (in *Inbox) begin() (*arrivals, error) {
	a := &arrivals{Inbox: *in, seen: map[string]*sighting{}, odd: map[string]bool{}}
	if a.Quiet == 0 {
		a.Quiet = inboxQuiet
	}
	if a.Now == nil {
		a.Now = time.Now
	}
	if err := a.Files.makeDir(InboundDir); err != nil {
		return nil, fileError("watch", InboundDir, err)
	}
	if a.Look == nil {
		a.ticker = time.NewTicker(inboxPeriod)
		a.Look = a.ticker.C
	}
	if err := a.dirs.open(); err != nil {
		a.Log.Warn().Err(err).Msg("renames into inbound are not seen at once")
	}
	return a, nil
}

func (a *arrivals) end() {
	a.dirs.close()
	if a.ticker != nil {
		a.ticker.Stop()
	}
}

func (a *arrivals) watch(ctx context.Context) {
	a.look(ctx)
	if a.Watching != nil {
		close(a.Watching)
	}
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-a.dirs.events:
			a.moved(ctx, e)
		case <-a.Look:
			began := time.Now()
			a.look(ctx)
			if a.ticker != nil { // what takes long to look at is looked at less often
				a.ticker.Reset(max(inboxPeriod, 20*time.Since(began)))
			}
		}
	}
}

// together is the most files told of in one call.
const together = 100

// newcomer is a file to be told of.
type newcomer struct {
	info state.FileInfo
	seen *sighting
}

// moved tells of what was renamed in: the first and all that wait behind it.
func (a *arrivals) moved(ctx context.Context, first dirEvent) {
	events := []dirEvent{first}
	for waiting := true; waiting && len(events) < together; {
		select {
		case e := <-a.dirs.events:
			events = append(events, e)
		default:
			waiting = false
		}
	}
	var batch []newcomer
	folder := false // a new one: what is in it may have come before it was watched
	for _, e := range events {
		if e.dir {
			folder = true
			continue
		}
		if len(strings.Split(e.path, "/")) != 4 || unfinishedName(path.Base(e.path)) || !state.ValidPath(e.path) {
			continue
		}
		i, err := a.Files.root.Lstat(e.path)
		if err != nil || !i.Mode().IsRegular() {
			continue // gone again, or no file
		}
		s := a.sight(e.path, i)
		s.moved = true
		if !s.told {
			batch = append(batch, newcomer{describe(e.path, i), s})
		}
	}
	a.tell(ctx, batch)
	if folder {
		a.look(ctx)
	}
}

// look goes through all channels and forgets files that are gone.
func (a *arrivals) look(ctx context.Context) {
	here, odd := map[string]*sighting{}, map[string]bool{}
	var batch []newcomer
	for _, tenant := range a.entries(InboundDir, true, odd) {
		for _, channel := range a.entries(tenant, true, odd) {
			for _, name := range a.entries(channel, false, odd) {
				if ctx.Err() != nil {
					return
				}
				i, err := a.Files.root.Lstat(name)
				if err != nil || !i.Mode().IsRegular() {
					continue
				}
				s := a.sight(name, i)
				here[name] = s
				if !a.whole(name, s) {
					continue
				}
				if batch = append(batch, newcomer{describe(name, i), s}); len(batch) == together {
					a.tell(ctx, batch)
					batch = batch[:0]
				}
			}
		}
	}
	a.tell(ctx, batch)
	a.seen, a.odd = here, odd
}

// entries are the paths of a directory's subdirectories, or of its files that
// may be told of. The directory is watched for renames from now on.
func (a *arrivals) entries(dir string, dirs bool, odd map[string]bool) []string {
	if err := a.dirs.add(a.Files.root, dir); err != nil {
		a.Log.Warn().Err(err).Str("folder", dir).Msg("renames into this folder are not seen at once")
	}
	d, err := a.Files.root.Open(dir)
	if err != nil {
		return nil // gone again, or not for us
	}
	found, err := d.ReadDir(-1)
	if err = errors.Join(err, d.Close()); err != nil {
		a.Log.Warn().Err(err).Str("folder", dir).Msg("folder cannot be read")
	}
	var names []string
	for _, e := range found {
		name := dir + "/" + e.Name()
		switch {
		case unfinishedName(e.Name()):
		case !state.ValidPath(name):
			a.warn(name, "its name is too long, or not UTF-8, or holds a control character or a backslash: rename it", odd)
		case dirs && !e.IsDir():
			a.warn(name, "it is no folder of a tenant or a channel: files belong in inbound/<tenant>/<channel>", odd)
		case !dirs && e.IsDir():
			a.warn(name, "it is a folder: what is in it waits for the inbox sweep", odd)
		case !dirs && !e.Type().IsRegular():
			a.warn(name, "it is not a file: it is never read", odd)
		default:
			names = append(names, name)
		}
	}
	return names
}

// warn says once of a path why it is passed over.
func (a *arrivals) warn(name, why string, odd map[string]bool) {
	if !a.odd[name] {
		a.Log.Warn().Str("path", name).Str("why", why).Msg("passed over in the inbox")
	}
	odd[name] = true
}

func unfinishedName(base string) bool {
	return base[0] == '.' || strings.HasSuffix(base, ".tmp") || strings.HasSuffix(base, ".part")
}

// sight notes which version of a file is there.
func (a *arrivals) sight(name string, i fs.FileInfo) *sighting {
	etag := etagOf(i)
	s := a.seen[name]
	if s == nil || s.etag != etag {
		s = &sighting{etag: etag, since: a.Now()}
		a.seen[name] = s
	}
	return s
}

// whole reports whether nothing more is coming for a file not yet told of.
func (a *arrivals) whole(name string, s *sighting) bool {
	switch {
	case s.told:
		return false
	case s.moved:
		return true
	case a.Now().Sub(s.since) < a.Quiet:
		return false
	case beingWritten(a.Files.root, name):
		s.since = a.Now()
		return false
	}
	return true
}

func (a *arrivals) tell(ctx context.Context, batch []newcomer) {
	if len(batch) == 0 {
		return
	}
	infos := make([]state.FileInfo, len(batch))
	for i, n := range batch {
		infos[i] = n.info
	}
	err := a.Arrived(ctx, infos)
	if err != nil && ctx.Err() == nil {
		a.Log.Error().Err(err).Int("files", len(batch)).Msg("arrived files could not be told of")
	}
	for _, n := range batch {
		n.seen.moved = true // it is whole; after an error the next look tries again
		n.seen.told = err == nil
	}
}

// dirEvent is something renamed into a watched folder, or a new folder.
type dirEvent struct {
	path string
	dir  bool
}
