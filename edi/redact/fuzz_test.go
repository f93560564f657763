package redact

import (
	"bytes"
	"slices"
	"testing"

	"github.com/crossdock/crossdock/edi/document"
)

// FuzzFile: a file without what is nobody's business has its length, and its
// segments and findings wherever an interchange was found.
func FuzzFile(f *testing.F) {
	f.Add([]byte("ISA*00*          *00*          *ZZ*GRANITE        *ZZ*HARBOR         *261102*0930*U*00401*000000007*0*T*>~GS*PO*A*B*20261102*0930*7*X*004010~" +
		"ST*850*0001~BEG*00*SA*G-100**20261102~PO1*1*12*EA*9.50**UP*400123450003~CTT*1~SE*5*0001~GE*1*7~IEA*1*000000007~"))
	f.Add([]byte("UNA:+.? 'UNB+UNOC:3+A+B+261102:0930+77'UNH+1+INVOIC:D:96A:UN'BGM+380+1'LIN+1++4012345000016:EN'QTY+47:3'MOA+203:9.30'PRI+AAA:3.10'UNS+S'MOA+77:9.3'UNT+9+1'UNZ+1+77'"))
	f.Fuzz(func(t *testing.T, data []byte) {
		text, err := document.NewText(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := File(&b, text, []byte("key")); err != nil {
			t.Fatal(err)
		}
		if text.Decoded() || !text.Found {
			return
		}
		if b.Len() != len(data) {
			t.Fatalf("%d bytes became %d", len(data), b.Len())
		}
		if before, after := form(t, "fuzz", data), form(t, "fuzz", b.Bytes()); !slices.Equal(before, after) {
			t.Errorf("%q\nbecame\n%q\nbefore %q\nafter  %q", data, b.Bytes(), before, after)
		}
	})
}
