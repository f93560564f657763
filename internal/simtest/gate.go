package simtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// op is a call of a driver.
type op string

const (
	opRead     op = "read"
	opScan     op = "scan"
	opCommit   op = "commit"
	opUnsent   op = "unsent"
	opCreate   op = "create file"
	opOpen     op = "open file"
	opReadFile op = "read file"
	opStat     op = "stat file"
	opList     op = "list files"
	opDelete   op = "delete file"
	opSend     op = "send"
	opReceive  op = "receive"
	opComplete op = "complete"
	opAbandon  op = "abandon"
	opRenew    op = "renew"
	opDepth    op = "depth"
	opERP      op = "push to the ERP"
	opPoll     op = "poll the ERP"
	opSleep    op = "sleep" // not a driver's; it waits for its time
)

// call is what somebody is about to do.
type call struct {
	op     op
	target string
	detail string
	writes bool
	lags   bool      // a read that a replica may answer
	key    state.Key // of such a read
	due    time.Time // not before; zero: at once
}

func (c call) String() string {
	return strings.TrimSpace(string(c.op) + " " + c.target + " " + c.detail)
}

// verdict is what becomes of a call.
type verdict struct {
	stop   bool  // it has no effect
	err    error // its answer, whatever the effect was
	stale  bool
	mood   mood // of the ERP
	killed bool // its process is gone: nobody hears the answer
}

// errKilled is what a call of a dead process returns. The code behind it
// still runs to its end, but it can reach nothing any more: for the world it
// never came back.
var errKilled = errors.New("the process is dead")

// gate is where the calls of one process wait for the scheduler. Without a
// world every call passes.
type gate struct {
	world   *World
	process int
	dead    bool // guarded by world.mu
	lagging bool // without a world: reads that a replica may answer are stale
}

// ticket is a call that waits.
type ticket struct {
	call
	gate       *gate
	invocation *invocation
	ctx        context.Context
	key        string
	admitted   bool // what slows it down was drawn
	granted    chan verdict
}

func (t *ticket) String() string { return t.key }

type invocationKey struct{}

// pass waits until the call may have its effect, and lets it have it.
func (g *gate) pass(ctx context.Context, c call, effect func(verdict) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if g.world == nil {
		return effect(verdict{stale: g.lagging && c.lags})
	}
	inv, _ := ctx.Value(invocationKey{}).(*invocation)
	t := &ticket{call: c, gate: g, invocation: inv, ctx: ctx, granted: make(chan verdict, 1)}
	t.key = fmt.Sprintf("%s %s", inv, c)
	if !g.world.wait(t) {
		return errKilled
	}
	v := <-t.granted
	var err error
	if !v.stop {
		err = effect(v)
	}
	switch {
	case v.killed:
		return errKilled
	case err != nil:
		return err
	}
	return v.err
}

// wait enters a ticket; false if its process is dead.
func (w *World) wait(t *ticket) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t.gate.dead {
		return false
	}
	w.tickets = append(w.tickets, t)
	return true
}
