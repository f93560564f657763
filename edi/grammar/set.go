package grammar

import (
	"fmt"
	"sync"
)

// Set is a transaction set or message: its rows in document order, the loops
// they are in, and the tables a [Walker] goes by.
type Set struct {
	ID    string
	Rows  []Row  // the first is the header, ST or UNH, the last the trailer
	Loops []Loop // the first is the set itself

	grammar *Grammar
	once    sync.Once
	tags    tagTable
	routes  []uint32 // row × tag: where in targets the rows begin that may follow
	targets []target // rows in order of preference, each list ended by endOfList
	places  []place
	loops   []loopPlan
	plans   []*plan // by row
}

// Row is a segment at its place in a set.
type Row struct {
	Segment   *SegmentDef
	Position  int // rises from row to row; in EDIFACT as the directory numbers them
	Required  bool
	Forbidden bool // by a Patch only: must not be sent
	Max       int  // most uses in one instance of the loop, 0 for no limit; 1 for a trigger
	Loop      int  // index in Set.Loops
}

// Loop is a group of rows that repeats. It begins with its trigger.
type Loop struct {
	Path        string // PO1/SCH, SG29/SG34; empty for the set itself
	Parent      int    // index in Set.Loops; -1 for the set itself
	First, Last int    // rows, the trigger and the last one, those of inner loops included
	Required    bool
	Max         int // most instances in one instance of the parent, 0 for no limit
}

// Trigger reports whether the row begins its loop.
func (s *Set) Trigger(row int) bool {
	l := s.Rows[row].Loop
	return l != 0 && s.Loops[l].First == row
}

// Grammar is that the set belongs to.
func (s *Set) Grammar() *Grammar { return s.grammar }

// place is what is precomputed about a row. It is small, so that those of a
// set stay near.
type place struct {
	bit     uint64 // in the required members of level; 0 if not required
	before  uint64 // required members of level that come before
	max     int32  // of the row, or of the loop for a trigger
	loop    int16
	level   int16 // the loop in which the row counts: the parent's for a trigger
	trigger bool
	counts  bool // its uses are counted: it has a limit
}

// loopPlan is what is precomputed about a loop.
type loopPlan struct {
	parent   int16
	required uint64  // all required members
	members  []int32 // the row of each required member, the trigger for a loop
}

// compile fills the tables that follow from Rows and Loops.
func (s *Set) compile() {
	s.compilePlaces()
	s.compileRoutes()
	s.compilePlans()
}

func (s *Set) compilePlaces() {
	s.places = make([]place, len(s.Rows))
	s.loops = make([]loopPlan, len(s.Loops))
	for i, l := range s.Loops {
		s.loops[i].parent = int16(l.Parent)
	}
	for i, r := range s.Rows {
		p := &s.places[i]
		p.loop, p.level, p.max = int16(r.Loop), int16(r.Loop), int32(r.Max)
		required := r.Required
		if s.Trigger(i) {
			l := s.Loops[r.Loop]
			p.trigger, p.level, p.max, required = true, int16(l.Parent), int32(l.Max), l.Required
		}
		p.counts = p.max != 0
		level := &s.loops[p.level]
		p.before = level.required
		if required {
			p.bit = 1 << len(level.members)
			level.required |= p.bit
			level.members = append(level.members, int32(i))
		}
	}
}

// What the tables have room for; the largest set of a standard has some 200
// rows of some 70 segments.
const (
	maxRows = 4096
	maxTags = 192
)

// check reports why the tables of s cannot be compiled.
func (s *Set) check() error {
	required := make([]int, len(s.Loops))
	for i, r := range s.Rows {
		level, is := r.Loop, r.Required
		if s.Trigger(i) {
			level, is = s.Loops[r.Loop].Parent, s.Loops[r.Loop].Required
		}
		if is {
			required[level]++
		}
		if required[level] > 64 {
			return fmt.Errorf("set %s: loop %q has more than 64 required members", s.ID, s.Loops[level].Path)
		}
	}
	if len(s.Rows) > maxRows {
		return fmt.Errorf("set %s has %d rows, at most %d", s.ID, len(s.Rows), maxRows)
	}
	tags := map[string]bool{}
	for _, r := range s.Rows {
		tags[r.Segment.ID] = true
	}
	if len(tags) > maxTags {
		return fmt.Errorf("set %s has %d different segments, at most %d", s.ID, len(tags), maxTags)
	}
	return nil
}
