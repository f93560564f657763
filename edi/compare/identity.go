package compare

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/internal/ascii"
)

// values are those of a segment as they are compared.
func (l *loader) values(step *document.Step) []value {
	seg := step.Segment
	var all []value
	for e := range document.Elements(seg, step.Definition()) {
		v := value{at: spot{e.Element, e.Repetition, e.Component}, def: e.Def, label: "element"}
		text := strings.TrimRight(seg.Value(e.Raw), " ")
		if e.Def != nil {
			v.label = l.labels.Element(e.Def.ID)
			v.shown, v.means = l.shown(e.Def, text), means(e.Def, text, seg.Delimiters().Decimal)
		} else {
			v.shown, v.means = text, text
		}
		v.shown = edi.Printable([]byte(v.shown), 200)
		if v.means == "" || structural(seg, e) {
			continue
		}
		all = append(all, v)
	}
	return all
}

// structural reports whether a value only numbers the levels of a tree: one
// level more changes all after it.
func structural(seg *edi.Segment, e document.Element) bool {
	return (seg.Is("HL") && e.Element != 3) || seg.Is("CPS") && e.Element < 3
}

// shown is a value as a person reads it.
func (l *loader) shown(def *grammar.ElementDef, text string) string {
	isDate := def.Type == grammar.TypeDT || def.ID == "2380" || def.ID == "1251"
	if isDate && len(text) == 8 && ascii.Digits(text) {
		return text[:4] + "-" + text[4:6] + "-" + text[6:]
	}
	if name := l.labels.Code(def.ID, text); name != "" {
		return text + " (" + name + ")"
	}
	return text
}

// means is a value as it is compared: of numbers how much they are.
func means(def *grammar.ElementDef, text string, mark byte) string {
	switch {
	case def.Type >= grammar.TypeN0 && def.Type <= grammar.TypeR:
	case def.Type == grammar.TypeNumeric, numeric(def.ID):
		if mark == ',' || !strings.Contains(text, ".") {
			text = strings.Replace(text, ",", ".", 1)
		}
	default:
		return text
	}
	sign := ""
	if text != "" && (text[0] == '-' || text[0] == '+') {
		sign, text = strings.TrimPrefix(text[:1], "+"), text[1:]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if !ascii.Digits(whole) || !ascii.Digits(fraction) {
		return sign + text
	}
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	if whole+fraction == "0" {
		return "0"
	}
	return sign + whole + fraction
}

// numeric reports whether an element of EDIFACT that is a text by its type is
// a number by its use.
func numeric(id string) bool { return id == "6060" || id == "6314" }

// text is a segment as it stands, for a person.
func text(seg *edi.Segment) string {
	raw := bytes.Trim(seg.Raw(), "\r\n")
	return edi.Printable(raw, 300)
}

// number is the number of the document that its first segment names.
func number(n *node) string {
	for _, v := range n.values {
		if v.def != nil && !v.def.Coded() && v.def.Max > 3 && (v.def.Type == grammar.TypeAN || v.def.Type == grammar.TypeAlphanumeric) {
			return v.shown
		}
	}
	return ""
}

// identify says how a node is called and by what it finds its partner. item
// are the numbers of goods of the first node in it that has any.
func (l *loader) identify(n *node, item []string) {
	line, qualifier := "", ""
	var name string
	for i, v := range n.values {
		if v.def == nil {
			continue
		}
		switch {
		case v.def.ID == "350" || v.def.ID == "1082" || v.def.ID == "554" && n.tag == "LX":
			line = v.means
		case v.def.ID == "234" || v.def.ID == "7140":
			n.item = append(n.item, v.means)
		case i == 0 && v.def.Coded():
			qualifier = v.means
			if name = l.labels.Code(v.def.ID, v.means); name == "" {
				name = v.means
			}
		}
	}
	own := len(n.item) > 0
	if n.item == nil {
		n.item = item
	}
	items := strings.Join(n.item, " ")
	kind := fmt.Sprintf("%s %d ", n.tag, n.row)
	n.keys = []string{kind + string(n.hash[:])}
	label := l.labels.Segment(n.tag)
	if label == "" {
		label = n.tag
	}
	switch {
	case line != "":
		n.name = "line " + line
		if items != "" {
			n.name += ", item " + n.item[0]
			n.keys = append(n.keys, kind+line+" "+items, kind+"item "+items)
		}
		n.keys = append(n.keys, kind+"line "+line)
	case items != "" && (own || len(n.nodes) > 0):
		n.name = label + " of item " + n.item[0]
		n.keys = append(n.keys, kind+qualifier+items)
		if qualifier != "" && len(n.nodes) > 0 {
			n.name = label + " " + name + " of item " + n.item[0]
		}
	case qualifier != "":
		n.name = fmt.Sprintf("%s (%s)", label, name)
		n.keys = append(n.keys, kind+qualifier+second(n), kind+qualifier)
	default:
		n.name = label
		n.keys = append(n.keys, kind+second(n))
	}
	only := l.tables != nil && n.row >= 0 && l.only(n.row)
	if only && line == "" {
		n.name = label
	}
	if only || qualifier == "" && line == "" && items == "" {
		n.keys = append(n.keys, kind) // nothing else can be meant
	}
}

// only reports whether a row comes once at most in its loop.
func (l *loader) only(row int) bool {
	r := l.tables.Rows[row]
	if l.tables.Trigger(row) {
		return l.tables.Loops[r.Loop].Max == 1
	}
	return r.Max == 1
}

// second is the first value after the qualifier.
func second(n *node) string {
	if len(n.values) < 2 {
		return ""
	}
	return " " + n.values[1].means
}
