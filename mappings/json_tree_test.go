package mappings

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// again is the text of a tree, without blanks.
func again(n *jsonNode) string {
	var b strings.Builder
	switch {
	case n.is('{'):
		b.WriteByte('{')
		for m := n.first; m != nil; m = m.next {
			name, _ := json.Marshal(string(m.name))
			b.Write(name)
			b.WriteString(":" + again(m))
			if m.next != nil {
				b.WriteByte(',')
			}
		}
		b.WriteByte('}')
	case n.is('['):
		b.WriteByte('[')
		for item := n.first; item != nil; item = item.next {
			b.WriteString(again(item))
			if item.next != nil {
				b.WriteByte(',')
			}
		}
		b.WriteByte(']')
	default:
		b.Write(n.text)
	}
	return b.String()
}

func TestJSONTree(t *testing.T) {
	var tree jsonTree
	for _, test := range []struct{ text, want string }{
		{` { "a" : [ 1 , -2.5e+3 , "x\"]}" , true , null ] , "b" : { } , "c":[]} `, `{"a":[1,-2.5e+3,"x\"]}",true,null],"b":{},"c":[]}`},
		{`"\u00e4"`, `"\u00e4"`},
		{"0", "0"},
		{strings.Repeat("[", 300) + strings.Repeat("]", 300), strings.Repeat("[", 300) + strings.Repeat("]", 300)},
		{strings.Repeat("[", 3000) + strings.Repeat("]", 3000), ""},
		{"", ""}, {"{", ""}, {"[1", ""}, {"[1,]", ""}, {`{"a"}`, ""}, {`{"a":}`, ""}, {`{"a":1,}`, ""}, {"{a:1}", ""}, {"01", ""}, {"1 2", ""},
		{`"\x"`, ""}, {`"`, ""}, {`"\`, ""}, {"\"\n\"", ""}, {"nul", ""}, {"[1 2]", ""}, {"+1", ""}, {"]", ""},
	} {
		got := ""
		if n := tree.parse([]byte(test.text)); n != nil {
			got = again(n)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%.40s (-want +got):\n%s", test.text, diff)
		}
	}
	n := tree.parse([]byte(`{"a\tb":"x\ty","list":[1,2]}`))
	if text, ok := n.member("a\tb").string(); !ok || string(text) != "x\ty" {
		t.Errorf("got %q", text)
	}
	if n.member("none") != nil || n.member("list").count() != 2 || n.count() != 0 {
		t.Error("not what the text holds")
	}
}

// FuzzJSONTree: what is JSON is what encoding/json takes, and nothing of it is
// lost.
func FuzzJSONTree(f *testing.F) {
	f.Add([]byte(`{"a":[1,"x\u0041",{"b":null}],"c":-0.5E-7}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var tree jsonTree
		n := tree.parse(text)
		if valid := json.Valid(text); valid != (n != nil) && strings.Count(string(text), "[")+strings.Count(string(text), "{") < maxJSONDepth {
			t.Fatalf("valid %v, parsed %v", valid, n != nil)
		}
		if n == nil {
			return
		}
		var want, got any
		if json.Unmarshal(text, &want) != nil {
			return // a number that no float64 is
		}
		if err := json.Unmarshal([]byte(again(n)), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
