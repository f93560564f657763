package mappings

import (
	"sync"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
)

// Document is a map between one kind of document of a standard and one of our
// nouns. It is read and written by way of [Document.Bind], which places it on
// the rows of one release.
type Document struct {
	name, version       string
	noun, standard, set string
	feed                string // the list that becomes a feed; empty as a rule
	source              *source
	schema              *schema
	codes               map[string]*codeTable
	shared              *sharedParts
	bound               sync.Map // *grammar.Set to *binding
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

// Feed is the list of the noun whose items are read and written one by one,
// such as "lines"; empty for a document that is one record.
func (d *Document) Feed() string { return d.feed }

// Bound is a [Document] on the rows of one set of one release: what
// [Bound.NewReading] and [Bound.NewWriting] work by.
type Bound struct {
	d         *Document
	set       *grammar.Set
	scopes    []*scope
	loops     []*loop // the first is the set itself
	cells     int
	rows      []rowPlace
	counts    []counting
	constants map[int][]constant // by row
	always    []int              // rows written though nothing needs them
	tree      []*tree            // by loop of the grammar; nil unless its turns are a tree
	feed      *scope
}

// Document is the map that was bound.
func (b *Bound) Document() *Document { return b.d }

// Set is what the map was bound to.
func (b *Bound) Set() *grammar.Set { return b.set }

// rowPlace is what a reading needs of a row.
type rowPlace struct {
	loop    int32 // of the grammar
	parent  int32 // loop the trigger counts in
	trigger bool
	tree    bool // the trigger of a loop whose turns are a tree
	ignored bool // nothing of it is wanted, and that is no news
	once    bool
}

// loop is a loop of the grammar as the map sees it: all its turns, or those
// that a qualifier or a level tells apart from the others.
type loop struct {
	index      int
	grammar    int // in grammar.Set.Loops
	path       string
	parent     *loop
	qualifiers []string // of the turns meant; nil for those no other loop takes
	keys       []tagKey // of the qualifiers
	cells      []*cell  // by row, from the loop's first; nil where nothing is done
	kids       []kids   // loops inside it
	kidOf      []int    // by loop of the grammar: 1 and more for a place in kids
	also       map[tagKey]*cell
	scopes     []*scope // objects made from each turn
	first      int      // row
	void       bool     // of a tree: turns the map has no place for
}

// kids are the loops a grammar loop inside this one is seen as.
type kids struct {
	grammar            int
	element, component int // of the qualifier
	special            []*loop
	general            *loop
}

// cell is a segment at one place of a loop.
type cell struct {
	index              int
	segment            string
	steps              []step
	routes             []route // by the qualifier, before steps
	element, component int     // of the qualifier
	cover              *cover
	within             within // of steps
	begins             bool   // each turn of a loop that an object is made from
}

// route is what is done with a segment of one qualifier.
type route struct {
	qualifier string
	key       tagKey
	steps     []step
	cover     *cover
	within    within
}

// scope is an object of the document: its fields and what it is made from.
type scope struct {
	index    int
	parent   *scope
	field    int // of the parent it is an item or the value of
	list     int // of the parent's frame it is added to
	fields   []field
	lists    int
	path     string       // for messages, such as lines.schedules
	severity edi.Severity // of what keeps an item from being made
	where    bool         // its place must be remembered until it closes
	values   uint64       // fields, as bits, that are one value each
	always   uint64       // fields, as bits, to look at though nothing set them
	needed   bool         // one with nothing in it is a fault
	loops    []*loop      // each turn of which makes it
	inner    []*scope     // made from the same place, with it
	mapped   uint64       // fields that some place carries
	outers   []*outer     // what is read in the loops around
	hidden   bool         // of such a loop: never written of itself
}

// maxFields is how many fields an object may have: they are bits of a word.
const maxFields = 64

type fieldKind uint8

const (
	fieldConstant fieldKind = iota
	fieldValue
	fieldTexts
	fieldList
	fieldObject
)

// field is a field of a scope, in the order of the schema.
type field struct {
	name      string
	head      []byte // `"name":`
	kind      fieldKind
	constant  []byte
	required  bool   // the schema says so: without it there is no object
	expected  bool   // its lack is worth a warning
	alone     bool   // from one unqualified reference: its lack is known at the segment
	late      bool   // its lack may be known only when the object closes
	fallback  []byte // JSON where no value came
	ordinal   bool   // where no value came, the item's number in its list
	malformed edi.Severity
	segment   string // where it comes from, for a finding of its lack
	element   int
	reference string

	ups         int        // loops outwards that a value stands in
	list, parts int        // of the frame: one for each place the items come from
	targets     []target   // where a value or the texts are written
	groups      [][]target // those of texts, by the segment they stand in
	specs       []*spec    // how the items are written
}

type stepKind uint8

const (
	stepValue stepKind = iota
	stepText
	stepItem
	stepPairs
	stepCount
	stepSum
)

// step is what one segment at one place does.
type step struct {
	kind      stepKind
	quiet     bool // nothing is told of an element that is not there
	place     place
	scope     *scope
	field     int
	list      int    // texts: the list of the frame they go to
	rank      int    // among the alternatives of a value; the lowest wins
	absent    string // what stands for no value
	transform *transform
	sub       *scope // item and pairs: the object made, by its own steps
	steps     []step
	lean      []lean // the steps of an object that needs no frame: its fields, in their order
	within    within // of lean
	head      []byte // the field's
	pairs     *pairing
	counted   int // count: index in Bound.counts
}
