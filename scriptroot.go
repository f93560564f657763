// Package crossdock is the script root of the application as data: host.json
// and the function.json of every function, for the programs that run it.
//
// It holds no code but the embedding; what the functions do is in handlers.
// The files are the very ones that are deployed.
package crossdock

import (
	"embed"
	"io/fs"
)

//go:embed host.json functions/*/function.json
var scriptRoot embed.FS

// ScriptRoot returns host.json and functions/<name>/function.json.
func ScriptRoot() fs.FS { return scriptRoot }
