package main

import (
	"bytes"
	"fmt"
	"strings"
)

// fewestCodes is how long the list of a text element (AN) has to be to be one:
// the shorter ones of the tables are single examples.
const fewestCodes = 100

// messageType is the element that names a message. Its list would be one of
// the messages of some directory; a CONTRL speaks of those of any.
const messageType = "0065"

// format is a release in the form that package grammar reads.
func (t *tables) format(standard, release string) []byte {
	b := &bytes.Buffer{}
	fmt.Fprintf(b, "grammar %s %s\n", standard, release)
	b.WriteString("# written by edi/grammar/gen; do not edit\n\nelements\n")
	for _, e := range t.elements {
		fmt.Fprintln(b, strings.Join(e, " "))
	}
	b.WriteString("\ncodes\n")
	t.formatCodes(b)
	b.WriteString("\ncomposites\n")
	t.formatUses(b, t.composites)
	b.WriteString("\nsegments\n")
	t.formatUses(b, t.segments)
	b.WriteString("\nsets\n")
	t.formatSets(b)
	return b.Bytes()
}

// formatCodes writes a line for each element that has a list.
func (t *tables) formatCodes(b *bytes.Buffer) {
	types := map[string]string{}
	for _, e := range t.elements {
		types[e[0]] = e[1]
	}
	for _, list := range runs(t.codes) {
		id := list[0][0]
		if types[id] == "AN" && len(list) < fewestCodes || id == messageType {
			continue
		}
		b.WriteString(id)
		for _, row := range list {
			b.WriteString(" " + row[1])
		}
		b.WriteByte('\n')
	}
}

// formatUses writes a line for each segment or composite.
func (t *tables) formatUses(b *bytes.Buffer, rows [][]string) {
	notes := map[string][]string{}
	for _, n := range t.notes {
		notes[n[0]] = append(notes[n[0]], strings.NewReplacer(":", "", ",", "").Replace(n[1]))
	}
	for _, uses := range runs(rows) {
		id := uses[0][0]
		b.WriteString(id)
		for _, u := range uses {
			b.WriteString(" " + u[2] + flags(u[3], u[4]))
		}
		if len(notes[id]) > 0 {
			b.WriteString(" ; " + strings.Join(notes[id], " "))
		}
		b.WriteByte('\n')
	}
}

// flags writes requirement and limit.
func flags(req, limit string) string {
	s := ""
	if req == "M" {
		s = "!"
	}
	switch limit {
	case "1":
	case ">1", "999999": // the tables write a limit of six nines where sources have none
		s += "*"
	default:
		s += "*" + limit
	}
	return s
}

// formatSets writes the sets, loops as brackets.
func (t *tables) formatSets(b *bytes.Buffer) {
	for _, rows := range runs(t.sets) {
		if rows[0][0] == "ENVELOPE" {
			continue
		}
		fmt.Fprintf(b, "set %s\n", rows[0][0])
		var open []string
		seen := map[string]bool{}
		for _, r := range rows {
			loop, parent := r[6], r[8]
			want := loop
			if !seen[loop] {
				want = parent // the loop opens here
			}
			for len(open) > 0 && open[len(open)-1] != want {
				open = open[:len(open)-1]
				b.WriteString(strings.Repeat(" ", len(open)) + ")\n")
			}
			if loop != "" && !seen[loop] {
				seen[loop] = true
				fmt.Fprintf(b, "%s( %s%s\n", strings.Repeat(" ", len(open)), loop[strings.LastIndex(loop, "/")+1:], flags(r[9], r[10]))
				open = append(open, loop)
			}
			fmt.Fprintf(b, "%s%s %s%s\n", strings.Repeat(" ", len(open)), r[2], r[3], flags(r[4], r[5]))
		}
	}
}

// runs divides rows wherever the first column changes.
func runs(rows [][]string) [][][]string {
	var all [][][]string
	for i, r := range rows {
		if i == 0 || r[0] != rows[i-1][0] {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], r)
	}
	return all
}
