// Package remote is state's drivers spoken over loopback HTTP: a server in
// the process that owns the platform, and a client for a handler process
// beside it.
//
// It keeps nothing and decides nothing: every call is one call of the driver
// behind the server, and every sentinel error arrives as itself. A connection
// that fails is state.ErrUnavailable: whether the call took effect is then
// not known, and nothing is tried a second time here.
//
// Both ends are of one version; the protocol is not for anyone else.
package remote
