package trade

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// KindOrder and OrderVersion stand in every order. A reader takes the current
// and the previous version; a newer one is for a later release to read.
const (
	KindOrder    = "order"
	OrderVersion = 1
)

// ErrNotOrder is what DecodeOrder and Validate refuse a document with.
var ErrNotOrder = errors.New("not an order")

// Order is what a buyer asks of a seller: the canonical form of an X12 850 and
// an EDIFACT ORDERS. Codes without a word of ours keep their standard's code
// as "x12:CODE". The fields stand in the order of the published JSON Schema,
// mappings/documents/order.schema.json.
type Order struct {
	Kind       string      `json:"kind"`
	Version    int         `json:"version"`
	Number     string      `json:"number"`            // the buyer's order number
	Release    string      `json:"release,omitempty"` // the release of a blanket order
	Purpose    string      `json:"purpose"`           // original, replace, cancel, ...
	Type       string      `json:"type,omitempty"`    // new, stand-alone, drop-ship, ...
	Date       Date        `json:"date,omitzero"`
	Contract   string      `json:"contract,omitempty"`
	Currency   string      `json:"currency,omitempty"` // ISO 4217, as sent
	References []Reference `json:"references,omitempty"`
	Dates      []OrderDate `json:"dates,omitempty"`
	Contacts   []Contact   `json:"contacts,omitempty"`
	Parties    []Party     `json:"parties,omitempty"`
	Terms      []Terms     `json:"terms,omitempty"`
	Shipping   []Shipping  `json:"shipping,omitempty"`
	Charges    []Charge    `json:"charges,omitempty"`
	Notes      []Comment   `json:"notes,omitempty"`
	Lines      []OrderLine `json:"lines"`
	Total      *Decimal    `json:"total,omitempty"` // as the buyer states it, not computed
}

// OrderLine is one thing ordered.
type OrderLine struct {
	Number       string      `json:"number"` // the buyer's, or the line's ordinal where the buyer sent none
	Quantity     Decimal     `json:"quantity"`
	Unit         string      `json:"unit,omitempty"` // X12 element 355 code
	Price        *Decimal    `json:"price,omitempty"`
	PriceBasis   string      `json:"priceBasis,omitempty"` // X12 element 639 code
	Items        []ItemID    `json:"items,omitempty"`
	Descriptions []string    `json:"descriptions,omitempty"`
	Packs        []Pack      `json:"packs,omitempty"`
	References   []Reference `json:"references,omitempty"`
	Dates        []OrderDate `json:"dates,omitempty"`
	Parties      []Party     `json:"parties,omitempty"`
	Charges      []Charge    `json:"charges,omitempty"`
	Schedules    []Schedule  `json:"schedules,omitempty"`
	Notes        []Comment   `json:"notes,omitempty"`
}

// ItemID is one of the numbers an item is known by.
type ItemID struct {
	Type string `json:"type"` // buyer, vendor, upc, gtin-13, manufacturer, ...
	ID   string `json:"id"`
}

// Pack is how an item is packed.
type Pack struct {
	Count string `json:"count,omitempty"` // inner packs in an outer one
	Size  string `json:"size,omitempty"`
	Unit  string `json:"unit,omitempty"`
}

// Schedule is a part of a line's quantity with its own date.
type Schedule struct {
	Quantity Decimal `json:"quantity"`
	Unit     string  `json:"unit,omitempty"`
	DateType string  `json:"dateType,omitempty"`
	Date     Date    `json:"date,omitzero"`
}

// Reference is a number the parties know something by.
type Reference struct {
	Type        string `json:"type"`
	ID          string `json:"id,omitempty"`
	Description string `json:"description,omitempty"`
}

// OrderDate is a day with its meaning.
type OrderDate struct {
	Type string `json:"type"`
	Date Date   `json:"date"`
}

