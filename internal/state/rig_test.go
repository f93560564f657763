package state_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/state"
)

const queue = state.QueueEDIInbound

// rig is a store over a platform in a temporary folder.
type rig struct {
	*state.Store
	t        *testing.T
	platform *local.Platform
}

func newRig(t *testing.T) *rig {
	t.Helper()
	queues := map[string]local.QueueConfig{}
	for _, q := range state.QueueNames() {
		queues[q] = local.QueueConfig{Sessions: true, MaxDelivery: 1}
	}
	p, err := local.Open(t.TempDir(), local.Options{Queues: queues})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return &rig{state.New(p.Records, p.Files, p.Queues, state.Options{}), t, p}
}

// deadLetter sends a message and lets the broker give it up.
func (r *rig) deadLetter(queue string, body json.RawMessage) {
	r.t.Helper()
	m := state.Message{ID: state.RandomID(), Queue: queue, Session: "acme/00", Body: body}
	if err := r.platform.Queues.Send(r.t.Context(), m); err != nil {
		r.t.Fatal(err)
	}
	s, err := r.platform.Queues.AcceptSession(r.t.Context(), queue, time.Minute)
	if err != nil {
		r.t.Fatal(err)
	}
	defer s.Close(context.WithoutCancel(r.t.Context()))
	d, err := s.Next(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.platform.Queues.Abandon(r.t.Context(), queue, d.Token); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) depth(queue string) state.Depth {
	r.t.Helper()
	d, err := r.platform.Queues.Depth(r.t.Context(), queue)
	if err != nil {
		r.t.Fatal(err)
	}
	return d
}

// failures lists what was given up of a tenant.
func (r *rig) failures(tenant string) []state.Failure {
	r.t.Helper()
	rows, err := r.List(r.t.Context(), state.ListQuery{Tenant: tenant, List: state.ListFailures})
	if err != nil {
		r.t.Fatal(err)
	}
	var all []state.Failure
	for _, row := range rows {
		var f state.Failure
		if err := json.Unmarshal(row.Body, &f); err != nil {
			r.t.Fatal(err)
		}
		all = append(all, f)
	}
	return all
}

func wake(t *testing.T, w state.Wake) json.RawMessage {
	t.Helper()
	w.Kind, w.Version, w.ID = state.WakeKind, state.WakeVersion, "w1"
	body, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
