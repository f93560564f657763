package mappings

// EDIFACTTerms are the settings of EDIFACT envelopes and acknowledgements.
type EDIFACTTerms struct {
	Ours         []Identity // recipients that mean the tenant; the first one signs what we send
	Theirs       []Identity // senders that mean the partner; the first one is whom we address
	Errors       ErrorMode
	Deliver      Delivery
	Acknowledge  CONTRL
	Duplicates   Duplicates
	Validate     Validation // of a message whose own terms say nothing else
	MaskSecurity bool       // the passwords of UNB and UNG are shown to nobody
	Mask         Mask
	Receive      EDIFACTReceive
	Send         EDIFACTSend
}

// Spoken reports whether partner and tenant exchange EDIFACT at all.
func (e *EDIFACTTerms) Spoken() bool { return len(e.Theirs) > 0 }

// Hides reports whether the value of a place may not be shown.
func (e *EDIFACTTerms) Hides(segment string, element, component int) bool {
	secret := segment == "UNB" && element == 6 || segment == "UNG" && element == 8
	return e.MaskSecurity && secret || e.Mask.Hides(segment, element, component)
}

// CONTRL says which acknowledgements of EDIFACT are sent.
type CONTRL struct {
	Verdict      ContrlWhen // action 7 or 4, with what was rejected
	Receipt      ContrlWhen // action 8: it came, nothing is said of its syntax
	Application  Application
	AcceptedSets bool        // name accepted messages too, not the rejected alone
	Together     bool        // all acknowledgements of one interchange leave in one
	Syntax       string      // UNB 0002 of the answer: "received", "3" or "4"
	Numbers      NumberRange // UNH 0062 of acknowledgements
}

// ContrlWhen says when a CONTRL is sent.
type ContrlWhen string

const (
	ContrlRequested ContrlWhen = "requested" // UNB 0031 asks for it, or the interchange is rejected
	ContrlAlways    ContrlWhen = "always"
	ContrlNever     ContrlWhen = "never"
)

// EDIFACTReceive is what is expected of the envelopes a partner sends.
type EDIFACTReceive struct {
	CharacterSet string     // UNB 0001 to read by whatever UNB says; empty: what UNB says
	Reference    Credential // UNB 0022 and 0025; without a value neither is looked at
}

// UNA says when a service string advice is written.
type UNA string

const (
	UNAAlways UNA = "always"
	UNANeeded UNA = "needed" // where a delimiter is not that of the standard
	UNANever  UNA = "never"
)

// EDIFACTSend is the envelope of what we send.
type EDIFACTSend struct {
	UNA                                  UNA
	Component, Element, Decimal, Release string     // UNA1 to UNA4, one byte each; Release may be a space: none
	Repetition                           string     // UNA5, used from syntax 4
	Segment                              string     // UNA6
	LineEnd                              string     // "", "\n" or "\r\n", after each segment terminator
	CharacterSet                         string     // UNB 0001, such as "UNOC"
	Syntax                               string     // UNB 0002: "1" to "4"
	ServiceCodes, Encoding               string     // UNB 0080 and 0133, of syntax 4
	SenderRouting, SenderSubRouting      string     // UNB 0008 and 0042 of the sender
	ReceiverRouting, ReceiverSubRouting  string     // UNB 0014 and 0046 of the recipient
	Reference                            Credential // UNB 0022 with its qualifier 0025
	Application                          string     // UNB 0026
	Priority                             string     // UNB 0029, one letter
	RequestAcknowledgement               bool       // UNB 0031; a CONTRL is then expected
	Agreement                            string     // UNB 0032
	Usage                                string     // "P", or "T" for UNB 0035 = 1
	Groups                               bool       // messages stand in UNG to UNE
	Group                                EDIFACTGroup
	Directory                            string      // UNH 0052 and 0054, such as "D96A"
	Agency                               string      // UNH 0051
	Association                          string      // UNH 0057, such as "EAN008"
	Numbers                              NumberRange // UNB 0020
	GroupNumbers                         NumberRange // UNG 0048
	SetNumbers                           NumberRange // UNH 0062
	SetsRunOn                            bool        // UNH 0062 runs on over interchanges; else each begins with the first
	Batch                                Batch
	Expect                               Expect
}

// EDIFACTGroup is a UNG. What is left out is that of the message or of UNB.
type EDIFACTGroup struct {
	ID               string   // 0038; empty: the type of the messages
	Sender, Receiver Identity // 0040 and 0044 with their qualifiers 0007
	Agency           string   // 0051
	Version, Release string   // 0052, 0054
	Association      string   // 0057
	Password         Secret   // 0058
}

func defaultEDIFACT() EDIFACTTerms {
	return EDIFACTTerms{
		Errors: RejectSet, Deliver: DeliverSets,
		Acknowledge: CONTRL{
			Verdict: ContrlRequested, Receipt: ContrlNever, Application: AdviceNever, AcceptedSets: true,
			Syntax: syntaxReceived, Numbers: NumberRange{First: 1, Last: lastControlNumber, Digits: 1},
		},
		Duplicates: Duplicates{InterchangeDays: defaultDuplicateDay},
		Validate:   defaultValidation(), MaskSecurity: true,
		Send: EDIFACTSend{
			UNA: UNANeeded, Component: ":", Element: "+", Decimal: ".", Release: "?", Repetition: "*", Segment: "'", LineEnd: "\n",
			CharacterSet: "UNOC", Syntax: "3", Directory: "D96A", Agency: "UN",
			Numbers:      NumberRange{First: 1, Last: lastControlNumber, Digits: 1},
			GroupNumbers: NumberRange{First: 1, Last: lastControlNumber, Digits: 1},
			SetNumbers:   NumberRange{First: 1, Last: lastControlNumber, Digits: 1},
			Expect:       Expect{Within: defaultExpectWithin},
		},
	}
}

// syntaxReceived answers in the syntax of what is answered.
const syntaxReceived = "received"
