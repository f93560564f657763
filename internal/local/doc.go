// Package local is the platform of one machine: state's drivers over one
// SQLite database and a folder of plain files.
//
// It refuses what the cloud refuses (ids, batch and message sizes), so that
// what runs here runs there. It is no server: one process owns the folder,
// and a second opener is turned away by name.
//
// A change that was answered is on the disk: records, list rows and messages
// of a commit are one transaction, concurrent commits share one fsync, and a
// process killed at any moment leaves each commit whole or absent. Locks of
// messages live in memory and end with the process.
package local
