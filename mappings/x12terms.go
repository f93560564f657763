package mappings

// X12Terms are the settings of X12 envelopes and acknowledgements.
type X12Terms struct {
	Ours         []Identity  `json:"ours"`   // receivers that mean the tenant; the first one signs what we send
	Theirs       []Identity  `json:"theirs"` // senders that mean the partner; the first one is whom we address
	Errors       ErrorMode   `json:"errors"`
	Deliver      Delivery    `json:"deliver"`
	Acknowledge  Acknowledge `json:"acknowledge"`
	Duplicates   Duplicates  `json:"duplicates"`
	Validate     Validation  `json:"validate"`     // of a document whose own terms say nothing else
	MaskSecurity bool        `json:"maskSecurity"` // ISA02 and ISA04 are shown to nobody
	Mask         Mask        `json:"mask"`
	Receive      X12Receive  `json:"receive"`
	Send         X12Send     `json:"send"`
}

// Spoken reports whether partner and tenant exchange X12 at all.
func (x *X12Terms) Spoken() bool { return len(x.Theirs) > 0 }

// Hides reports whether the value of a place may not be shown.
func (x *X12Terms) Hides(segment string, element, component int) bool {
	return x.MaskSecurity && segment == "ISA" && (element == 2 || element == 4) || x.Mask.Hides(segment, element, component)
}

// Acknowledge says which acknowledgements of X12 are sent, and how they put
// what engines put differently.
type Acknowledge struct {
	Functional     Functional        `json:"functional"`
	Interchange    Interchange       `json:"ta1"`
	Application    Application       `json:"application"`
	AcceptedSets   bool              `json:"acceptedSets"`   // list accepted sets in the 997 or 999 too, not the rejected alone
	Warnings       bool              `json:"warnings"`       // what has warnings alone is accepted with errors, which tells them
	Values         bool              `json:"values"`         // AK404 and TED07 repeat the bad value
	Together       bool              `json:"together"`       // the 997 or 999 of all groups of one interchange leave in one
	DuplicateSet   string            `json:"duplicateSet"`   // AK502 of an ST02 that repeats in its group: "23", or "7" for old partners
	DuplicateGroup string            `json:"duplicateGroup"` // AK905 of a GS06 that repeats: "19" where the release has it, or always "6"
	MissingSE      string            `json:"missingSE"`      // AK502 of a set without SE: "2" or "3"
	MissingGE      string            `json:"missingGE"`      // what a group without GE costs: the "group", or the "interchange" with TA1 024
	Trailer        string            `json:"trailer"`        // TA104 where IEA disagrees with ISA: "E" or "R"
	Partial        string            `json:"partial"`        // AK901 where some sets are accepted: "P" or "R"
	AdviceCodes    map[string]string `json:"adviceCodes"`    // TED01 by the code of a finding, where the partner has its own
	MaxSegments    int               `json:"maxSegments"`    // most segments told of one set
	MaxElements    int               `json:"maxElements"`    // most elements told of one segment
	Numbers        NumberRange       `json:"numbers"`        // ST02 of acknowledgements
}

// Functional is the functional acknowledgement of a group.
type Functional string

const (
	Functional997  Functional = "997"
	Functional999  Functional = "999"
	FunctionalNone Functional = "none"
)

// Interchange says when a TA1 is sent.
type Interchange string

const (
	TA1Requested Interchange = "requested" // ISA14 asks for it, or the interchange is rejected
	TA1Always    Interchange = "always"
	TA1Never     Interchange = "never"
)

// Application says when an application advice, the 824, is sent.
type Application string

const (
	AdviceNever    Application = "never"
	AdviceRejected Application = "rejected" // for what the business refuses though its form is right
	AdviceAlways   Application = "always"
)

// X12Receive is what is expected of the envelopes a partner sends.
type X12Receive struct {
	ISA11         ISA11         `json:"isa11"`
	CharacterSet  X12Characters `json:"characterSet"`
	Authorization Credential    `json:"authorization"` // ISA01 and ISA02; without a qualifier neither is looked at
	Security      Credential    `json:"security"`      // ISA03 and ISA04
}

// ISA11 is what the eleventh element of ISA holds.
type ISA11 string

