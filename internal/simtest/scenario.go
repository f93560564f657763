package simtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/crossdock/crossdock/handlers"
	"github.com/crossdock/crossdock/internal/partners"
)

// Scenario is what happens in a world, and how it may end.
type Scenario struct {
	Name      string
	Shipped   *partners.Shipped
	Configure func(*handlers.App) // makes slices and checkpoints small; nil: as in production
	Steps     []Step
	Endings   []Ending // the run must end in one of them
}

// Step is a file that arrives. Steps come in any order that After and With
// allow.
type Step struct {
	Name    string
	Path    string // after the channel; empty: Name
	Content string
	After   []string // files that have their outcome before
	With    string   // a file that arrived before; with the same Path this one overwrites it
}

func (s Step) path() string {
	name := s.Path
	if name == "" {
		name = s.Name
	}
	return "inbound/" + Tenant + "/" + Channel + "/" + name
}

// Ending is how a run may end.
type Ending struct {
	// Files says per step the outcome, the finding codes of the file as such
	// and the acknowledgements sent, as endOf writes them; "none" if the file
	// was never seen.
	Files map[string]string
	// Orders are the quantities of the versions the ERP holds of each order,
	// by partner and number, in the order they were saved first.
	Orders map[string]string
	// Documents are those that left, as "partner set number"; nil for none.
	Documents []string
	// Waiting counts the documents that wait for a person.
	Waiting int
}

// Scenarios are the flows of an 850 and of an ORDERS, and of the 855 that
// answers an order.
func Scenarios() ([]Scenario, error) {
	shipped, err := Ship(false)
	speaking, speakingErr := Ship(true)
	if err = errors.Join(err, speakingErr); err != nil {
		return nil, fmt.Errorf("catalogue of the simulated world: %w", err)
	}
	all := []Scenario{sameAgain(), badSet(), changedReplaces(), changedWaits(), changedIsRejected(), overwritten(), racing(), checkpoints(), overseas()}
	for i := range all {
		all[i].Shipped = shipped
	}
	for _, told := range []Scenario{answered(), gathered()} {
		told.Shipped = speaking
		all = append(all, told)
	}
	return all, nil
}

func accepted(control int) string {
	return fmt.Sprintf("accepted; 997 %d A", control)
}

func acceptedWithTA1(control int) string {
	return fmt.Sprintf("accepted; 997 %d A; TA1 %09d A 000", control, control)
}

func duplicateOf(control int) string {
	return fmt.Sprintf("duplicate; TA1 %09d R 025", control)
}

// sameAgain: one order, and the same file under another name.
func sameAgain() Scenario {
	one := interchange(Replacer, 1, "P", purchase{"A-1", "5"})
	return Scenario{
		Name: "the same file again",
		Steps: []Step{
			{Name: "one.edi", Content: one},
			{Name: "again.edi", Content: one, After: []string{"one.edi"}},
		},
		Endings: []Ending{{
			Files:  map[string]string{"one.edi": acceptedWithTA1(1), "again.edi": duplicateOf(1)},
			Orders: map[string]string{"replacer A-1": "5"},
		}},
	}
}

// overseas: an interchange of EDIFACT with a bad message among good ones, the
// same again, and an order that comes again with other content.
func overseas() Scenario {
	three := messages(Overseas, 61, purchase{"E-1", "5"}, purchase{"E-2", "MANY"}, purchase{"E-3", "3"})
	return Scenario{
		Name: "orders by EDIFACT",
		Steps: []Step{
			{Name: "three.edi", Content: three},
			{Name: "again.edi", Content: three, After: []string{"three.edi"}},
			{Name: "changed.edi", Content: messages(Overseas, 62, purchase{"E-1", "6"}), After: []string{"three.edi"}},
		},
		Endings: []Ending{{
			Files: map[string]string{
				"three.edi": "partly accepted; CONTRL 61 7, 1 rejected", "again.edi": "duplicate; CONTRL 61 4", "changed.edi": "accepted; CONTRL 62 7",
			},
			Orders: map[string]string{"overseas E-1": "5 6", "overseas E-3": "3"},
		}},
	}
}

