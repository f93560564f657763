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

// Order is what a buyer asks of a seller: the canonical form of an X12 850 or 875
// and of an EDIFACT ORDERS. Codes without a word of ours keep their standard's
// code as "x12:CODE". The fields stand in the order of the published JSON
// Schema, mappings/documents/order.schema.json.
type Order struct {
	Kind          string          `json:"kind"`
	Version       int             `json:"version"`
	Number        string          `json:"number"`            // the buyer's order number
	Release       string          `json:"release,omitempty"` // the release of a blanket order
	Purpose       string          `json:"purpose"`
	Type          string          `json:"type,omitempty"`
	Date          Date            `json:"date,omitzero"`
	Time          string          `json:"time,omitempty"`
	Contract      string          `json:"contract,omitempty"`
	Answer        string          `json:"answer,omitempty"` // the kind of answer asked for
	Currency      string          `json:"currency,omitempty"`
	InvoiceType   string          `json:"invoiceType,omitempty"` // X12 element 1019 code
	ExchangeRate  *Decimal        `json:"exchangeRate,omitempty"`
	Link          string          `json:"link,omitempty"`         // what relates several documents
	LinkSequence  string          `json:"linkSequence,omitempty"` // of this document among them
	References    []Reference     `json:"references,omitempty"`
	Dates         []Dated         `json:"dates,omitempty"`
	Contacts      []Contact       `json:"contacts,omitempty"`
	Parties       []Party         `json:"parties,omitempty"`
	DeliveryTerms []DeliveryTerms `json:"deliveryTerms,omitempty"`
	Terms         []Terms         `json:"terms,omitempty"`
	Shipping      []Shipping      `json:"shipping,omitempty"`
	Equipment     []Equipment     `json:"equipment,omitempty"`
	Packaging     []Packaging     `json:"packaging,omitempty"`
	Packs         []Pack          `json:"packs,omitempty"`
	Requirements  []Requirement   `json:"requirements,omitempty"`
	Restrictions  []Restriction   `json:"restrictions,omitempty"`
	Handlings     []Handling      `json:"handlings,omitempty"`
	Packings      []Packing       `json:"packings,omitempty"`
	Marks         []Mark          `json:"marks,omitempty"`
	Descriptions  []string        `json:"descriptions,omitempty"`
	Measures      []Measure       `json:"measures,omitempty"`
	Taxes         []Tax           `json:"taxes,omitempty"`
	Charges       []Charge        `json:"charges,omitempty"`
	Carriage      []Carriage      `json:"carriage,omitempty"`
	Promotions    []Promotion     `json:"promotions,omitempty"`
	Notes         []Comment       `json:"notes,omitempty"`
	Lines         []OrderLine     `json:"lines"`
	ChargeTotals  []Charge        `json:"chargeTotals,omitempty"`
	Amounts       []Amount        `json:"amounts,omitempty"`
	Totals        *Totals         `json:"totals,omitempty"`
	Total         *Decimal        `json:"total,omitempty"` // the total as the buyer states it
}

// OrderLine is one thing ordered.
type OrderLine struct {
	Number          string           `json:"number"`           // the buyer's line number, or the line's ordinal where there is none
	Parent          string           `json:"parent,omitempty"` // the line this one is part of
	Action          string           `json:"action,omitempty"` // add unless something else is said
	Quantity        Decimal          `json:"quantity"`
	Unit            string           `json:"unit,omitempty"`          // X12 element 355 code
	Price           *Decimal         `json:"price,omitempty"`         // of one unit, or of priceQuantity of them
	PriceBasis      string           `json:"priceBasis,omitempty"`    // X12 element 639 code
	PriceCategory   string           `json:"priceCategory,omitempty"` // EDIFACT 5375 code
	PriceKind       string           `json:"priceKind,omitempty"`     // EDIFACT 5387 code
	PriceQuantity   *Decimal         `json:"priceQuantity,omitempty"`
	PriceUnit       string           `json:"priceUnit,omitempty"`
	PriceBracket    string           `json:"priceBracket,omitempty"`
	PriceListNumber string           `json:"priceListNumber,omitempty"`
	PriceListIssue  string           `json:"priceListIssue,omitempty"`
	CaseCode        string           `json:"caseCode,omitempty"` // U.P.C. of the case
	Items           []ItemID         `json:"items,omitempty"`
	Descriptions    []string         `json:"descriptions,omitempty"`
	Characteristics []Characteristic `json:"characteristics,omitempty"`
	Packs           []Pack           `json:"packs,omitempty"`
	Prices          []Priced         `json:"prices,omitempty"`     // other than the price
	Quantities      []Quantified     `json:"quantities,omitempty"` // other than the quantity
	Measures        []Measure        `json:"measures,omitempty"`
	Requirements    []Requirement    `json:"requirements,omitempty"`
	References      []Reference      `json:"references,omitempty"`
	Dates           []Dated          `json:"dates,omitempty"`
	Contacts        []Contact        `json:"contacts,omitempty"`
	Parties         []Party          `json:"parties,omitempty"`
	Stores          []Store          `json:"stores,omitempty"` // what each store gets of the quantity
	Locations       []Location       `json:"locations,omitempty"`
	DeliveryTerms   []DeliveryTerms  `json:"deliveryTerms,omitempty"`
	Terms           []Terms          `json:"terms,omitempty"`
	Shipping        []Shipping       `json:"shipping,omitempty"`
	Packaging       []Packaging      `json:"packaging,omitempty"`
	Handlings       []Handling       `json:"handlings,omitempty"`
	Packings        []Packing        `json:"packings,omitempty"`
	LeadTimes       []LeadTime       `json:"leadTimes,omitempty"`
	Restrictions    []Restriction    `json:"restrictions,omitempty"`
	Marks           []Mark           `json:"marks,omitempty"`
	Taxes           []Tax            `json:"taxes,omitempty"`
	Charges         []Charge         `json:"charges,omitempty"`
	Amounts         []Amount         `json:"amounts,omitempty"`
	Promotions      []Promotion      `json:"promotions,omitempty"`
	Schedules       []Schedule       `json:"schedules,omitempty"`
	Components      []Component      `json:"components,omitempty"` // what the item is made of, or sold with
	Notes           []Comment        `json:"notes,omitempty"`
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
