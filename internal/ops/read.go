package ops

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
)

// What is open is counted and not paged: every row of the lists that are
// struck when something is settled, as far back as anybody would look.
const (
	mostOpen  = 100_000
	yearsOpen = 1
)

// open returns the rows of such a list.
func (a API) open(ctx context.Context, tenant, list string) ([]state.Row, error) {
	since := a.Store.Now().AddDate(-yearsOpen, 0, 0)
	return a.Store.List(ctx, state.ListQuery{Tenant: tenant, List: list, Since: since, Limit: mostOpen})
}

func (a API) status(r *http.Request) (any, error) {
	ctx, s := r.Context(), Status{Queues: map[string]state.Depth{}}
	older := func(d state.Depth) {
		if !d.Oldest.IsZero() && (s.Oldest.IsZero() || d.Oldest.Before(s.Oldest)) {
			s.Oldest = d.Oldest
		}
	}
	tenants, err := a.tenants(r)
	if err != nil {
		return nil, err
	}
	for _, tenant := range tenants {
		open, err := a.unfinished(r, tenant)
		if err != nil {
			return nil, err
		}
		s.Unfinished += len(open)
		for _, row := range open {
			older(state.Depth{Oldest: row.At})
		}
		for list, n := range map[string]*int{state.ListWaiting: &s.Waiting, state.ListFailures: &s.Failed} {
			rows, err := a.open(ctx, tenant, list)
			if err != nil {
				return nil, err
			}
			*n += len(rows)
		}
	}
	for _, q := range state.QueueNames() {
		d, err := a.Queues.Depth(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("queue %s: %w", q, err)
		}
		s.Queues[q] = d
		older(d)
	}
	return s, nil
}

// unfinished returns the files without an outcome. A row whose file is
// finished stayed behind when its posting and its striking crossed; it is
// passed over.
func (a API) unfinished(r *http.Request, tenant string) ([]state.Row, error) {
	rows, err := a.open(r.Context(), tenant, state.ListUnfinished)
	if err != nil {
		return nil, err
	}
	open := rows[:0]
	for _, row := range rows {
		f, err := inbox.Read(r.Context(), a.Store, tenant, row.ID)
		if errors.Is(err, state.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if f.Outcome == "" {
			open = append(open, row)
		}
	}
	return open, nil
}

func (a API) files(r *http.Request) (any, error) {
	most, err := limit(r)
	if err != nil {
		return nil, err
	}
	tenants, err := a.tenants(r)
	if err != nil {
		return nil, err
	}
	found := []FileRow{}
	for _, tenant := range tenants {
		rows, err := a.Store.List(r.Context(), state.ListQuery{Tenant: tenant, List: state.ListFiles, Limit: most})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			f, err := inbox.Read(r.Context(), a.Store, tenant, row.ID)
			if err != nil {
				return nil, err
			}
			fr := FileRow{ID: f.ID, Tenant: f.Tenant, Channel: f.Channel, Name: f.Name, Size: f.Size, Arrived: f.Arrived, Outcome: f.Outcome}
			if !f.Finished.IsZero() {
				fr.Took = f.Finished.Sub(f.Arrived)
			}
			found = append(found, fr)
		}
	}
	slices.SortStableFunc(found, func(x, y FileRow) int { return y.Arrived.Compare(x.Arrived) })
	return found[:min(len(found), most)], nil
}

// file shows the file whose id begins with what was asked for, as git does
// with its ids.
func (a API) file(r *http.Request) (any, error) {
	most, err := limit(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	tenants, err := a.tenants(r)
	if err != nil {
		return nil, err
	}
	// A whole id is found however old the file is; a part of one among the
	// newest.
	for _, tenant := range tenants {
		if _, err := inbox.Read(r.Context(), a.Store, tenant, id); err == nil {
			return a.Exchange.Show(r.Context(), tenant, id, most)
		} else if !errors.Is(err, state.ErrNotFound) {
			return nil, err
		}
	}
	var hits []FileRow
	for _, tenant := range tenants {
		rows, err := a.Store.List(r.Context(), state.ListQuery{Tenant: tenant, List: state.ListFiles})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if strings.HasPrefix(row.ID, id) {
				hits = append(hits, FileRow{ID: row.ID, Tenant: tenant})
			}
		}
	}
	switch len(hits) {
	case 0:
		return nil, &httpError{http.StatusNotFound, fmt.Sprintf("no file has an id that begins with %q; files list shows the newest", id)}
	case 1:
		return a.Exchange.Show(r.Context(), hits[0].Tenant, hits[0].ID, most)
	default:
		return nil, &httpError{http.StatusConflict, fmt.Sprintf("%d files have an id that begins with %q; give more of it", len(hits), id)}
	}
}

func (a API) failures(r *http.Request) (any, error) {
	most, err := limit(r)
	if err != nil {
		return nil, err
	}
	tenants, err := a.tenants(r)
	if err != nil {
		return nil, err
	}
	found := []state.Failure{}
	for _, tenant := range tenants {
		rows, err := a.Store.List(r.Context(), state.ListQuery{Tenant: tenant, List: state.ListFailures, Limit: most})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			var f state.Failure
			if err := json.Unmarshal(row.Body, &f); err != nil {
				return nil, fmt.Errorf("failure %s: %w", row.ID, err)
			}
			found = append(found, f)
		}
	}
	return found, nil
}
