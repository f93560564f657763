// Package business checks what the segments of a set say about each other:
// stated counts and totals, the tree of a despatch advice, check digits of
// article and pallet numbers, sums of an invoice, and dates that are far away.
//
// Each is a pack of its own that an agreement turns off or makes an error. A
// [Checker] takes the segments of one set as package grammar placed them, in
// bounded memory, and says nothing where a set leaves out what a sum would
// need. It knows no envelopes and corrects nothing. Amounts are exact
// decimals; a total is doubted only if no usual reading of it adds up.
package business