const (
	ISA11ByVersion  ISA11 = "by-version"  // the repetition separator from 00402, unless it is a letter or digit
	ISA11Standard   ISA11 = "standard-id" // nothing repeats, whatever the version
	ISA11Repetition ISA11 = "repetition"  // the repetition separator, whatever the version
)

// X12Characters is a character set of X12.
type X12Characters string

const (
	X12Basic    X12Characters = "basic"    // capitals, digits, space and 15 special characters
	X12Extended X12Characters = "extended" // and small letters and more special characters
	X12UTF8     X12Characters = "utf-8"    // any character
)

// X12Send is the envelope of what we send.
type X12Send struct {
	Element       string        `json:"element"` // one byte, as the next three
	Component     string        `json:"component"`
	Segment       string        `json:"segment"`
	Repetition    string        `json:"repetition"` // used as ISA11 says
	LineEnd       string        `json:"lineEnd"`    // "", "\n" or "\r\n", after each segment terminator
	ISA11         ISA11         `json:"isa11"`
	CharacterSet  X12Characters `json:"characterSet"`
	Replacement   string        `json:"replacement"`   // stands for a delimiter inside a value; empty: other delimiters are chosen
	Authorization Credential    `json:"authorization"` // ISA01 and ISA02
	Security      Credential    `json:"security"`      // ISA03 and ISA04
	Control       string        `json:"control"`       // ISA12, such as "00401"
	Usage         string        `json:"usage"`         // ISA15: "P", "T" or "I"
	RequestTA1    bool          `json:"requestTA1"`    // ISA14; a TA1 is then expected
	Group         string        `json:"group"`         // GS01; empty: that of the set
	GroupSender   string        `json:"groupSender"`   // GS02
	GroupReceiver string        `json:"groupReceiver"` // GS03
	GroupDate     string        `json:"groupDate"`     // GS04: "CCYYMMDD" or "YYMMDD"
	GroupTime     string        `json:"groupTime"`     // GS05: "HHMM", "HHMMSS" or "HHMMSSDD"
	Agency        string        `json:"agency"`        // GS07: "X" or "T"
	Release       string        `json:"release"`       // GS08, such as "004010"
	Numbers       NumberRange   `json:"numbers"`       // ISA13
	GroupNumbers  NumberRange   `json:"groupNumbers"`  // GS06
	SetNumbers    NumberRange   `json:"setNumbers"`    // ST02
	SetsRunOn     bool          `json:"setsRunOn"`     // ST02 runs on over interchanges; else each begins with the first
	Batch         Batch         `json:"batch"`
	Expect        Expect        `json:"expect"`
}

func defaultX12() X12Terms {
	return X12Terms{
		Errors: RejectSet, Deliver: DeliverSets,
		Acknowledge: Acknowledge{
			Functional: Functional997, Interchange: TA1Requested, Application: AdviceNever, AcceptedSets: true, Values: true,
			DuplicateSet: "23", DuplicateGroup: "19", MissingSE: "2", MissingGE: "group", Trailer: "E", Partial: "P",
			MaxSegments: 99, MaxElements: 99,
			Numbers: NumberRange{First: 1, Last: lastControlNumber, Digits: 4},
		},
		Duplicates: Duplicates{InterchangeDays: defaultDuplicateDay},
		Validate:   defaultValidation(), MaskSecurity: true,
		Receive: X12Receive{ISA11: ISA11ByVersion, CharacterSet: X12UTF8},
		Send: X12Send{
			Element: "*", Component: ">", Segment: "~", Repetition: "^", LineEnd: "\n",
			ISA11: ISA11ByVersion, CharacterSet: X12Extended,
			Authorization: Credential{Qualifier: noCredential}, Security: Credential{Qualifier: noCredential},
			Control: defaultISA12, Release: defaultGS08,
			GroupDate: "CCYYMMDD", GroupTime: "HHMM", Agency: "X",
			Numbers:      NumberRange{First: 1, Last: lastControlNumber, Digits: 9},
			GroupNumbers: NumberRange{First: 1, Last: lastControlNumber, Digits: 1},
			SetNumbers:   NumberRange{First: 1, Last: lastControlNumber, Digits: 4},
			Expect:       Expect{Within: defaultExpectWithin},
		},
	}
}
