//go:build !race

package exchange_test

// raceEnabled tells that nothing is slower than it is.
const raceEnabled = false
