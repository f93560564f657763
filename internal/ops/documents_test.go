package ops

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/crossdock/crossdock/internal/state"
)

// A document of ours is shown with how far its partner has it.
func TestDocuments(t *testing.T) {
	r := newRig(t)
	key := state.Key{Tenant: "quay", Aggregate: "order-response-out.anchor.PO-1"}
	body, err := json.Marshal(map[string]any{
		"version": 1, "noun": "order-response", "number": "PO-1", "partner": "anchor", "channel": "main", "direction": "out", "standard": "x12", "set": "855", "source": "erp:1",
	})
	if err != nil {
		t.Fatal(err)
	}
	b := r.store.Batch(key)
	b.Create("document", "document", 1, json.RawMessage(body))
	b.Want(state.QueueEDIOutbound, 1)
	b.Post(state.ListSent, key.Aggregate, r.store.Now(), map[string]string{"key": key.Aggregate})
	if _, err := b.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	docs, err := r.client.Documents(t.Context(), "quay", 10)
	if err != nil || len(docs) != 1 || docs[0].Tenant != "quay" || docs[0].Set != "855" || docs[0].Status != "on its way" {
		t.Errorf("got %+v (%v), want the 855 on its way", docs, err)
	}
}

// What a person may set off: jobs, and batches that wait.
func TestSetOff(t *testing.T) {
	r := newRig(t)
	if s, err := r.client.Run(t.Context(), "quay", "dance"); err != nil || s.Last.IsZero() {
		t.Errorf("run: %+v (%v)", s, err)
	}
	if n, err := r.client.SendBatches(t.Context(), "quay", "anchor"); err != nil || n.Documents != 0 {
		t.Errorf("batches: %+v (%v), want none waiting", n, err)
	}
	for name, call := range map[string]func() error{
		"job":     func() error { _, err := r.client.Run(t.Context(), "quay", "sing"); return err },
		"partner": func() error { _, err := r.client.SendBatches(t.Context(), "quay", "nobody"); return err },
	} {
		var no *AnswerError
		if err := call(); !errors.As(err, &no) || no.Status != http.StatusNotFound {
			t.Errorf("no such %s: %v, want %d", name, err, http.StatusNotFound)
		}
	}
}
