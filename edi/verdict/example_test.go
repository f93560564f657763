package verdict_test

import (
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/verdict"
)

const bad = "UNB+UNOC:3+4012345000016:14+4098765000010:14+261102:0930+77'UNH+1+ORDERS:D:96A:UN'BGM+220+G-100+9'" +
	"DTM+137:20261102:102'LIN+1++4711:SA'QTY+21:twelve'UNS+S'UNT+7+1'UNZ+1+77'"

// What becomes of a file, and what goes back.
func ExampleRead() {
	text, err := document.NewText(strings.NewReader(bad))
	if err != nil {
		log.Fatal(err)
	}
	file, err := verdict.Read(text, verdict.Policy{}, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, x := range file.Interchanges {
		accepted, all := x.Accepted()
		fmt.Printf("%d of %d accepted\n", accepted, all)
		for _, answer := range x.Answers(verdict.Answers{}, 501, time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)) {
			fmt.Print(answer.Text)
		}
	}
	// Output:
	// 0 of 1 accepted
	// UNB+UNOC:3+4098765000010:14+4012345000016:14+261102:1000+501'
	// UNH+1+CONTRL:D:3:UN'
	// UCI+77+4012345000016:14+4098765000010:14+7'
	// UCM+1+ORDERS:D:96A:UN+4'
	// UCS+5'
	// UCD+37+2:2'
	// UNT+6+1'
	// UNZ+1+501'
}
