// Package partners keeps what is agreed with partners, and the maps that read
// their documents, as published versions, and gives every process the
// catalogue in force.
//
// Files are published whole or not at all: what does not load is refused with
// all its faults. A version is never changed; to go back is to publish an old
// one anew. A process sees a change within a minute, and a catalogue can be
// had again by the version that decided something. It decides nothing about
// documents, and keeps no secret: a file names a setting instead.
package partners
