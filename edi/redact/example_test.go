package redact_test

import (
	"log"
	"os"
	"strings"

	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/redact"
)

// Codes and counts stay; who it was does not.
func ExampleFile() {
	text, err := document.NewText(strings.NewReader("UNB+UNOC:3+GRANITE+HARBOR+261102:0930+77'UNH+1+ORDERS:D:96A:UN'NAD+BY+++Granite Hardware'UNT+3+1'UNZ+1+77'"))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := redact.File(os.Stdout, text, []byte("a word that nobody guesses")); err != nil {
		log.Fatal(err)
	}
	// Output: UNB+UNOC:3+FMWIZOA+JKDWNK+261102:0930+77'UNH+1+ORDERS:D:96A:UN'NAD+BY+++Amheuqj Ewolkgkv'UNT+3+1'UNZ+1+77'
}
