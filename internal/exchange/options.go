package exchange

import "time"

// Options bound the work; the zero value works.
type Options struct {
	Slice       time.Duration // longest piece of work before a checkpoint; 0: 60 s
	Checkpoint  int           // sets applied between checkpoints; 0: 2,000
	Concurrency int           // orders committed at a time; 0: 16
	Groups      int           // most interchanges and functional groups, together, of a file; 0: 10,000
	Findings    int           // most findings kept of the syntax of a set, of its map, and of what lies outside any interchange; 0: 100
}

func (o Options) withDefaults() Options {
	if o.Slice == 0 {
		o.Slice = time.Minute
	}
	if o.Checkpoint == 0 {
		o.Checkpoint = 2000
	}
	if o.Concurrency == 0 {
		o.Concurrency = 16
	}
	if o.Groups == 0 {
		o.Groups = 10_000
	}
	if o.Findings == 0 {
		o.Findings = 100
	}
	return o
}
