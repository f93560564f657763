package ops

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/state"
)

// Document is a document of ours and how far its partner has it.
type Document struct {
	Tenant string `json:"tenant"`
	exchange.OutgoingView
}

// documents shows the newest documents of ours, with what their partners say
// of them.
func (a API) documents(r *http.Request) (any, error) {
	most, err := limit(r)
	if err != nil {
		return nil, err
	}
	tenants, err := a.tenants(r)
	if err != nil {
		return nil, err
	}
	found := []Document{}
	for _, tenant := range tenants {
		rows, err := a.Store.List(r.Context(), state.ListQuery{Tenant: tenant, List: state.ListSent, Limit: most})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			var at struct {
				Key string `json:"key"`
			}
			if err := json.Unmarshal(row.Body, &at); err != nil {
				return nil, fmt.Errorf("row %s of the list of documents sent: %w", row.ID, err)
			}
			v, err := a.Exchange.ShowOutgoing(r.Context(), state.Key{Tenant: tenant, Aggregate: at.Key})
			if err != nil {
				return nil, err
			}
			found = append(found, Document{tenant, v})
		}
	}
	slices.SortStableFunc(found, func(x, y Document) int { return y.At.Compare(x.At) })
	return found[:min(len(found), most)], nil
}

// Batches says how many documents leave that waited for others.
type Batches struct {
	Documents int `json:"documents"`
}

// sendBatches lets what waits for others leave now.
func (a API) sendBatches(r *http.Request) (any, error) {
	n, err := a.Exchange.Flush(r.Context(), r.PathValue("tenant"), r.PathValue("partner"))
	return Batches{n}, err
}
