package exchange_test

import (
	"context"
	"testing"

	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/mappings"
)

// meanwhile publishes as soon as a file has taken the catalogue in force.
type meanwhile struct {
	*partners.Catalogs
	publish func()
}

func (m *meanwhile) Catalog(ctx context.Context) (*mappings.Catalog, error) {
	c, err := m.Catalogs.Catalog(ctx)
	if m.publish != nil {
		m.publish()
		m.publish = nil
	}
	return c, err
}

// TestPublishedMeanwhile: a file is judged, applied and answered by the
// catalogue it began with; the next one by what was published.
func TestPublishedMeanwhile(t *testing.T) {
	r := newRig(t, nil)
	r.agree("live", uncompared, "reject")
	catalogs := r.Catalogs.(*partners.Catalogs)
	r.Catalogs = &meanwhile{catalogs, func() {
		if _, _, err := catalogs.Publish(t.Context(), partners.Publication{
			Who: "operator", Why: "it is enough",
			Files: map[string]string{"partners/quay/buyer.jsonc": `{"name": "Buyer", "status": "suspended",
				"x12": {"theirs": [{"qualifier": "ZZ", "id": "BUYER"}], "acknowledge": {"functional": "none"}}, "receive": {"850": {"map": "none"}}}`},
		}); err != nil {
			t.Error(err)
		}
	}}
	first := r.receive("main", "first.edi", []byte(file("buyer", "P-1")))
	if first.File.Outcome != inbox.Accepted || len(first.Sets) != 1 || first.Sets[0].Document == nil || len(first.Sent) != 1 || first.Sent[0].Summary != "997 A" {
		t.Errorf("the file that was begun: %s, %d sets, sent %+v", first.File.Outcome, len(first.Sets), first.Sent)
	}
	second := r.receive("main", "second.edi", []byte(file("buyer", "P-2")))
	if second.File.Outcome != inbox.Rejected {
		t.Errorf("the next file: %s", second.File.Outcome)
	}
	if one, two := first.Verdict.Catalog, second.Verdict.Catalog; one == two || one[0] != '0' || two[0] != '1' {
		t.Errorf("judged by %s and %s", one, two)
	}
}
