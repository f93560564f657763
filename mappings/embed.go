package mappings

import (
	"embed"
	"io/fs"
)

//go:embed documents partners erp
var embedded embed.FS

// Embedded returns the data this program ships: documents/, partners/ and
// erp/. It is the usual first argument of [Load].
func Embedded() fs.FS { return embedded }
