package main

import (
	"fmt"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/mappings"
)

// readings read the sets of a file by the maps of a catalogue, each map by one
// reading.
type readings struct {
	standard string
	catalog  *mappings.Catalog
	mapName  string // of all sets; empty: each by the map for its kind
	byMap    map[*mappings.Bound]*mappings.Reading
}

func newReadings(standard edi.Standard, catalog *mappings.Catalog, mapName string) *readings {
	return &readings{strings.ToLower(string(standard)), catalog, mapName, map[*mappings.Bound]*mappings.Reading{}}
}

// next is the reading for the set that starts; what it returned for the one
// before is not valid any more.
func (r *readings) next(s *document.Step) (*mappings.Reading, error) {
	name := r.mapName
	if name == "" {
		name = r.standard + "/" + s.Set.ID
	}
	doc, ok := r.catalog.Document(name)
	if !ok {
		return nil, fmt.Errorf("the catalogue has no map %s", printable(name))
	}
	if doc.Standard() != r.standard || doc.Set() != s.Set.ID {
		return nil, fmt.Errorf("the map %s is not for it", name)
	}
	if s.Set.Grammar == nil {
		return nil, fmt.Errorf("there are no tables for it")
	}
	bound, err := doc.Bind(s.Set.Grammar)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", name, err)
	}
	reading := r.byMap[bound]
	if reading == nil {
		reading = bound.NewReading(mappings.ReadingOptions{})
		r.byMap[bound] = reading
	}
	reading.Reset()
	return reading, nil
}
