package simtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
)

// message is an interchange in the outbound folder, read back.
type message struct {
	path     string
	receiver string // ISA08, or UNB 0010
	control  int    // ISA13, or UNB 0020
	group    int    // GS06, 0 if there is none
	says     []string
	faults   []string
}

// outbound reads what was sent, with the reader a partner might use.
func (w *world) outbound() []message {
	var all []message
	for _, info := range w.World.files.list("outbound/", "", 1000) {
		all = append(all, read(info.Path, string(w.World.files.set[info.Path].data)))
	}
	return all
}

func read(path, data string) message {
	m := message{path: path}
	if strings.HasPrefix(data, "UN") {
		m.contrl(data)
		return m
	}
	interchanges := 0
	var group string // AK102
	for ev, err := range x12.NewReader(strings.NewReader(data), x12.Options{}).Events() {
		if err != nil {
			m.faults = append(m.faults, err.Error())
			break
		}
		seg := ev.Segment
		switch {
		case ev.Kind == x12.InterchangeStart:
			interchanges++
			m.receiver = strings.TrimSpace(ev.Interchange.ReceiverID)
			m.control = m.number(ev.Interchange.ControlNumber)
		case ev.Kind == x12.InterchangeEnd:
			for _, f := range ev.Interchange.Findings {
				m.faults = append(m.faults, f.Message)
			}
		case ev.Kind == x12.GroupStart:
			m.group = m.number(ev.Group.ControlNumber)
		case seg == nil:
		case ev.Kind == x12.SetSegment && seg.Is("AK1"):
			group = seg.Text(2)
		case ev.Kind == x12.SetSegment && seg.Is("AK9"):
			m.says = append(m.says, fmt.Sprintf("997 %s %s", group, seg.Text(1)))
		case ev.Kind == x12.SetSegment && seg.Is("BAK"):
			m.says = append(m.says, "855 "+seg.Text(3))
		case ev.Kind == x12.SetSegment && seg.Is("PO1"):
			m.says[len(m.says)-1] += " " + seg.Text(2)
		case ev.Kind == x12.Other && seg.Is("TA1"):
			m.says = append(m.says, fmt.Sprintf("TA1 %s %s %s", seg.Text(1), seg.Text(4), seg.Text(5)))
		}
	}
	together := len(m.says) > 1 && !slices.ContainsFunc(m.says, func(said string) bool { return !strings.HasPrefix(said, "855 ") })
	if interchanges != 1 || len(m.says) != 1 && !together {
		m.faults = append(m.faults, fmt.Sprintf("it holds %d interchanges and says %q", interchanges, m.says))
	}
	return m
}

// contrl reads an interchange of EDIFACT.
func (m *message) contrl(data string) {
	interchanges, rejected := 0, 0
	for ev, err := range edifact.NewReader(strings.NewReader(data), edifact.Options{}).Events() {
		if err != nil {
			m.faults = append(m.faults, err.Error())
			break
		}
		seg := ev.Segment
		switch {
		case ev.Kind == edifact.InterchangeStart:
			interchanges++
			m.receiver, m.control = ev.Interchange.Receiver.ID, m.number(ev.Interchange.Reference)
		case ev.Kind == edifact.InterchangeEnd:
			for _, f := range ev.Interchange.Findings {
				m.faults = append(m.faults, f.Message)
			}
		case ev.Kind == edifact.MessageSegment && seg.Is("UCI"):
			m.says = append(m.says, fmt.Sprintf("CONTRL %s %s", seg.Text(1), seg.Text(4)))
		case ev.Kind == edifact.MessageSegment && seg.Is("UCM") && seg.Text(3) == "4":
			rejected++
		}
	}
	if rejected > 0 && len(m.says) == 1 {
		m.says[0] += fmt.Sprintf(", %d rejected", rejected)
	}
	if interchanges != 1 || len(m.says) != 1 {
		m.faults = append(m.faults, fmt.Sprintf("it holds %d interchanges and says %q", interchanges, m.says))
	}
}

func (m *message) number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		m.faults = append(m.faults, err.Error())
	}
	return n
}

// sentOnce compares the outbound folder with the records of what was sent and
// with what each verdict asks for.
func sentOnce(w *world) []string {
	var against []string
	records := map[string]int{}
	for _, s := range w.files {
		asked := 0
		if s.view.Verdict != nil {
			asked = len(s.view.Verdict.Acks)
		}
		if len(s.view.Sent) != asked {
			against = append(against, fmt.Sprintf("%s: %d acknowledgements sent, the verdict asks for %d", s.step, len(s.view.Sent), asked))
		}
		for _, sent := range s.view.Sent {
			records[sent.Path]++
			if !slices.ContainsFunc(w.sent, func(m message) bool { return m.path == sent.Path }) {
				against = append(against, fmt.Sprintf("%s: %s is not there", s.step, sent.Path))
			}
		}
	}
	for _, doc := range w.documents {
		if len(doc.Sent) != doc.Version {
			against = append(against, fmt.Sprintf("%s was sent %d times, its version is %d", doc.Key, len(doc.Sent), doc.Version))
		}
		for _, sent := range doc.Sent {
			records[sent.Path] = 1 // several leave in one
		}
	}
	for _, m := range w.sent {
		if records[m.path] != 1 {
			against = append(against, fmt.Sprintf("%s is sent by %d records", m.path, records[m.path]))
		}
		for _, fault := range m.faults {
			against = append(against, m.path+": "+fault)
		}
	}
	return against
}

// numbered wants the control numbers to each partner to be those of its
// range, from the first on, each as often as the range came round.
func numbered(w *world) []string {
	var against []string
	drawn := map[string][]int{}
	for _, m := range w.sent {
		drawn[m.receiver] = append(drawn[m.receiver], m.control)
		if m.group != 0 && m.group != m.control {
			against = append(against, fmt.Sprintf("%s: group number %d beside interchange number %d", m.path, m.group, m.control))
		}
	}
	for receiver, got := range drawn {
		first, last := 1, 999_999_999
		if receiver == strings.ToUpper(Rejecter) {
			first, last = 7, 9
		}
		want := make([]int, len(got))
		for i := range want {
			want[i] = first + i%(last-first+1)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			against = append(against, fmt.Sprintf("to %s: %v, want %v", receiver, got, want))
		}
	}
	return against
}

// orderOf reads the number of an order and the quantity of its one line.
func orderOf(body string) (number, quantity string) {
	var o struct {
		Number string
		Lines  []struct{ Quantity json.RawMessage }
	}
	if err := json.Unmarshal([]byte(body), &o); err != nil || len(o.Lines) != 1 {
		return body, "?"
	}
	return o.Number, strings.Trim(string(o.Lines[0].Quantity), `"`)
}
