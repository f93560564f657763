package demoerp

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Event is what the ERP has to say to a partner: a document for it.
type Event struct {
	ID       string `json:"id"`
	Noun     string `json:"noun"`
	Partner  string `json:"partner"`
	Number   string `json:"number"`
	Release  string `json:"release,omitempty"`
	About    string `json:"about,omitempty"`
	Document any    `json:"document"`
}

// Answer makes the ERP confirm, ship and invoice each order of a partner as
// soon as it has it.
func (s *Server) Answer(partners ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, partners...)
}

// events serves GET /events?after=&limit=: what came up after an event, in
// order.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	after, _ := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64) // none is the beginning
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil {
		limit = 100
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []json.RawMessage{}
	err = sqlitex.Execute(s.conn, `SELECT body FROM events WHERE id > ? ORDER BY id LIMIT ?`, &sqlitex.ExecOptions{
		Args: []any{after, limit}, ResultFunc: func(stmt *sqlite.Stmt) error {
			found = append(found, json.RawMessage(stmt.ColumnText(0)))
			return nil
		}})
	reply(w, found, err)
}

// order is what the ERP reads of an order.
type order struct {
	Number   string `json:"number"`
	Release  string `json:"release"`
	Date     string `json:"date"`
	Currency string `json:"currency"`
	Lines    []struct {
		Number     string          `json:"number"`
		Quantity   string          `json:"quantity"`
		Unit       string          `json:"unit"`
		Price      string          `json:"price"`
		PriceBasis string          `json:"priceBasis"`
		Items      json.RawMessage `json:"items"`
	} `json:"lines"`
}

// react writes the events of an order that was saved first, within the
// transaction that saves it.
func (s *Server) react(partner string, reference int64, body []byte) error {
	if !slices.Contains(s.answers, partner) {
		return nil
	}
	var o order
	if err := json.Unmarshal(body, &o); err != nil {
		return fmt.Errorf("read the order: %w", err)
	}
	today := time.Now().UTC().Format(time.DateOnly)
	for _, e := range []Event{
		{Noun: "order-response", Number: o.Number, Release: o.Release, About: o.Number, Document: o.confirm(format(reference), today)},
		{Noun: "shipment", Number: fmt.Sprintf("SH-%06d", reference), About: o.Number, Document: o.ship(fmt.Sprintf("SH-%06d", reference), today)},
		{Noun: "invoice", Number: fmt.Sprintf("INV-%06d", reference), About: o.Number, Document: o.bill(fmt.Sprintf("INV-%06d", reference), format(reference), today)},
	} {
		last, _, err := s.number(`SELECT coalesce(max(id), 0) FROM events`)
		if err != nil {
			return err
		}
		e.ID, e.Partner = strconv.FormatInt(last+1, 10), partner
		text, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("event: %w", err)
		}
		if err := sqlitex.Execute(s.conn, `INSERT INTO events VALUES (?, ?)`, &sqlitex.ExecOptions{Args: []any{last + 1, string(text)}}); err != nil {
			return err
		}
	}
	return nil
}

// object is a document in the making: members that are empty are left out.
type object map[string]any

func (o object) with(name string, value any) object {
	switch v := value.(type) {
	case string:
		if v == "" {
			return o
		}
	case json.RawMessage:
		if len(v) == 0 {
			return o
		}
	}
	o[name] = value
	return o
}

// confirm takes every line as it was ordered.
func (o order) confirm(reference, today string) object {
	var lines []object
	for _, l := range o.Lines {
		lines = append(lines, object{"number": l.Number, "quantity": l.Quantity}.
			with("unit", l.Unit).with("price", l.Price).with("priceBasis", l.PriceBasis).with("items", l.Items))
	}
	return object{
		"kind": "order-response", "version": 1, "number": o.Number, "status": "accepted", "date": today, "sellerNumber": reference, "lines": lines,
	}.with("release", o.Release).with("orderDate", o.Date).with("currency", o.Currency)
}

// ship ships all of it in one go.
func (o order) ship(number, today string) object {
	var items []object
	for _, l := range o.Lines {
		items = append(items, object{"number": l.Number, "quantity": l.Quantity}.with("unit", l.Unit).with("items", l.Items))
	}
	return object{
		"kind": "shipment", "version": 1, "number": number, "purpose": "original", "date": today, "time": "12:00",
		"orders": []object{object{"number": o.Number, "items": items}.with("date", o.Date)},
	}
}

// bill asks for what was shipped.
func (o order) bill(number, reference, today string) object {
	var lines []object
	total := new(big.Rat)
	for _, l := range o.Lines {
		lines = append(lines, object{"number": l.Number, "quantity": l.Quantity}.
			with("unit", l.Unit).with("price", l.Price).with("priceBasis", l.PriceBasis).with("items", l.Items))
		quantity, ok := new(big.Rat).SetString(l.Quantity)
		if price, priced := new(big.Rat).SetString(l.Price); ok && priced {
			total.Add(total, quantity.Mul(quantity, price))
		}
	}
	return object{
		"kind": "invoice", "version": 1, "number": number, "type": "invoice", "purpose": "original", "date": today, "sellerNumber": reference,
		"orderNumber": o.Number, "lines": lines, "total": money(total),
	}.with("release", o.Release).with("orderDate", o.Date).with("currency", o.Currency)
}

// money writes an amount to the cent, without needless zeros.
func money(r *big.Rat) string {
	return strings.TrimSuffix(strings.TrimRight(r.FloatString(2), "0"), ".")
}
