package state

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"time"
)

// Lists answer what is not asked by aggregate.
const (
	ListFiles      = "files"      // every file that arrived
	ListUnfinished = "unfinished" // files without an outcome; struck when they have one
	ListDocuments  = "documents"  // documents by number
	ListSent       = "sent"       // documents for partners, by number
	ListFailures   = "failures"   // what no retry will mend; struck when settled
	ListWaiting    = "waiting"    // documents held for a person or for another document
)

// listShards spreads a month of one list over partitions, so that a busy
// tenant's posts do not meet in one; readers merge the shards.
const listShards = 4

// RowKey is the partition a row is held in.
func RowKey(r Row) Key {
	h := fnv.New32a()
	h.Write([]byte(r.ID))
	return listKey(r.Tenant, r.List, r.At.UTC().Format("2006-01"), int(h.Sum32()%listShards))
}

func listKey(tenant, list, month string, shard int) Key {
	return Key{Tenant: tenant, Aggregate: fmt.Sprintf("list/%s/%s/%d", list, month, shard)}
}

// RowRecord is the record a row is kept as. Its id begins with the
// complement of the time, so the newest row comes first.
func RowRecord(r Row) Record {
	at := r.At.UTC()
	body, err := json.Marshal(rowBody{ID: r.ID, At: at, Row: r.Body})
	if err != nil { // r.Body was made by json.Marshal
		panic(fmt.Sprintf("state: row %s of list %s: %v", r.ID, r.List, err))
	}
	id := fmt.Sprintf("%016x.%s", uint64(math.MaxInt64-at.UnixMilli()), r.ID)
	return Record{ID: id, Kind: "row", Version: 1, Body: body}
}

type rowBody struct {
	ID  string          `json:"id"`
	At  time.Time       `json:"at"`
	Row json.RawMessage `json:"row"`
}

// ListQuery says which rows of a list are wanted.
type ListQuery struct {
	Tenant string
	List   string
	Since  time.Time // rows from this time on; zero: two months back
	Limit  int       // at most this many rows; 0: 1,000
}

// List returns the newest rows of a list first. Rows of one list are merged
// from its shards, newest month first, until Limit is reached.
func (s *Store) List(ctx context.Context, q ListQuery) ([]Row, error) {
	if q.Limit <= 0 {
		q.Limit = 1000
	}
	now := s.now().UTC()
	if q.Since.IsZero() {
		q.Since = now.AddDate(0, -2, 0)
	}
	oldest := q.Since.UTC().Format("2006-01")
	var rows []Row
	// One month ahead covers rows whose time comes from a clock before ours.
	for month := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC); month.Format("2006-01") >= oldest; month = month.AddDate(0, -1, 0) {
		found, err := s.month(ctx, q, month.Format("2006-01"))
		if err != nil {
			return nil, err
		}
		rows = append(rows, found...)
		if len(rows) >= q.Limit {
			return rows[:q.Limit], nil
		}
	}
	return rows, nil
}

func (s *Store) month(ctx context.Context, q ListQuery, month string) ([]Row, error) {
	var rows []Row
	for shard := range listShards {
		key, next := listKey(q.Tenant, q.List, month, shard), ""
		for taken := 0; taken < q.Limit; {
			page, err := s.backend.Scan(ctx, key, "", "", "", next, min(q.Limit, 500))
			if err != nil {
				return nil, fmt.Errorf("list %s of tenant %s: %w", q.List, q.Tenant, err)
			}
			for _, rec := range page.Records {
				var b rowBody
				if err := json.Unmarshal(rec.Body, &b); err != nil {
					return nil, fmt.Errorf("list %s of tenant %s: row %s: %w", q.List, q.Tenant, rec.ID, err)
				}
				if b.At.Before(q.Since) {
					continue
				}
				rows = append(rows, Row{Tenant: q.Tenant, List: q.List, ID: b.ID, At: b.At, Body: b.Row})
				taken++
			}
			if next = page.Next; next == "" {
				break
			}
		}
	}
	slices.SortFunc(rows, func(a, b Row) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return rows, nil
}
