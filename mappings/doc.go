// Package mappings holds what Crossdock knows as data: tenants and their
// partners' agreements, the maps between a standard's documents and our nouns
// with their code tables, and the descriptors of ERP adapters. It loads and
// checks them, and interprets a document map over the segments of one set.
//
// It reads no network, no environment and no clock, and decides nothing about
// a document beyond its map. A catalogue loads whole or not at all, and every
// fault names file, line and field. Loaded values are immutable and safe for
// concurrent use; a [Reading] belongs to one goroutine, and the same segments
// always give the same bytes.
package mappings
