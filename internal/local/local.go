package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/rs/zerolog"
)

// defaultMaxDelivery is what our Service Bus queues are set to: the retry
// rules of the worker decide long before it.
const defaultMaxDelivery = 100

// houseDir is the part of the folder that is ours: database, lock and
// temporary files. No path of state.Files begins with it.
const houseDir = ".crossdock"

// QueueConfig says how a queue delivers.
type QueueConfig struct {
	Sessions    bool // messages carry a session and are delivered in order within it
	MaxDelivery int  // deliveries before a message is dead-lettered; 0: 100
}

// Options of a Platform; the zero value works, for a platform without queues.
type Options struct {
	// Queues are the queues that exist, by name; each has a dead-letter queue.
	Queues map[string]QueueConfig

	// Now is the clock all times come from; nil: time.Now.
	Now func() time.Time

	// AfterFunc calls f once d has passed on the clock of Now, and returns
	// what stops it; nil: time.AfterFunc. A test that moves its clock by hand
	// gives both.
	AfterFunc func(d time.Duration, f func()) (stop func() bool)

	// Log hears what no caller can be told: failed background writes.
	Log zerolog.Logger

	// MaxPages bounds the database, in pages of 4 KiB; 0: only the disk does.
	MaxPages int
}

// Platform is the open folder. Its parts are state's three drivers.
type Platform struct {
	Records *Records
	Queues  *Queues
	Files   *Files

	lock    *os.File
	writer  *writer
	readers *readers
	close   func() error
}

// Open opens the platform kept in dir, and makes it if there is none. The
// folder belongs to this process until Close.
func Open(dir string, o Options) (*Platform, error) {
	for name := range o.Queues {
		if !validQueueName(name) {
			return nil, fmt.Errorf("queue name %q: %w", name, state.ErrInvalid)
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.AfterFunc == nil {
		o.AfterFunc = func(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }
	}
	house := filepath.Join(dir, houseDir)
	if err := os.MkdirAll(house, 0o755); err != nil {
		return nil, fmt.Errorf("open data folder %s: %w", dir, err)
	}
	lock, err := lockFolder(filepath.Join(house, "lock"))
	if err != nil {
		return nil, fmt.Errorf("open data folder %s: %w", dir, err)
	}
	p, err := open(dir, house, o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open data folder %s: %w", dir, err), lock.Close())
	}
	p.lock = lock
	p.close = sync.OnceValue(p.end)
	return p, nil
}

// errInUse is what a lock says that another process holds.
var errInUse = errors.New("in use by another process")

func open(dir, house string, o Options) (*Platform, error) {
	files, err := openFiles(dir, o.Now)
	if err != nil {
		return nil, err
	}
	db := filepath.Join(house, "state.db")
	w, err := openWriter(db, o)
	if err != nil {
		return nil, errors.Join(err, files.close())
	}
	r, err := openReaders(db)
	if err != nil {
		return nil, errors.Join(err, w.close(), files.close())
	}
	q, err := openQueues(o, w, r)
	if err != nil {
		return nil, errors.Join(err, r.close(), w.close(), files.close())
	}
	return &Platform{
		Records: &Records{now: o.Now, writer: w, readers: r, queues: q, recent: newRecent()},
		Queues:  q,
		Files:   files,
		writer:  w,
		readers: r,
	}, nil
}

// Close ends the platform: waiting receivers get state.ErrUnavailable, what
// was committed is on the disk, and the folder is free for another process.
// Closing twice is closing once.
func (p *Platform) Close() error { return p.close() }

func (p *Platform) end() error {
	p.Queues.close()
	err := p.writer.close()
	p.Records.recent.clear()
	return errors.Join(err, p.readers.close(), p.Files.close(), p.lock.Close())
}

// unavailable marks a failure of the disk or the database as one of the
// platform: the caller tries again later.
func unavailable(what string, err error) error {
	return fmt.Errorf("%s: %w: %w", what, state.ErrUnavailable, err)
}

// validQueueName keeps names inside what Service Bus takes as one segment.
func validQueueName(name string) bool {
	return state.ValidID(name) && len(name) <= 128 && !strings.Contains(name, "~")
}
