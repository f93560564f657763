// Package simtest is the simulated world: the functions of production on
// drivers in memory that stop at every call and go on when a seeded scheduler
// says so.
//
// A [World] runs a [Scenario] (files that arrive, and what must become of
// them) under [Faults] (crashes, outages, doubled messages, an ERP in a bad
// mood) and then checks every invariant. Exactly one call has its effect at a
// time, on a simulated clock that jumps, so a run is a function of its seed: a
// failure is reproduced by the seed and the crash points in its message.
//
// It tests what happens between driver calls, not the drivers: those of the
// real platforms have statetest. It is no platform to run on.
package simtest
