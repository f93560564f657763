package redact

import (
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/grammar"
)

// kind says what becomes of a value.
type kind int

const (
	kept  kind = iota
	word       // replaced
	price      // replaced unless totals would not add up any more
)

// Elements of X12 that are prices and amounts of money.
func x12Price(id string) bool {
	switch id {
	case "118", "212", "237", "258", "343", "359", "360", "362", "389", "390", "391", "418", "419", "420", "421", "610", "655", "782", "857", "1051", "1687":
		return true
	}
	return false
}

// x12Kept are texts of X12 that are numbers within the document, versions,
// dates, or codes.
func x12Kept(id string) bool {
	switch id {
	case "3", "55", "87", "234":
		return false
	case "143", "329", "350", "447", "480", "554", "628", "734", "1251", "1300", "1301", "1270", "1271", "1705", "I11", "I12", "I15", "I65", "721", "725", "9998", "9999", "822":
		return true
	}
	return false
}

// x12Word are coded elements of X12 that name a place or a person.
func x12Word(id string) bool { return id == "116" }

// edifactPrice are elements of EDIFACT that are prices and amounts of money.
func edifactPrice(id string) bool {
	switch id {
	case "5004", "5118", "5286", "5420":
		return true
	}
	return false
}

// edifactKept are texts of EDIFACT that are numbers within the document,
// versions, dates, or quantities.
func edifactKept(id string) bool {
	switch id {
	case "0004", "0008", "0010", "0014", "0022", "0032", "0040", "0042", "0044", "0046", "0058":
		return false
	case "1050", "1056", "1058", "1060", "1082", "1156", "1222", "2380", "5278", "5284", "5402", "6060", "6064", "6066", "6152", "6162", "6314", "6411", "7164", "7166":
		return true
	}
	return id[0] == '0'
}

// kindOf says what becomes of an element of a step.
func kindOf(step *document.Step, e document.Element) kind {
	if len(e.Raw) == 0 {
		return kept
	}
	def := e.Def
	if def == nil {
		return unknown(e.Raw)
	}
	if step.Interchange.Standard == edi.EDIFACT {
		return edifactKind(def)
	}
	return x12Kind(def)
}

func x12Kind(def *grammar.ElementDef) kind {
	switch {
	case x12Price(def.ID):
		return price
	case x12Word(def.ID):
		return word
	case x12Kept(def.ID), def.Coded(), def.Max <= 3:
		return kept
	case def.Type == grammar.TypeAN || def.Type == grammar.TypeB:
		return word
	}
	return kept
}

func edifactKind(def *grammar.ElementDef) kind {
	switch {
	case edifactPrice(def.ID):
		return price
	case edifactKept(def.ID):
		return kept
	case def.ID[0] == '0':
		return word
	case def.Coded(), def.Max <= 3, def.Type == grammar.TypeNumeric:
		return kept
	}
	return word
}

// unknown is the kind of a value of which no table tells: short ones are taken
// for codes.
func unknown(raw []byte) kind {
	if len(raw) <= 3 {
		return kept
	}
	return word
}
