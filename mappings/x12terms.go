package mappings

// X12Terms are the settings of X12 envelopes and acknowledgements.
type X12Terms struct {
	Ours         []Identity // receivers that mean the tenant; the first one signs what we send
	Theirs       []Identity // senders that mean the partner; the first one is whom we address
	Errors       ErrorMode
	Deliver      Delivery
	Acknowledge  Acknowledge
	Duplicates   Duplicates
	Validate     Validation // of a document whose own terms say nothing else
	MaskSecurity bool       // ISA02 and ISA04 are shown to nobody
	Mask         Mask
	Receive      X12Receive
	Send         X12Send
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
	Functional     Functional
	Interchange    Interchange
	Application    Application
	AcceptedSets   bool              // list accepted sets in the 997 or 999 too, not the rejected alone
	Warnings       bool              // what has warnings alone is accepted with errors, which tells them
	Values         bool              // AK404 and TED07 repeat the bad value
	Together       bool              // all acknowledgements of one interchange leave in one
	DuplicateSet   string            // AK502 of an ST02 that repeats in its group: "23", or "7" for old partners
	DuplicateGroup string            // AK905 of a GS06 that repeats: "19" where the release has it, or always "6"
	MissingSE      string            // AK502 of a set without SE: "2" or "3"
	MissingGE      string            // what a group without GE costs: the "group", or the "interchange" with TA1 024
	Trailer        string            // TA104 where IEA disagrees with ISA: "E" or "R"
	Partial        string            // AK901 where some sets are accepted: "P" or "R"
	AdviceCodes    map[string]string // TED01 by the code of a finding, where the partner has its own
	MaxSegments    int               // most segments told of one set
	MaxElements    int               // most elements told of one segment
	Numbers        NumberRange       // ST02 of acknowledgements
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

// Application says when an application advice, the 824 or APERAK, is sent.
type Application string

const (
	AdviceNever    Application = "never"
	AdviceRejected Application = "rejected" // for what the business refuses though its form is right
	AdviceAlways   Application = "always"
)

// X12Receive is what is expected of the envelopes a partner sends.
type X12Receive struct {
	ISA11         ISA11
	CharacterSet  X12Characters
	Authorization Credential // ISA01 and ISA02; without a qualifier neither is looked at
	Security      Credential // ISA03 and ISA04
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
	Element, Component, Segment, Repetition string // one byte each; Repetition is used as ISA11 says
	LineEnd                                 string // "", "\n" or "\r\n", after each segment terminator
	ISA11                                   ISA11
	CharacterSet                            X12Characters
	Replacement                             string // stands for a delimiter inside a value; empty: other delimiters are chosen
	Authorization, Security                 Credential
	Control                                 string      // ISA12, such as "00401"
	Usage                                   string      // ISA15: "P", "T" or "I"
	RequestTA1                              bool        // ISA14; a TA1 is then expected
	Group                                   string      // GS01; empty: that of the set
	GroupSender, GroupReceiver              string      // GS02, GS03
	GroupDate                               string      // GS04: "CCYYMMDD" or "YYMMDD"
	GroupTime                               string      // GS05: "HHMM", "HHMMSS" or "HHMMSSDD"
	Agency                                  string      // GS07: "X" or "T"
	Release                                 string      // GS08, such as "004010"
	Numbers                                 NumberRange // ISA13
	GroupNumbers                            NumberRange // GS06
	SetNumbers                              NumberRange // ST02
	SetsRunOn                               bool        // ST02 runs on over interchanges; else each begins with the first
	Batch                                   Batch
	Expect                                  Expect
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
		Receive: X12Receive{ISA11: ISA11ByVersion, CharacterSet: X12Extended},
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
