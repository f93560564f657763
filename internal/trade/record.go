package trade

import (
	"encoding/json"
	"fmt"
	"time"
)

// OrderRecord is how an order is remembered, one aggregate each: the current
// version, and where it came from. Earlier versions stay beside it under
// OrderVersionID.
type OrderRecord struct {
	Version  int             `json:"version"` // of the order, from 1; rises with each replacement
	Number   string          `json:"number"`
	Release  string          `json:"release,omitempty"`
	Partner  string          `json:"partner"`
	Channel  string          `json:"channel"`
	Source   string          `json:"source"`         // file#interchange.group.set
	Hash     string          `json:"hash"`           // SHA-256 of the canonical JSON
	Test     bool            `json:"test,omitempty"` // from a test interchange: it never reaches an ERP
	Received time.Time       `json:"received"`
	Order    json.RawMessage `json:"order,omitempty"` // canonical JSON, while small
	File     string          `json:"file,omitempty"`  // else the content-addressed file that holds it
}

const (
	OrderRecordID      = "order"
	HeldOrderID        = "order.held" // other content under the same key, waiting for a person
	OrderRecordKind    = "order"
	OrderRecordVersion = 1
)

// ERPRecord is what the ERP answered for the last version pushed to it.
type ERPRecord struct {
	Version   int       `json:"version"`
	Reference string    `json:"reference"` // the ERP's own number
	At        time.Time `json:"at"`
}

const (
	ERPRecordID      = "erp"
	ERPRecordKind    = "erp"
	ERPRecordVersion = 1
)

// OrderVersionID is the record id of an earlier version of an order.
func OrderVersionID(version int) string { return fmt.Sprintf("order.%d", version) }
