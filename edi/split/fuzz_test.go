package split

import (
	"bytes"
	"io"
	"testing"

	"github.com/crossdock/crossdock/edi/document"
)

// FuzzFile: whatever a file holds, each set of it is in one of the files made.
func FuzzFile(f *testing.F) {
	f.Add([]byte("ISA*00*          *00*          *ZZ*GRANITE        *ZZ*HARBOR         *261102*0930*U*00401*000000007*0*T*>~TA1*1*261102*0930*A*000~"+
		"GS*PO*A*B*20261102*0930*7*X*004010~ST*850*0001~BEG*00*SA*G-100**20261102~SE*3*0001~ST*850*0002~SE*2*0002~GE*2*7~IEA*1*000000007~"), 0, int64(0))
	f.Add([]byte("UNB+UNOC:3+A+B+261102:0930+77'UNH+1+ORDERS:D:96A:UN'UNT+2+1'UNH+2+ORDERS:D:96A:UN'UNT+2+2'UNZ+2+77'"), 1, int64(80))
	f.Fuzz(func(t *testing.T, data []byte, sets int, size int64) {
		text, err := document.NewText(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		made := 0
		result, err := File(text, Options{Sets: max(sets, 0), Bytes: max(size, 0), Number: 5}, func(Part) (io.WriteCloser, error) {
			return &file{}, nil
		}, func(p Part) { made += p.Sets })
		if err == nil && made != result.Sets {
			t.Errorf("%d of %d sets are in a file", made, result.Sets)
		}
	})
}
