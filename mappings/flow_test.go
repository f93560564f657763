package mappings

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	tableBegins = "<!-- the table begins; go test ./mappings -run TestFlowIsDocumented -update writes it -->\n"
	tableEnds   = "<!-- the table ends -->\n"
)

// What the documentation says of each document in each direction is what the
// data says, which the pipeline reads.
func TestFlowIsDocumented(t *testing.T) {
	path := filepath.Join("..", "docs", "documents.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(text), tableBegins)
	got, after, ends := strings.Cut(rest, tableEnds)
	if !begins || !ends {
		t.Fatalf("%s has no table between its marks", path)
	}
	want := flowTable(shipped(t))
	if got == want {
		return
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+tableBegins+want+tableEnds+after), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the table of %s is not what the data says, which is\n%s", path, want)
}

// flowTable is the table as the documentation has it.
func flowTable(c *Catalog) string {
	var b strings.Builder
	b.WriteString("| set | noun | received, it becomes | we owe | sent, it comes from | the partner owes |\n|---|---|---|---|---|---|\n")
	for _, name := range c.Documents() {
		d, _ := c.Document(name)
		f := c.Flow(d.Noun())
		becomes, from := "a record", "an event of the ERP"
		switch f.Effect {
		case EffectERP:
			becomes = "a record and a push to the ERP"
			if f.After != "" && f.Ours {
				becomes += ", after our " + f.After + " was sent"
			} else if f.After != "" {
				becomes += ", after the " + f.After + " is there"
			}
		case EffectFeed:
			becomes = "a feed file and a record that names it"
		case EffectMatch:
			becomes, from = "what the partner says of what we sent", "the verdict on a file"
		case EffectKeep:
		}
		owed := none
		var all []string
		for _, a := range c.answers[d.Set()] {
			all = append(all, fmt.Sprintf("%s in %d h", a.Set, int(a.Within/time.Hour)))
		}
		if len(all) > 0 {
			owed = strings.Join(all, ", ")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", d.Set(), d.Noun(), becomes, owed, from, owed)
	}
	return b.String()
}

const none = "–"

// Every noun of a map has its flow, and every noun of the flow a map.
func TestEveryNounHasItsFlow(t *testing.T) {
	c := shipped(t)
	var nouns []string
	for _, name := range c.Documents() {
		d, _ := c.Document(name)
		if nouns = append(nouns, d.Noun()); c.flows[d.Noun()].Effect == "" {
			t.Errorf("%s: documents/flow.jsonc does not say what becomes of the noun %q", name, d.Noun())
		}
	}
	for noun := range c.flows {
		if !slices.Contains(nouns, noun) {
			t.Errorf("documents/flow.jsonc has the noun %q, of which there is no map", noun)
		}
	}
	erp, _ := c.ERP("rest")
	for noun, f := range c.flows {
		if _, ok := erp.Documents[noun]; ok != (f.Effect == EffectERP) {
			t.Errorf("documents/flow.jsonc says %q of the noun %q, erp/rest.jsonc has a call for it: %t", f.Effect, noun, ok)
		}
	}
}

func TestAnswersOwed(t *testing.T) {
	c := shipped(t)
	foundry, _ := c.Partner("harbor", "summit-foundry")
	castle, _ := c.Partner("harbor", "castle-markets")
	lighthouse, _ := c.Partner("harbor", "lighthouse-grocers")
	for _, one := range []struct {
		name     string
		a        *Agreement
		d        *DocumentTerms
		received bool
		want     []Answer
	}{
		{"as agreed", foundry, foundry.Send["850"], false, []Answer{{"855", 48 * time.Hour}}},
		{"as the kind has it", castle, &castle.Receive["ORDERS"][0], true, []Answer{{"ORDRSP", 24 * time.Hour}}},
		{"an answer that is not agreed", lighthouse, &lighthouse.Receive["850"][0], true, nil},
	} {
		if got := c.Answers(one.a, one.d, one.received); !slices.Equal(got, one.want) {
			t.Errorf("%s: %v, want %v", one.name, got, one.want)
		}
	}
}

func TestOutgoing(t *testing.T) {
	c := shipped(t)
	for _, one := range []struct{ partner, noun, want string }{
		{"granite-hardware", "order-response", "x12 855 sftp-east false"},
		{"castle-markets", "invoice", "edifact INVOIC overseas false"},
		{"fjord-outdoor", "order-response", "edifact ORDRSP overseas true"},
		{"lighthouse-grocers", "order-response", "it is not agreed with lighthouse-grocers"},
		{"nobody", "order", `tenant harbor has no partner "nobody"`},
	} {
		how, err := c.Outgoing("harbor", one.partner, one.noun, "", "")
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprint(how.Standard, " ", how.Set, " ", how.Channel, " ", how.Test)
		}
		if !strings.HasPrefix(got, one.want) {
			t.Errorf("%s %s: %s, want %s", one.partner, one.noun, got, one.want)
		}
	}
}

func TestAfter(t *testing.T) {
	c := shipped(t)
	for _, one := range []struct {
		partner, set, noun string
		want               After
	}{
		{"castle-markets", "ORDCHG", "order-change", After{"order", false, 72 * time.Hour}},
		{"summit-foundry", "855", "order-response", After{"order", true, 72 * time.Hour}},
		{"summit-foundry", "856", "shipment", After{}},
		{"castle-markets", "ORDERS", "order", After{}},
	} {
		if got := c.After("harbor", one.partner, one.set, one.noun); got != one.want {
			t.Errorf("%s %s: %+v, want %+v", one.partner, one.set, got, one.want)
		}
	}
}
