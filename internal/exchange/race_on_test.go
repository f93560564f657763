//go:build race

package exchange_test

// raceEnabled tells that everything is many times slower.
const raceEnabled = true