// badSet: three orders with a bad one among them, a file that is no EDI, and
// one that is cut off.
func badSet() Scenario {
	cut, _, _ := strings.Cut(interchange(Replacer, 3, "P", purchase{"A-6", "1"}), "CTT")
	return Scenario{
		Name: "a bad set and broken files",
		Steps: []Step{
			{Name: "three.edi", Content: interchange(Replacer, 2, "P", purchase{"A-2", "1"}, purchase{"A-3", "MANY"}, purchase{"A-4", "3"})},
			{Name: "broken.edi", Content: "Dear sirs, please find our order enclosed."},
			{Name: "cut.edi", Content: cut},
		},
		Endings: []Ending{{
			Files: map[string]string{
				"three.edi":  "partly accepted; 997 2 P; TA1 000000002 A 000",
				"broken.edi": "rejected",
				"cut.edi":    "rejected; TA1 000000003 R 023",
			},
			Orders: map[string]string{"replacer A-2": "1", "replacer A-4": "3"},
		}},
	}
}

// changedReplaces: an order comes again with other content, twice.
func changedReplaces() Scenario {
	return Scenario{
		Name: "a changed order replaces",
		Steps: []Step{
			{Name: "first.edi", Content: interchange(Replacer, 11, "P", purchase{"A-1", "5"})},
			{Name: "changed.edi", Content: interchange(Replacer, 12, "P", purchase{"A-1", "7"}, purchase{"A-9", "1"}), After: []string{"first.edi"}},
			{Name: "once-more.edi", Content: interchange(Replacer, 13, "P", purchase{"A-1", "8"}), After: []string{"changed.edi"}},
		},
		Endings: []Ending{{
			Files: map[string]string{
				"first.edi": acceptedWithTA1(11), "changed.edi": acceptedWithTA1(12), "once-more.edi": acceptedWithTA1(13),
			},
			Orders: map[string]string{"replacer A-1": "5 7 8", "replacer A-9": "1"},
		}},
	}
}

// changedWaits: a changed order is held, and one error refuses everything.
func changedWaits() Scenario {
	return Scenario{
		Name: "a changed order waits",
		Steps: []Step{
			{Name: "first.edi", Content: interchange(Holder, 1, "P", purchase{"B-1", "1"})},
			{Name: "changed.edi", Content: interchange(Holder, 2, "P", purchase{"B-1", "2"}), After: []string{"first.edi"}},
			{Name: "one-bad.edi", Content: interchange(Holder, 3, "P", purchase{"B-2", "1"}, purchase{"B-3", "FEW"})},
		},
		Endings: []Ending{{
			Files: map[string]string{
				"first.edi": accepted(1), "changed.edi": accepted(2), "one-bad.edi": "rejected; 997 3 R",
			},
			Orders:  map[string]string{"holder B-1": "1"},
			Waiting: 1,
		}},
	}
}

// changedIsRejected: a changed order is rejected; a test stays a test.
func changedIsRejected() Scenario {
	return Scenario{
		Name: "a changed order is rejected",
		Steps: []Step{
			{Name: "first.edi", Content: interchange(Rejecter, 1, "P", purchase{"C-1", "1"})},
			{Name: "changed.edi", Content: interchange(Rejecter, 2, "P", purchase{"C-1", "2"}), After: []string{"first.edi"}},
			{Name: "test.edi", Content: interchange(Rejecter, 3, "T", purchase{"C-1", "3"})},
		},
		Endings: []Ending{{
			Files: map[string]string{
				"first.edi": accepted(1), "changed.edi": "rejected; 997 2 A", "test.edi": accepted(3),
			},
			Orders: map[string]string{"rejecter C-1": "1"},
		}},
	}
}

// overwritten: a file is overwritten while it is taken.
func overwritten() Scenario {
	first, second := interchange(Replacer, 21, "P", purchase{"A-1", "1"}), interchange(Replacer, 22, "P", purchase{"A-2", "2"})
	s := Scenario{
		Name: "a file is overwritten",
		Steps: []Step{
			{Name: "first", Path: "po.edi", Content: first},
			{Name: "second", Path: "po.edi", Content: second, With: "first"},
		},
	}
	for end, both := range map[string]bool{
		acceptedWithTA1(21): true, "rejected FILE-OVERWRITTEN": false, "rejected FILE-GONE": false, "none": false,
	} {
		e := Ending{Files: map[string]string{"first": end, "second": acceptedWithTA1(22)}, Orders: map[string]string{"replacer A-2": "2"}}
		if both {
			e.Orders["replacer A-1"] = "1"
		}
		s.Endings = append(s.Endings, e)
	}
	return s
}

