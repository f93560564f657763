package state

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"
)

// Limits every driver enforces, so that what works on one machine works in
// the cloud. The first three are those of Cosmos DB's transactional batch.
const (
	MaxBatchOperations = 100
	MaxBatchBytes      = 2 << 20
	MaxRecordBytes     = 64 << 10
	MaxMessageBytes    = 192 << 10 // Service Bus Standard carries 256 KiB with its headers
	MaxIDBytes         = 255
)

// What a caller branches on. A driver wraps these.
var (
	ErrNotFound    = errors.New("not found")
	ErrConflict    = errors.New("conflict")          // Create of what exists, or an ETag that no longer holds
	ErrUnavailable = errors.New("state unavailable") // the platform cannot be reached or refuses for now; nothing is known about the call's effect
	ErrTooLarge    = errors.New("too large")
	ErrInvalid     = errors.New("invalid") // an id, a path or a batch that no platform takes: a bug of the caller
	ErrLockLost    = errors.New("lock lost")
)

// Key names a logical partition: everything of one aggregate of one tenant.
type Key struct {
	Tenant    string `json:"tenant"`
	Aggregate string `json:"aggregate"`
}

// Record is one stored document. Body is JSON of at most MaxRecordBytes.
type Record struct {
	ID      string
	Kind    string    // noun of the body, such as "order"
	Version int       // of the body's form; readers take current and previous
	ETag    string    // set by the driver
	Expires time.Time // zero: never
	Body    json.RawMessage
}

// Verb is what an operation does to its record.
type Verb int

const (
	Create  Verb = iota + 1 // ErrConflict if the id exists
	Replace                 // ErrConflict unless the stored ETag equals Record.ETag
	Put                     // create or replace, whatever is there
	Delete                  // ErrConflict unless ETag matches; an empty ETag deletes what is there, if anything
)

// Operation is one change of a batch.
type Operation struct {
	Verb   Verb
	Record Record // for Delete only ID and ETag count
}

// Outgoing is a message or a list change that leaves with a commit. Exactly
// one of Message, Row and Strike is set.
type Outgoing struct {
	ID      string   `json:"id"`
	Message *Message `json:"message,omitempty"`
	Row     *Row     `json:"row,omitempty"`    // to be posted if absent
	Strike  *Row     `json:"strike,omitempty"` // to be removed if present
}

// Message is what a queue carries. Session is tenant/shard; messages of one
// session are delivered in the order sent, one at a time.
type Message struct {
	ID        string          `json:"id"` // new for every message, never reused
	Queue     string          `json:"queue"`
	Session   string          `json:"session"`
	Body      json.RawMessage `json:"body"`
	NotBefore time.Time       `json:"notBefore,omitzero"`
}

// Row is one line of a list, held under [Tenant, List/Month/shard].
type Row struct {
	Tenant string          `json:"tenant"`
	List   string          `json:"list"`
	ID     string          `json:"id"`
	At     time.Time       `json:"at"` // chooses the month, and orders the list
	Body   json.RawMessage `json:"body"`
}

// Receipt is the answer to a commit.
type Receipt struct {
	ETags []string // one an operation, empty for deletes
	Token string   // session token: reads that carry it see this commit
	Sent  bool     // the driver delivered the outgoing in the same transaction
}

// Page is part of a scan; Next continues it, empty at the end.
type Page struct {
	Records []Record
	Next    string
}

// Backend is the driver of records.
type Backend interface {
	// Read returns those of ids that exist, in the order asked. token may be
	// empty. It counts as one read.
	Read(ctx context.Context, key Key, token string, ids ...string) ([]Record, error)

	// Scan returns the records of one partition whose ids lie in [from, to)
	// in byte order, at most limit a page; an empty to has no end. next is
	// Page.Next of the page before.
	Scan(ctx context.Context, key Key, token, from, to, next string, limit int) (Page, error)

	// Commit applies all of ops and stores or delivers all of out, or does
	// nothing. A driver that cannot deliver in the same transaction stores
	// each outgoing as a record of the partition under OutgoingID and answers
	// Sent == false; the Store then sends them and deletes the records.
	Commit(ctx context.Context, key Key, ops []Operation, out []Outgoing) (Receipt, error)

	// Unsent lists stored outgoing older than before, over all partitions.
	Unsent(ctx context.Context, before time.Time, limit int) ([]Unsent, error)
}

