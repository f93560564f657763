package simtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// The drivers as one process holds them: each call passes the gate, which
// says when it has its effect, and whether.

type backend struct {
	gate *gate
	*records
}

var _ state.Backend = backend{}

// Read implements state.Backend.
func (b backend) Read(ctx context.Context, key state.Key, token string, ids ...string) (found []state.Record, err error) {
	c := call{op: opRead, target: target(key), detail: strings.Join(ids, " "), lags: token == "", key: key}
	err = b.gate.pass(ctx, c, func(v verdict) (err error) {
		found, err = b.records.read(key, b.gate.process, v.stale, ids)
		return err
	})
	return found, err
}

// Scan implements state.Backend.
func (b backend) Scan(ctx context.Context, key state.Key, token, from, to, next string, limit int) (page state.Page, err error) {
	c := call{op: opScan, target: target(key), detail: next, lags: token == "", key: key}
	err = b.gate.pass(ctx, c, func(v verdict) (err error) {
		page, err = b.records.scan(key, b.gate.process, v.stale, from, to, next, limit)
		return err
	})
	return page, err
}

// Commit implements state.Backend.
func (b backend) Commit(ctx context.Context, key state.Key, ops []state.Operation, out []state.Outgoing) (r state.Receipt, err error) {
	c := call{op: opCommit, target: target(key), detail: changes(ops, out), writes: true}
	err = b.gate.pass(ctx, c, func(verdict) (err error) {
		r, err = b.records.commit(key, b.gate.process, ops, out)
		return err
	})
	return r, err
}

// Unsent implements state.Backend.
func (b backend) Unsent(ctx context.Context, before time.Time, limit int) (found []state.Unsent, err error) {
	err = b.gate.pass(ctx, call{op: opUnsent}, func(verdict) (err error) {
		found, err = b.records.unsent(before, limit)
		return err
	})
	return found, err
}

func target(k state.Key) string { return k.Tenant + "/" + k.Aggregate }

// changes says what a commit does, without the ids that are drawn.
func changes(ops []state.Operation, out []state.Outgoing) string {
	var b strings.Builder
	for _, op := range ops {
		id := op.Record.ID
		if strings.HasPrefix(id, state.OutgoingID("")) {
			id = "~out"
		}
		fmt.Fprintf(&b, "%s %s ", [...]string{"none", "create", "replace", "put", "delete"}[op.Verb], id)
	}
	for _, o := range out {
		switch {
		case o.Message != nil:
			fmt.Fprintf(&b, "send %s ", o.Message.Queue)
		case o.Row != nil:
			fmt.Fprintf(&b, "post %s ", o.Row.List)
		case o.Strike != nil:
			fmt.Fprintf(&b, "strike %s ", o.Strike.List)
		}
	}
	return strings.TrimSuffix(b.String(), " ")
}

type fileDriver struct {
	gate *gate
	*files
}

var _ state.Files = fileDriver{}

// Create implements state.Files. The source is read first: what fails or
// changes while it is copied leaves nothing.
func (f fileDriver) Create(ctx context.Context, path string, r io.Reader) (info state.FileInfo, err error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return info, fmt.Errorf("create %s: %w", path, err)
	}
	err = f.gate.pass(ctx, call{op: opCreate, target: path, writes: true}, func(verdict) (err error) {
		info, err = f.files.create(path, data)
		return err
	})
	return info, err
}

// Open implements state.Files.
func (f fileDriver) Open(ctx context.Context, path, etag string, offset, length int64) (io.ReadCloser, error) {
	var r *reader
	err := f.gate.pass(ctx, call{op: opOpen, target: path}, func(verdict) (err error) {
		r, err = f.files.open(path, etag, offset, length)
		return err
	})
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(path, "inbound/") {
		return &gatedReader{reader: r, gate: f.gate, ctx: ctx}, nil
	}
	return r, nil
}

// gatedReader reads what a partner may overwrite meanwhile. The context is
// that of the one Open it belongs to.
type gatedReader struct {
	*reader
	gate *gate
	ctx  context.Context
}

// Read implements io.Reader.
func (r *gatedReader) Read(p []byte) (n int, err error) {
	if r.next >= r.end {
		return 0, io.EOF
	}
	// Small pieces, so that a version can change between two.
	p = p[:min(len(p), 400)]
	err = r.gate.pass(r.ctx, call{op: opReadFile, target: r.path, detail: fmt.Sprint(r.next)}, func(verdict) (err error) {
		n, err = r.reader.Read(p)
		return err
	})
	return n, err
}

// Stat implements state.Files.
func (f fileDriver) Stat(ctx context.Context, path string) (info state.FileInfo, err error) {
	err = f.gate.pass(ctx, call{op: opStat, target: path}, func(verdict) (err error) {
		info, err = f.files.stat(path)
		return err
	})
	return info, err
}

// List implements state.Files.
func (f fileDriver) List(ctx context.Context, prefix, after string, limit int) (found []state.FileInfo, err error) {
	err = f.gate.pass(ctx, call{op: opList, target: prefix, detail: after}, func(verdict) error {
		found = f.files.list(prefix, after, limit)
		return nil
	})
	return found, err
}

