package mappings

import (
	"github.com/crossdock/crossdock/edi"
)

// Document is a map between one kind of document of a standard and one of our
// nouns, compiled.
type Document struct {
	name, version       string
	noun, standard, set string
	root                *loop
	tags                tagTable
	loops               []*loop
	scopes              []*scope
	placements          int
}

// Name is the map's name, such as "x12/850".
func (d *Document) Name() string { return d.name }

// Version identifies the content of the map, the schema and the code tables it
// was compiled from.
func (d *Document) Version() string { return d.version }

// Noun is what the map makes, such as "order".
func (d *Document) Noun() string { return d.noun }

// Standard is "x12" or "edifact".
func (d *Document) Standard() string { return d.standard }

// Set is the transaction set or message type read, such as "850".
func (d *Document) Set() string { return d.set }

// loop is a group of segments that repeats as one; the root is the set itself.
type loop struct {
	index  int
	id     string // the segment that begins it; empty for the root
	path   string // of triggers, such as PO1/PID
	parent *loop
	begin  *placement   // where its trigger stands, in the parent
	places []*placement // by the number of the tag; those beyond are nil
	scopes []*scope     // objects made from each turn of the loop
}

func (l *loop) place(tag int) *placement {
	if tag >= len(l.places) {
		return nil
	}
	return l.places[tag]
}

// placement is a segment at one place of the set.
type placement struct {
	index   int
	segment string
	opens   *loop // the loop it begins, if any
	steps   []step
	ignored bool // nothing of it is wanted, and that is no news
	once    bool
}

// scope is an object of the document to be made: its fields and where it goes.
type scope struct {
	index    int
	parent   *scope
	list     int // field of the parent it is an item of
	fields   []field
	path     string       // for messages, such as lines.schedules
	severity edi.Severity // of what keeps an item from being made
	where    bool         // its place must be remembered until it closes
	always   uint64       // fields, as bits, to look at though nothing set them
	needed   bool         // one with nothing in it is a fault
}

// maxFields is how many fields an object may have: they are bits of a word.
const maxFields = 64

type fieldKind uint8

const (
	fieldConstant fieldKind = iota
	fieldValue
	fieldTexts
	fieldList
)

// field is a field of a scope, in the order of the schema.
type field struct {
	name      string
	head      []byte // `"name":`
	kind      fieldKind
	constant  []byte
	required  bool // the schema says so: without it there is no object
	expected  bool // its lack is worth a warning
	alone     bool // from one unqualified reference: its lack is known at the segment
	late      bool // its lack may be known only when the object closes
	ordinal   bool // where no value came, the item's number in its list
	malformed edi.Severity
	segment   string // where it comes from, for a finding of its lack
	element   int
	reference string
}

type stepKind uint8

const (
	stepValue stepKind = iota
	stepText
	stepItem
	stepPairs
	stepCount
)

// What a step in the pairs of a segment reads; others read their place.
type pairSide uint8

const (
	sidePlace pairSide = iota
	sideQualifier
	sideValue
)

// step is what one segment at one place does.
type step struct {
	kind      stepKind
	scope     *scope
	field     int
	place     *place
	side      pairSide
	rank      int // among the alternatives of a value; the lowest wins
	transform transform
	sub       *scope // item and pairs: the object made, by its own steps
	steps     []step
	first     int   // pairs: element of the first qualifier
	counted   *loop // count: whose turns the element says
}
