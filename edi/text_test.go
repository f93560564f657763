package edi

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// utf16Of is text as UTF-16.
func utf16Of(text string, e Encoding) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		if e == UTF16LE {
			out = append(out, byte(u), byte(u>>8))
		} else {
			out = append(out, byte(u>>8), byte(u))
		}
	}
	return out
}

func TestText(t *testing.T) {
	const text = "UNB+UNOY:4+Ärger+\U0001F69A+倉庫'"
	long := strings.Repeat(text, 2000)
	for _, c := range []struct {
		name string
		in   []byte
		want string
		e    Encoding
	}{
		{"empty", nil, "", Bytes},
		{"one byte", []byte("U"), "U", Bytes},
		{"three bytes", []byte("UNB"), "UNB", Bytes},
		{"UTF-8", []byte(long), long, Bytes},
		{"UTF-8 with a mark", []byte("\xEF\xBB\xBF" + text), "\xEF\xBB\xBF" + text, Bytes},
		{"8 bits", []byte("UNB+\xC4'"), "UNB+\xC4'", Bytes},
		{"mark alone", []byte{0xFF, 0xFE}, "\uFEFF", UTF16LE},
		{"little", utf16Of(long, UTF16LE), long, UTF16LE},
		{"big", utf16Of(long, UTF16BE), long, UTF16BE},
		{"little with a mark", utf16Of("\uFEFF"+text, UTF16LE), "\uFEFF" + text, UTF16LE},
		{"big with a mark", utf16Of("\uFEFF"+text, UTF16BE), "\uFEFF" + text, UTF16BE},
		{"half a character", utf16Of(text, UTF16LE)[:9], "UNB+\uFFFD", UTF16LE},
		{"half a pair", append(utf16Of("UNB", UTF16BE), 0xD8, 0x3D, 0x00, 0x41, 0xD8, 0x3D), "UNB\uFFFDA\uFFFD", UTF16BE},
		{"zeros", make([]byte, 10), strings.Repeat("\x00", 10), Bytes},
	} {
		for how, src := range map[string]io.Reader{
			"whole": bytes.NewReader(c.in), "bytes": iotest.OneByteReader(bytes.NewReader(c.in)), "error": iotest.DataErrReader(bytes.NewReader(c.in)),
		} {
			r := NewText(src)
			got, err := io.ReadAll(iotest.OneByteReader(r))
			if diff := cmp.Diff(c.want, string(got)); diff != "" || err != nil || r.Encoding() != c.e {
				t.Errorf("%s, %s: %q, %v (-want +got)\n%s", c.name, how, r.Encoding(), err, diff)
			}
		}
	}
	broken := errors.New("line is down")
	for _, in := range []string{"", "UN", "UNB+", "\xFF\xFEU", "\xFF\xFEU\x00N\x00"} {
		if _, err := io.ReadAll(NewText(io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)))); !errors.Is(err, broken) {
			t.Errorf("%q: got %v", in, err)
		}
	}
}

// TestSource finds each segment in the file by where its reader says it is.
func TestSource(t *testing.T) {
	var b strings.Builder
	b.WriteString("\uFEFF")
	for i := range 3000 {
		b.WriteString(strings.Repeat("é\U0001F69A倉+", i%7) + "SEG+" + strings.Repeat("ü", i%5) + "~\r\n")
	}
	text := b.String()
	for _, e := range []Encoding{UTF16LE, UTF16BE, Bytes} {
		data := []byte(text)
		if e != Bytes {
			data = utf16Of(text, e)
		}
		n := 0
		for s, err := range NewReader(NewText(bytes.NewReader(data)), Delimiters{Element: '+', Segment: '~'}, Limits{}).Segments() {
			if err != nil {
				t.Fatal(err)
			}
			n++
			if n%100 != 1 {
				continue
			}
			at, encoding := s.Source()
			rest, err := io.ReadAll(ResumeText(bytes.NewReader(data[at:]), encoding, at))
			if err != nil || encoding != e || string(rest) != text[s.Position().Offset:] {
				t.Fatalf("%q: segment %d at %d of the file is not that at %d of the text", e, n, at, s.Position().Offset)
			}
		}
		if n != 3000 {
			t.Errorf("%q: %d segments", e, n)
		}
	}
}
