// Package mappings holds what Crossdock knows as data: tenants and their
// partners' agreements, the maps between a standard's documents and our nouns
// with their code tables, and the descriptors of ERP adapters. It loads and
// checks them. A document map is bound to a set of a grammar, reads the segments
// of one set into a document and writes a document as the segments of one set;
// docs/maps.md is its language.
//
// It reads no network, no environment and no clock, and decides nothing about
// a document beyond its map. A catalogue loads whole or not at all, and every
// fault names file, line and field. Loaded values are immutable and safe for
// concurrent use; a [Reading] and a [Writing] belong to one goroutine. The same
// segments always give the same bytes, and what is written reads back as it was,
// or a finding says what does not.
package mappings