// Delete implements state.Files.
func (f fileDriver) Delete(ctx context.Context, path, etag string) error {
	return f.gate.pass(ctx, call{op: opDelete, target: path, writes: true}, func(verdict) error {
		return f.files.delete(path, etag)
	})
}

type queueDriver struct {
	gate *gate
	*queues
}

var _ state.Queues = queueDriver{}

// Send implements state.Queues.
func (q queueDriver) Send(ctx context.Context, msgs ...state.Message) error {
	var to []string
	for _, m := range msgs {
		to = append(to, m.Queue+" "+about(m.Body))
	}
	return q.gate.pass(ctx, call{op: opSend, target: strings.Join(to, ", "), writes: true}, func(verdict) error {
		return q.queues.send(msgs...)
	})
}

// Receive implements state.Queues.
func (q queueDriver) Receive(ctx context.Context, name string, most int, lock time.Duration) (ds []state.Delivery, err error) {
	err = q.wait(ctx, call{op: opReceive, target: name}, func() (bool, error) {
		from := q.set[name]
		if from == nil || from.sessions {
			return false, invalid("queue %q cannot be received from without a session", name)
		}
		for _, it := range from.visible() {
			if len(ds) < most {
				ds = append(ds, q.lock(it, q.now().Add(lock)))
			}
		}
		return len(ds) > 0, nil
	})
	return ds, err
}

// AcceptSession implements state.Queues.
func (q queueDriver) AcceptSession(ctx context.Context, name string, lock time.Duration) (state.Session, error) {
	var s *lockedSession
	err := q.wait(ctx, call{op: opReceive, target: name}, func() (_ bool, err error) {
		s, err = q.accept(name, lock)
		return s != nil, err
	})
	if err != nil {
		return nil, err
	}
	return sessionDriver{q, name, s}, nil
}

// wait tries until it succeeds, fails, or ctx ends.
func (q queueDriver) wait(ctx context.Context, c call, try func() (bool, error)) error {
	for {
		var changed chan struct{}
		var ok bool
		err := q.gate.pass(ctx, c, func(verdict) (err error) {
			q.mu.Lock()
			defer q.mu.Unlock()
			q.look()
			ok, err = try()
			changed = q.changed
			return err
		})
		if ok || err != nil {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Complete implements state.Queues.
func (q queueDriver) Complete(ctx context.Context, name, token string) error {
	return q.gate.pass(ctx, call{op: opComplete, target: name, detail: token, writes: true}, func(verdict) error {
		return q.queues.complete(name, token)
	})
}

// Abandon implements state.Queues.
func (q queueDriver) Abandon(ctx context.Context, name, token string) error {
	return q.gate.pass(ctx, call{op: opAbandon, target: name, detail: token, writes: true}, func(verdict) error {
		return q.queues.abandon(name, token)
	})
}

// Renew implements state.Queues.
func (q queueDriver) Renew(ctx context.Context, name, token string, lock time.Duration) (until time.Time, err error) {
	err = q.gate.pass(ctx, call{op: opRenew, target: name, detail: token, writes: true}, func(verdict) (err error) {
		until, err = q.queues.renew(name, token, lock)
		return err
	})
	return until, err
}

// Depth implements state.Queues.
func (q queueDriver) Depth(ctx context.Context, name string) (d state.Depth, err error) {
	err = q.gate.pass(ctx, call{op: opDepth, target: name}, func(verdict) (err error) {
		d, err = q.queues.depth(name)
		return err
	})
	return d, err
}

type sessionDriver struct {
	queueDriver
	name    string
	session *lockedSession
}

var _ state.Session = sessionDriver{}

// ID implements state.Session.
func (s sessionDriver) ID() string { return s.session.id }

// Next implements state.Session.
func (s sessionDriver) Next(ctx context.Context) (d state.Delivery, err error) {
	err = s.wait(ctx, call{op: opReceive, target: s.name, detail: s.session.id}, func() (ok bool, err error) {
		d, ok, err = s.next(s.name, s.session)
		return ok, err
	})
	return d, err
}

// Renew implements state.Session.
func (s sessionDriver) Renew(ctx context.Context, lock time.Duration) (until time.Time, err error) {
	err = s.gate.pass(ctx, call{op: opRenew, target: s.name, detail: s.session.id, writes: true}, func(verdict) (err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		until, err = s.renewSession(s.name, s.session, lock)
		return err
	})
	return until, err
}

// Close implements state.Session. Closing what is closed or lost is no error.
func (s sessionDriver) Close(ctx context.Context) error {
	return s.gate.pass(ctx, call{op: opAbandon, target: s.name, detail: s.session.id, writes: true}, func(verdict) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.held(s.name, s.session) == nil {
			s.unlock(s.set[s.name], s.session.id)
		}
		return nil
	})
}

// about names what a message is about, for traces.
func about(body []byte) string {
	if w, err := state.ParseWake(body); err == nil {
		return fmt.Sprintf("%s/%s try %d", w.Tenant, w.Aggregate, w.Attempt)
	}
	_, subject, _ := bytes.Cut(body, []byte(`"subject":"`))
	subject, _, _ = bytes.Cut(subject, []byte(`"`))
	return string(subject)
}