// Party is a firm or a place with its role in the order.
type Party struct {
	Role       string      `json:"role"`
	Name       string      `json:"name,omitempty"`
	MoreNames  []string    `json:"moreNames,omitempty"`
	IDType     string      `json:"idType,omitempty"` // duns, gln, buyer-assigned, ...
	ID         string      `json:"id,omitempty"`
	Street     []string    `json:"street,omitempty"`
	City       string      `json:"city,omitempty"`
	Region     string      `json:"region,omitempty"`
	PostalCode string      `json:"postalCode,omitempty"`
	Country    string      `json:"country,omitempty"`
	References []Reference `json:"references,omitempty"`
	Contacts   []Contact   `json:"contacts,omitempty"`
}

// Contact is how to reach somebody who answers for the order.
type Contact struct {
	Role  string `json:"role,omitempty"`
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	Fax   string `json:"fax,omitempty"`
	Email string `json:"email,omitempty"`
}

// Terms is when and how the buyer pays.
type Terms struct {
	Type            string   `json:"type,omitempty"` // X12 element 336 code
	DiscountPercent *Decimal `json:"discountPercent,omitempty"`
	DiscountDays    string   `json:"discountDays,omitempty"`
	NetDays         string   `json:"netDays,omitempty"`
	Description     string   `json:"description,omitempty"`
}

// Shipping is how the goods are to travel.
type Shipping struct {
	CarrierType string `json:"carrierType,omitempty"`
	Carrier     string `json:"carrier,omitempty"`
	Method      string `json:"method,omitempty"` // X12 element 91 code
	Routing     string `json:"routing,omitempty"`
	Service     string `json:"service,omitempty"`
}

// Charge is an allowance or a charge beside the prices.
type Charge struct {
	Kind        string   `json:"kind"`           // allowance, charge, ...
	Code        string   `json:"code,omitempty"` // X12 element 1300 code
	Amount      *Decimal `json:"amount,omitempty"`
	Percent     *Decimal `json:"percent,omitempty"`
	Description string   `json:"description,omitempty"`
}

// Comment is free text, with the reference it was sent under.
type Comment struct {
	Type string   `json:"type,omitempty"`
	ID   string   `json:"id,omitempty"`
	Text []string `json:"text,omitempty"`
}

// Canonical returns the order's canonical JSON.
func (o *Order) Canonical() ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(o); err != nil {
		return nil, fmt.Errorf("encode order %q: %w", o.Number, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// DecodeOrder reads the canonical JSON of an order and validates it. Unknown
// fields are an error: a document is either of a version we know or it is not.
func DecodeOrder(data []byte) (*Order, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	order := new(Order)
	if err := decoder.Decode(order); err != nil {
		return nil, fmt.Errorf("decode order: %w: %w", ErrNotOrder, err)
	}
	if decoder.More() {
		return nil, fmt.Errorf("decode order: %w: data after the document", ErrNotOrder)
	}
	if err := order.Validate(); err != nil {
		return nil, err
	}
	return order, nil
}

// Validate checks what an order cannot be without: its kind and version, a
// number, a purpose, at least one line, and on each line a number and a
// quantity that is not negative.
func (o *Order) Validate() error {
	switch {
	case o.Kind != KindOrder:
		return fmt.Errorf("validate order: %w: kind %q", ErrNotOrder, o.Kind)
	case o.Version != OrderVersion:
		return fmt.Errorf("validate order: %w: version %d, want %d", ErrNotOrder, o.Version, OrderVersion)
	case o.Number == "":
		return fmt.Errorf("validate order: %w: no number", ErrNotOrder)
	case o.Purpose == "":
		return fmt.Errorf("validate order %q: %w: no purpose", o.Number, ErrNotOrder)
	case len(o.Lines) == 0:
		return fmt.Errorf("validate order %q: %w: no lines", o.Number, ErrNotOrder)
	}
	for i := range o.Lines {
		line := &o.Lines[i]
		if line.Number == "" {
			return fmt.Errorf("validate order %q, line %d: %w: no number", o.Number, i+1, ErrNotOrder)
		}
		if line.Quantity.Sign() < 0 {
			return fmt.Errorf("validate order %q, line %d: %w: quantity %s", o.Number, i+1, ErrNotOrder, line.Quantity)
		}
	}
	return nil
}
