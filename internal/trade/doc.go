// Package trade holds the nouns partners trade in: an order with its parties,
// dates and lines, and the exact types they are made of.
//
// It does no input or output, knows no standard (X12, EDIFACT) and imports
// nothing of ours. A noun's JSON is canonical: one value has one spelling, its
// fields stand in the order of the published JSON Schema, and decimals and
// dates are strings, so that equal documents are equal bytes. Arithmetic is
// exact or an error; it never rounds.
package trade