// Unsent is an outgoing record that was not sent.
type Unsent struct {
	Key      Key
	Token    string
	Outgoing Outgoing
}

// FileInfo describes a stored file. ETag changes with every change of content.
type FileInfo struct {
	Path     string    `json:"path"`
	Size     int64     `json:"size"`
	ETag     string    `json:"etag"`
	Modified time.Time `json:"modified"`
}

// Files is the driver of files. A path is container/segments…, of the
// alphabet ValidPath accepts.
type Files interface {
	// Create stores r under path if nothing is there: ErrConflict otherwise,
	// with nothing changed. The file appears whole and durable, or not at all.
	Create(ctx context.Context, path string, r io.Reader) (FileInfo, error)

	// Open reads length bytes from offset (length < 0: to the end) of exactly
	// the content etag names; ErrConflict, from Open or from Read, once it
	// changed. An empty etag takes the content as it is when opened.
	Open(ctx context.Context, path, etag string, offset, length int64) (io.ReadCloser, error)

	Stat(ctx context.Context, path string) (FileInfo, error)

	// List returns files whose path begins with prefix, in byte order of path,
	// those after the path after, at most limit.
	List(ctx context.Context, prefix, after string, limit int) ([]FileInfo, error)

	// Delete removes path if its content is still what etag names:
	// ErrConflict otherwise; ErrNotFound if it is gone.
	Delete(ctx context.Context, path, etag string) error
}

// DeadLetter is the suffix of a queue's dead-letter queue.
const DeadLetter = "/$DeadLetterQueue"

// Delivery is a message under a lock.
type Delivery struct {
	Message
	Token         string // of the lock
	Sequence      int64  // order of arrival in the queue
	DeliveryCount int    // 1 on first delivery
	Enqueued      time.Time
	LockedUntil   time.Time
	Reason        string // why it was dead-lettered; dead-letter queues only
	Description   string
}

// Queues is the driver of queues: peek-lock, as Service Bus has it.
type Queues interface {
	// Send stores the messages durably; those with NotBefore stay invisible until then.
	Send(ctx context.Context, msgs ...Message) error

	// Receive waits for at most max messages of a queue without sessions (or
	// of a dead-letter queue) and locks each for lock.
	Receive(ctx context.Context, queue string, max int, lock time.Duration) ([]Delivery, error)

	// AcceptSession waits for a session that has a visible message and no
	// lock, and locks it for lock.
	AcceptSession(ctx context.Context, queue string, lock time.Duration) (Session, error)

	// Complete removes a locked message. ErrLockLost if the lock ran out.
	Complete(ctx context.Context, queue, token string) error

	// Abandon makes a locked message visible again at once, its delivery
	// count raised, or moves it to the dead-letter queue when the count
	// reaches the queue's maximum, with reason MaxDeliveryCountExceeded.
	Abandon(ctx context.Context, queue, token string) error

	// Renew locks a message for lock from now.
	Renew(ctx context.Context, queue, token string, lock time.Duration) (time.Time, error)

	// Depth counts what a queue holds.
	Depth(ctx context.Context, queue string) (Depth, error)
}

// Session is a locked session of a queue. Its messages are delivered in
// order, the next only once the one before is settled.
type Session interface {
	ID() string
	// Next waits for the session's next visible message, at most until ctx ends.
	Next(ctx context.Context) (Delivery, error)
	// Renew extends the session's lock, and that of its delivered message.
	Renew(ctx context.Context, lock time.Duration) (time.Time, error)
	// Close releases the session; a message not settled counts as abandoned.
	Close(ctx context.Context) error
}

// Depth is the content of a queue, in messages.
type Depth struct {
	Active     int       `json:"active"` // visible or locked
	Scheduled  int       `json:"scheduled"`
	DeadLetter int       `json:"deadLetter"`
	Oldest     time.Time `json:"oldest,omitzero"` // enqueued time of the oldest active message
}
