package edifact

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted parts of testdata")

// golden is a case of testdata: in.edi, then what is wanted of it. In the
// input \r stands for CR, \xHH for a byte and a line that ends with \ goes on.
func golden(t testing.TB, path string) (*txtar.Archive, []byte) {
	t.Helper()
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Files) == 0 || a.Files[0].Name != "in.edi" {
		t.Fatalf("%s does not begin with in.edi", path)
	}
	in := string(a.Files[0].Data)
	in = strings.ReplaceAll(in, "\\\n", "")
	in = strings.ReplaceAll(in, `\r`, "\r")
	for {
		i := strings.Index(in, `\x`)
		if i < 0 || len(in) < i+4 {
			break
		}
		var b byte
		if _, err := fmt.Sscanf(in[i+2:i+4], "%02x", &b); err != nil {
			t.Fatal(err)
		}
		in = in[:i] + string([]byte{b}) + in[i+4:]
	}
	return a, []byte(in)
}

// verdict judges a file by its envelopes alone.
func verdict(t testing.TB, data []byte) (findings []byte, interchanges []InterchangeResult) {
	t.Helper()
	var b bytes.Buffer
	note := func(level string, found []edi.Finding) {
		for _, f := range found {
			j, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s %s\n", level, j)
		}
	}
	var groups []GroupResult
	var messages []MessageResult
	for e, err := range NewReader(bytes.NewReader(data), Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case MessageEnd:
			m := e.Message
			fate := MessageFate(m.Findings, false)
			messages = append(messages, MessageResult{m.UNH, fate, m.Findings})
			fmt.Fprintf(&b, "message %s %s %s: %d segments, %s\n", m.Type, m.Directory(), m.Reference, m.Segments, fate)
			note("message", m.Findings)
		case GroupEnd:
			g := e.Group
			fate := GroupFate(g.Findings)
			groups = append(groups, GroupResult{g.UNG, g.Implicit, fate, g.Findings, messages})
			messages = nil
			if !g.Implicit {
				fmt.Fprintf(&b, "group %s %s: %d messages, %s\n", g.Type, g.Reference, g.Messages, fate)
			}
			note("group", g.Findings)
		case InterchangeEnd:
			x := e.Interchange
			fate := InterchangeFate(x.Findings, false)
			interchanges = append(interchanges, InterchangeResult{x.UNB, x.Implicit, x.Messages, x.CONTRL, fate, x.Findings, groups})
			groups = nil
			d, err := json.Marshal(x.Delimiters)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "interchange %d %s %s from %s to %s, %q, %s: %d groups, %d messages, %s\n", x.Index, x.Syntax, x.Version,
				x.Sender.ID, x.Receiver.ID, x.Reference, d, x.Groups, x.Messages, fate)
			note("interchange", x.Findings)
		case Other:
			if e.Finding != nil {
				note("other", []edi.Finding{*e.Finding})
			}
		}
	}
	return b.Bytes(), interchanges
}

func TestGolden(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, in := golden(t, path)
			findings, interchanges := verdict(t, in)
			var acks []byte
			for i, x := range interchanges {
				acks = AppendCONTRL(acks, ordinary, fmt.Sprint(i+1), x, AckPolicy{LineEnd: "\n"})
			}
			got := []txtar.File{{Name: "findings", Data: findings}, {Name: "CONTRL", Data: acks}}
			if *update {
				a.Files = append(a.Files[:1], got...)
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			for i, f := range got {
				var want txtar.File
				if i+1 < len(a.Files) {
					want = a.Files[i+1]
				}
				if diff := cmp.Diff(want.Name+"\n"+string(want.Data), f.Name+"\n"+string(f.Data)); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			}
			checkEvents(t, path, in, Options{})
			checkResume(t, path, in, Options{})
			whole := lines(t, NewReader(bytes.NewReader(in), Options{}))
			for at := 0; at < len(in); at += 1 + at/200 {
				if diff := cmp.Diff(whole, lines(t, NewReader(split(in, at), Options{}))); diff != "" {
					t.Fatalf("split at %d: (-whole +split)\n%s", at, diff)
				}
			}
		})
	}
}
