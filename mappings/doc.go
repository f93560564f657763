// Package mappings holds what Crossdock knows as data: tenants and their
// partners' agreements, maps between a standard's documents and our nouns, and
// descriptors of ERP adapters. It loads and checks them, reads the segments of
// a set into a document and writes a document as segments, by docs/maps.md.
//
// It reads no network, no environment and no clock, and decides nothing about
// a document beyond its map. A catalogue loads whole or not at all; its values
// are safe for concurrent use, a [Reading] and a [Writing] belong to one
// goroutine. What is written reads back as it was, or a finding says what does
// not.
package mappings