// racing: two files of one control number, and two contents of one order, at
// the same time. Which is first is open; that one is first is not.
func racing() Scenario {
	twin := interchange(Replacer, 31, "P", purchase{"A-1", "1"})
	s := Scenario{
		Name: "files race",
		Steps: []Step{
			{Name: "twin-1.edi", Content: twin},
			{Name: "twin-2.edi", Content: twin},
			{Name: "rival-1.edi", Content: interchange(Rejecter, 1, "P", purchase{"C-1", "1"})},
			{Name: "rival-2.edi", Content: interchange(Rejecter, 2, "P", purchase{"C-1", "2"})},
		},
	}
	for _, twins := range [][2]string{{"twin-1.edi", "twin-2.edi"}, {"twin-2.edi", "twin-1.edi"}} {
		for _, rivals := range [][2]int{{1, 2}, {2, 1}} {
			s.Endings = append(s.Endings, Ending{
				Files: map[string]string{
					twins[0]: acceptedWithTA1(31), twins[1]: duplicateOf(31),
					fmt.Sprintf("rival-%d.edi", rivals[0]): accepted(rivals[0]),
					fmt.Sprintf("rival-%d.edi", rivals[1]): fmt.Sprintf("rejected; 997 %d A", rivals[1]),
				},
				Orders: map[string]string{"replacer A-1": "1", "rejecter C-1": fmt.Sprint(rivals[0])},
			})
		}
	}
	return s
}

// checkpoints: many orders, a checkpoint after every second one, and one
// number twice in a file.
func checkpoints() Scenario {
	return Scenario{
		Name:      "checkpoints",
		Configure: func(a *handlers.App) { a.Exchange.Options.Checkpoint, a.Exchange.Options.Concurrency = 2, 3 },
		Steps: []Step{{Name: "many.edi", Content: interchange(Replacer, 41, "P",
			purchase{"A-1", "1"}, purchase{"A-2", "2"}, purchase{"A-1", "3"}, purchase{"A-3", "NONE"}, purchase{"A-4", "4"}, purchase{"A-2", "2"})}},
		Endings: []Ending{{
			Files:  map[string]string{"many.edi": "partly accepted; 997 41 P; TA1 000000041 A 000"},
			Orders: map[string]string{"replacer A-1": "1 3", "replacer A-2": "2", "replacer A-4": "4"},
		}},
	}
}

// answered: orders that the ERP confirms, and the confirmations leave.
func answered() Scenario {
	return Scenario{
		Name:  "orders are answered",
		Steps: []Step{{Name: "two.edi", Content: interchange(Hearer, 51, "P", purchase{"D-1", "5"}, purchase{"D-2", "6"})}},
		Endings: []Ending{{
			Files:     map[string]string{"two.edi": accepted(51)},
			Orders:    map[string]string{"hearer D-1": "5", "hearer D-2": "6"},
			Documents: []string{"hearer 855 D-1 5", "hearer 855 D-2 6"},
		}},
	}
}

// gathered: orders whose confirmations leave two at a time, and the last when
// its time has come; or each alone, where a world that stalls brings them
// further apart than that.
func gathered() Scenario {
	s := Scenario{
		Name:  "answers leave together",
		Steps: []Step{{Name: "three.edi", Content: interchange(Gatherer, 61, "P", purchase{"E-1", "1"}, purchase{"E-2", "2"}, purchase{"E-3", "3"})}},
	}
	single := func(i int) string { return fmt.Sprintf("gatherer 855 E-%d %d", i+1, i+1) }
	s.Endings = append(s.Endings, Ending{
		Files:     map[string]string{"three.edi": "accepted"},
		Orders:    map[string]string{"gatherer E-1": "1", "gatherer E-2": "2", "gatherer E-3": "3"},
		Documents: []string{single(0), single(1), single(2)},
	})
	// Which of them are together is open.
	for alone := range 3 {
		var together []string
		lines := map[int]string{}
		for i := range 3 {
			if i != alone {
				together = append(together, fmt.Sprintf("855 E-%d %d", i+1, i+1))
			}
		}
		for _, order := range [][2]int{{0, 1}, {1, 0}} {
			e := Ending{
				Files:  map[string]string{"three.edi": "accepted"},
				Orders: map[string]string{"gatherer E-1": "1", "gatherer E-2": "2", "gatherer E-3": "3"},
			}
			for i := range 3 {
				lines[i] = "gatherer " + together[order[0]] + "; " + together[order[1]]
			}
			lines[alone] = single(alone)
			e.Documents = []string{lines[0], lines[1], lines[2]}
			slices.Sort(e.Documents)
			s.Endings = append(s.Endings, e)
		}
	}
	return s
}
