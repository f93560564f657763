package split_test

import (
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/split"
)

type printed struct{ io.Writer }

func (printed) Close() error { return nil }

// A file of two messages becomes two files of one.
func ExampleFile() {
	text, err := document.NewText(strings.NewReader("UNB+UNOC:3+A+B+261102:0930+77'UNH+1+ORDERS:D:96A:UN'UNT+2+1'UNH+2+ORDERS:D:96A:UN'UNT+2+2'UNZ+2+77'"))
	if err != nil {
		log.Fatal(err)
	}
	create := func(split.Part) (io.WriteCloser, error) { return printed{os.Stdout}, nil }
	done := func(p split.Part) { fmt.Printf("\nfile %d: %d set\n", p.Index, p.Sets) }
	if _, err := split.File(text, split.Options{}, create, done); err != nil {
		log.Fatal(err)
	}
	// Output:
	// UNB+UNOC:3+A+B+261102:0930+77'UNH+1+ORDERS:D:96A:UN'UNT+2+1'UNZ+1+77'
	// file 1: 1 set
	// UNB+UNOC:3+A+B+261102:0930+77'UNH+2+ORDERS:D:96A:UN'UNT+2+2'UNZ+1+77'
	// file 2: 1 set
}
