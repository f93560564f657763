package trade

import (
	"encoding/json"
	"fmt"
	"time"
)

// Direction is which way a document went.
type Direction string

const (
	In  Direction = "in"  // from the partner
	Out Direction = "out" // to the partner
)

// DocumentRecord is how a document of any noun is remembered, one aggregate
// each: the current version, and where it came from. Earlier versions stay
// beside it under DocumentVersionID.
type DocumentRecord struct {
	Version   int             `json:"version"` // of the document, from 1; rises with each replacement
	Noun      string          `json:"noun"`    // such as order
	Number    string          `json:"number"`
	Release   string          `json:"release,omitempty"`
	About     string          `json:"about,omitempty"` // number of the order it is about
	Partner   string          `json:"partner"`
	Channel   string          `json:"channel"`
	Direction Direction       `json:"direction"`
	Standard  string          `json:"standard"`       // x12 or edifact
	Set       string          `json:"set"`            // transaction set or message type, such as 850
	Source    string          `json:"source"`         // file#interchange.group.set, or the event it came by
	Hash      string          `json:"hash"`           // SHA-256 of the canonical JSON, or of the feed
	Test      bool            `json:"test,omitempty"` // it never reaches a production ERP
	Received  time.Time       `json:"received"`
	Body      json.RawMessage `json:"body,omitempty"` // canonical JSON, while small
	File      string          `json:"file,omitempty"` // else the content-addressed file that holds it
	Feed      string          `json:"feed,omitempty"` // the file of a document that is one line for each item
}

const (
	DocumentRecordID      = "document"
	HeldDocumentID        = "document.held" // other content under the same key, waiting for a person
	DocumentRecordKind    = "document"
	DocumentRecordVersion = 1
)

// DocumentVersionID is the record id of an earlier version of a document.
func DocumentVersionID(version int) string { return fmt.Sprintf("document.%d", version) }

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
