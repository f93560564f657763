package mappings

// EDIFACTTerms are the settings of EDIFACT envelopes and acknowledgements.
type EDIFACTTerms struct {
	Ours         []Identity     `json:"ours"`   // recipients that mean the tenant; the first one signs what we send
	Theirs       []Identity     `json:"theirs"` // senders that mean the partner; the first one is whom we address
	Errors       ErrorMode      `json:"errors"`
	Deliver      Delivery       `json:"deliver"`
	Acknowledge  CONTRL         `json:"acknowledge"`
	Duplicates   Duplicates     `json:"duplicates"`
	Validate     Validation     `json:"validate"`     // of a message whose own terms say nothing else
	MaskSecurity bool           `json:"maskSecurity"` // the passwords of UNB and UNG are shown to nobody
	Mask         Mask           `json:"mask"`
	Receive      EDIFACTReceive `json:"receive"`
	Send         EDIFACTSend    `json:"send"`
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
	Verdict      ContrlWhen  `json:"contrl"`       // action 7 or 4, with what was rejected
	Receipt      ContrlWhen  `json:"receipt"`      // action 8: it came, nothing is said of its syntax
	AcceptedSets bool        `json:"acceptedSets"` // name accepted messages too, not the rejected alone
	Together     bool        `json:"together"`     // receipt and verdict leave in one interchange
	Syntax       string      `json:"syntax"`       // UNB 0002 of the answer: "received", "3" or "4"
	Trailer      string      `json:"trailer"`      // what a UNZ that disagrees with UNB costs: "E" nothing, "R" the interchange
	MaxSegments  int         `json:"maxSegments"`  // most segments told of one message
	MaxElements  int         `json:"maxElements"`  // most elements told of one segment
	Numbers      NumberRange `json:"numbers"`      // UNH 0062 of acknowledgements
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
	CharacterSet string     `json:"characterSet"` // UNB 0001 to read by whatever UNB says; empty: what UNB says
	Reference    Credential `json:"reference"`    // UNB 0022 and 0025; without a value neither is looked at
}

// UNA says when a service string advice is written.
type UNA string

const (
	UNAAlways UNA = "always"
	UNANeeded UNA = "needed" // where a delimiter is not that of the standard
	UNANever  UNA = "never"  // and the delimiters have to be those of the standard
)

// EDIFACTSend is the envelope of what we send.
type EDIFACTSend struct {
	UNA                    UNA          `json:"una"`
	Component              string       `json:"component"`              // UNA1, one byte
	Element                string       `json:"element"`                // UNA2
	Decimal                string       `json:"decimal"`                // UNA3
	Release                string       `json:"release"`                // UNA4; a space: none
	Repetition             string       `json:"repetition"`             // UNA5, used from syntax 4
	Segment                string       `json:"segment"`                // UNA6
	LineEnd                string       `json:"lineEnd"`                // "", "\n" or "\r\n", after each segment terminator
	CharacterSet           string       `json:"characterSet"`           // UNB 0001, such as "UNOC"
	Syntax                 string       `json:"syntax"`                 // UNB 0002: "1" to "4"
	ServiceCodes           string       `json:"serviceCodes"`           // UNB 0080, of syntax 4
	Encoding               string       `json:"encoding"`               // UNB 0133, of syntax 4
	SenderRouting          string       `json:"senderRouting"`          // UNB 0008
	SenderSubRouting       string       `json:"senderSubRouting"`       // UNB 0042
	ReceiverRouting        string       `json:"receiverRouting"`        // UNB 0014
	ReceiverSubRouting     string       `json:"receiverSubRouting"`     // UNB 0046
	Reference              Credential   `json:"reference"`              // UNB 0022 with its qualifier 0025
	Application            string       `json:"application"`            // UNB 0026
	Priority               string       `json:"priority"`               // UNB 0029, one letter
	RequestAcknowledgement bool         `json:"requestAcknowledgement"` // UNB 0031; a CONTRL is then expected
	Agreement              string       `json:"agreement"`              // UNB 0032
	Usage                  string       `json:"usage"`                  // "P", or "T" for UNB 0035 = 1
	Groups                 bool         `json:"groups"`                 // messages stand in UNG to UNE
	Group                  EDIFACTGroup `json:"group"`
	Directory              string       `json:"directory"`    // UNH 0052 and 0054, such as "D96A"
	Agency                 string       `json:"agency"`       // UNH 0051
	Association            string       `json:"association"`  // UNH 0057, such as "EAN008"
	Numbers                NumberRange  `json:"numbers"`      // UNB 0020
	GroupNumbers           NumberRange  `json:"groupNumbers"` // UNG 0048
	SetNumbers             NumberRange  `json:"setNumbers"`   // UNH 0062
	SetsRunOn              bool         `json:"setsRunOn"`    // UNH 0062 runs on over interchanges; else each begins with the first
	Batch                  Batch        `json:"batch"`
	Expect                 Expect       `json:"expect"`
}

// EDIFACTGroup is a UNG. What is left out is that of the message or of UNB.
type EDIFACTGroup struct {
	ID          string   `json:"id"`          // 0038; empty: the type of the messages
	Sender      Identity `json:"sender"`      // 0040 with its qualifier 0007
	Receiver    Identity `json:"receiver"`    // 0044 with its qualifier 0007
	Agency      string   `json:"agency"`      // 0051
	Version     string   `json:"version"`     // 0052
	Release     string   `json:"release"`     // 0054
	Association string   `json:"association"` // 0057
	Password    Secret   `json:"password"`    // 0058
}

func defaultEDIFACT() EDIFACTTerms {
	validate := defaultValidation()
	validate.Characters = LevelWarning // so many say UNOA and write small letters
	return EDIFACTTerms{
		Errors: RejectSet, Deliver: DeliverSets,
		Acknowledge: CONTRL{
			Verdict: ContrlRequested, Receipt: ContrlNever, AcceptedSets: true,
			Syntax: syntaxReceived, Trailer: "E", MaxSegments: 99, MaxElements: 99, Numbers: NumberRange{First: 1, Last: lastControlNumber, Digits: 1},
		},
		Duplicates: Duplicates{InterchangeDays: defaultDuplicateDay},
		Validate:   validate, MaskSecurity: true,
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
