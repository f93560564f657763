package compare_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/crossdock/crossdock/edi/compare"
	"github.com/crossdock/crossdock/edi/document"
)

const monday = "UNB+UNOC:3+4012345000016:14+4098765000010:14+261102:0930+77'UNH+1+ORDERS:D:96A:UN'BGM+220+G-100+9'" +
	"DTM+137:20261102:102'LIN+1++4711:SA'QTY+21:12'UNS+S'UNT+7+1'UNZ+1+77'"

// What a file says otherwise than another: its envelope has a new date and
// number, which makes no difference.
func ExampleFiles() {
	tuesday := strings.NewReplacer("261102:0930+77", "261103:0800+78", "UNZ+1+77", "UNZ+1+78", "QTY+21:12", "QTY+21:15,0").Replace(monday)
	a, err := document.NewText(strings.NewReader(monday))
	if err != nil {
		log.Fatal(err)
	}
	b, err := document.NewText(strings.NewReader(tuesday))
	if err != nil {
		log.Fatal(err)
	}
	_, err = compare.Files(a, b, compare.Options{}, func(c compare.Change) { fmt.Println(c) })
	if err != nil {
		log.Fatal(err)
	}
	// Output: line 1, item 4711, quantity (ordered): quantity was 12, is 15,0
}
