package exchange

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/mappings"
)

// honoured is a setting of an agreement, and what one value of it makes of a
// document that another does not.
type honoured struct {
	field string // as docs/agreements.md has it
	at    string // where it is set; empty: as field
	with  string // other settings, "path=value" by semicolons
	a, b  string // two values as JSON; empty: it is left out
	of    string // the document: 850 or ORDERS is received, 855 or ORDRSP sent
	edit  string // "from=>to" in it, by line
	shows string // what comes of it with b, and not with a
}

const (
	badUnit  = "*EA*=>*XX*"
	aNumbers = `{"first": "77"}`
)

func settings() []honoured {
	return slices.Concat([]honoured{
		{field: "status", b: `"suspended"`, of: "850", shows: "PARTNER-SUSPENDED"},
		{field: "channel", b: `"side"`, of: "855", shows: "by side"},
		{field: "receive", b: `{"860": {"map": "none"}}`, of: "850", shows: "SET-UNSUPPORTED"},
		{field: "send", b: `{"856": {"map": "none"}}`, of: "855", shows: "among what is sent"},
		{field: "identity.qualifier", at: "x12.theirs", b: `{"qualifier": "01", "id": "BUYER"}`, of: "850", shows: "SENDER"},
		{field: "identity.id", at: "edifact.ours", b: `{"qualifier": "14", "id": "ELSE"}`, of: "ORDERS", shows: "RECEIVER"},
		{field: "receive.SET.release", at: "receive.850.release", a: `"004"`, b: `"005"`, of: "850", shows: "SET-UNSUPPORTED"},
		{field: "receive.SET.application", at: "receive.850.application", a: `"THEM"`, b: `"EAST"`, of: "850", shows: "SET-UNSUPPORTED"},
		{field: "receive.SET.association", at: "receive.ORDERS.association", a: `"EAN008"`, b: `"EAN010"`, of: "ORDERS", edit: ":UN'=>:UN:EAN008'", shows: "2 of 2 rejected"},
		{field: "receive.SET.map", at: "receive.850.map", a: `"none"`, b: `"x12/850"`, of: "850", shows: `"noun":"order"`},
		{field: "receive.SET.validate", at: "receive.850.validate", b: `{"codes": "warning"}`, of: "850", edit: badUnit, shows: `"code":"ELEMENT-CODE","severity":"warning"`},
		{field: "receive.SET.grammar", at: "receive.850.grammar", b: `"005010"`, of: "850", shows: `"grammar":"005010"`},
		{field: "receive.SET.patches", at: "receive.850.patches", b: `{"segment": "PO1", "loop": "PO1", "element": "4", "forbid": true}`, of: "850", shows: "ELEMENT-NOT-USED"},
		{field: "send.SET.map", at: "send.855.map", b: `"none"`, of: "855", shows: "there is no map"},
		{field: "send.SET.answers", at: "send.855.answers", b: `{"860": "2d"}`, of: "855", shows: "owed 860"},
		{field: "send.SET.validate", at: "send.855.validate", b: `{"trailingSeparators": "mandatory"}`, of: "855", shows: "CTT*1*"},
		{field: "send.SET.patches", at: "send.855.patches", b: `{"segment": "BAK", "element": "3", "maxLength": "3"}`, of: "855", shows: "ELEMENT-LONG"},
		{field: "send.SET.envelope", at: "send.855.envelope", b: `{"element": "|"}`, of: "855", shows: "ISA|"},
	}, settingsX12(), settingsEDIFACT(), settingsShared())
}

func settingsX12() []honoured {
	return []honoured{
		{field: "x12.theirs", b: `{"qualifier": "ZZ", "id": "ELSE"}`, of: "850", shows: "SENDER"},
		{field: "x12.ours", b: `{"qualifier": "ZZ", "id": "ELSE"}`, of: "850", shows: "RECEIVER"},
		{field: "x12.errors", b: `"reject-interchange"`, of: "850", edit: badUnit, shows: "INTERCHANGE-REFUSED"},
		{field: "x12.maskSecurity", b: "false", of: "850", edit: "ISA*00*          *=>ISA*01*GATE      *", shows: "GATE"},
		{field: "x12.mask", a: `"PO1-03"`, of: "850", edit: badUnit, shows: "*7*XX"},
		{field: "x12.acknowledge.functional", b: `"999"`, of: "850", shows: "ST*999"},
		{field: "x12.acknowledge.ta1", b: `"always"`, of: "850", shows: "TA1*000000007"},
		{field: "x12.acknowledge.application", b: `"always"`, of: "850", shows: "ST*824"},
		{field: "x12.acknowledge.acceptedSets", a: "false", b: "true", of: "850", shows: "AK5*A"},
		{field: "x12.acknowledge.warnings", b: "true", of: "850", edit: "CTT*1=>CTT*2", shows: "AK5*E"},
		{field: "x12.acknowledge.values", a: "false", b: "true", of: "850", edit: badUnit, shows: "*7*XX"},
		{field: "x12.acknowledge.together", b: "true", of: "850", edit: twoGroups, shows: "GE*2*"},
		{field: "x12.acknowledge.duplicateSet", b: `"7"`, of: "850", edit: "0002=>0001", shows: "AK5*R*7"},
		{field: "x12.acknowledge.duplicateGroup", b: `"6"`, with: `x12.send.release="005010"`, of: "850", edit: strings.ReplaceAll(twoGroups, "*8", "*7"), shows: "AK9*R*1*1*0*6"},
		{field: "x12.acknowledge.missingSE", b: `"3"`, of: "850", edit: "SE*5*0002~\n=>", shows: "AK5*R*3"},
		{field: "x12.acknowledge.missingGE", b: `"interchange"`, of: "850", edit: "GE*2*7~\n=>", shows: "*R*024"},
		{field: "x12.acknowledge.trailer", b: `"R"`, of: "850", edit: "IEA*1*000000007=>IEA*1*000000008", shows: "*R*001"},
		{field: "x12.acknowledge.partial", b: `"R"`, of: "850", edit: oneBad, shows: "AK9*R*2*2*1"},
		{field: "x12.acknowledge.adviceCodes", b: `{"TOTAL-LINES": "ABC"}`, with: `x12.acknowledge.application="always";x12.validate.checks.counts="error"`, of: "850", edit: "CTT*1=>CTT*2", shows: "TED*ABC"},
		{field: "x12.acknowledge.maxSegments", a: `"1"`, of: "850", edit: badUnit + " && *SA*=>*QQ*", shows: "AK3*PO1"},
		{field: "x12.acknowledge.maxElements", a: `"1"`, of: "850", edit: badUnit + " && *VN*=>*QQ*", shows: "AK4*6"},
		{field: "x12.acknowledge.numbers", b: aNumbers, of: "850", shows: "ST*997*0077"},
		{field: "x12.receive.isa11", b: `"repetition"`, of: "850", edit: "*U*00401=>*^*00401 && EA*4.25**VN=>EA*4.25**VN^VN", shows: "REPETITION-TOO-MANY"},
		{field: "x12.receive.characterSet", b: `"basic"`, of: "850", edit: "WB-1007=>wb-1007", shows: "ELEMENT-CHARACTER"},
		{field: "x12.receive.authorization", b: `{"qualifier": "01", "value": "GATE"}`, of: "850", shows: "AUTHORIZATION"},
		{field: "x12.receive.security", b: `{"qualifier": "01", "value": "GATE"}`, of: "850", shows: "SECURITY"},
		{field: "x12.send.element", b: `"|"`, of: "855", shows: "BAK|"},
		{field: "x12.send.component", b: `"<"`, of: "855", shows: "*P*<~"},
		{field: "x12.send.segment", b: `"!"`, of: "855", shows: "ST*855*0001!"},
		{field: "x12.send.lineEnd", b: `"crlf"`, of: "855", shows: "~\r\n"},
		{field: "x12.send.repetition", b: `"{"`, with: `x12.send.control="00501"`, of: "855", shows: "*{*00501"},
		{field: "x12.send.isa11", b: `"repetition"`, of: "855", shows: "*^*00401"},
		{field: "x12.send.characterSet", b: `"basic"`, of: "855", edit: "WB-1007=>wb-1007", shows: "ELEMENT-CHARACTER"},
		{field: "x12.send.replacement", b: `" "`, of: "855", edit: "WB-1007=>WB*1007", shows: "*WB 1007"},
		{field: "x12.send.authorization", b: `{"qualifier": "01", "value": "GATE"}`, of: "855", shows: "ISA*01*GATE      *"},
		{field: "x12.send.security", b: `{"qualifier": "01", "value": "HUSH"}`, of: "850", shows: "*01*HUSH      *"},
		{field: "x12.send.control", b: `"00501"`, of: "855", shows: "*00501*"},
		{field: "x12.send.usage", b: `"T"`, of: "850", shows: "*T*>~"},
		{field: "x12.send.requestTA1", b: "true", of: "855", shows: "*1*P*>~"},
		{field: "x12.send.group", b: `"ZX"`, of: "855", shows: "GS*ZX*"},
		{field: "x12.send.groupSender", b: `"MILL"`, of: "850", shows: "GS*FA*MILL*"},
		{field: "x12.send.groupReceiver", b: `"STORES"`, of: "850", shows: "*STORES*"},
		{field: "x12.send.groupDate", b: `"YYMMDD"`, of: "850", shows: "*261103*0704*1*X"},
		{field: "x12.send.groupTime", b: `"HHMMSS"`, of: "850", shows: "*070405*1*X"},
		{field: "x12.send.agency", b: `"T"`, of: "855", shows: "*T*004010~"},
		{field: "x12.send.release", b: `"005010"`, of: "855", shows: "*X*005010~"},
		{field: "x12.send.numbers", b: aNumbers, of: "850", shows: "000000077"},
		{field: "x12.send.groupNumbers", b: aNumbers, of: "850", shows: "GE*1*77"},
		{field: "x12.send.setNumbers", b: aNumbers, of: "855", shows: "ST*855*0077"},
		{field: "x12.send.setsRunOn", b: "true", of: "855", shows: "ST*855*0002"},
		{field: "x12.send.batch", b: `{"every": "1h"}`, of: "855", shows: "waits until 2026-11-03T08:04:05Z"},
		{field: "x12.send.expect", b: `{"functional": true}`, of: "855", shows: "owed acknowledgement"},
	}
}

func settingsEDIFACT() []honoured {
	return []honoured{
		{field: "edifact.theirs", b: `{"qualifier": "14", "id": "ELSE"}`, of: "ORDERS", shows: "SENDER"},
		{field: "edifact.ours", b: `{"qualifier": "14", "id": "ELSE"}`, of: "ORDERS", shows: "RECEIVER"},
		{field: "edifact.errors", a: `"note"`, b: `"reject-set"`, of: "ORDERS", edit: "NAD+BY=>NAD+QQQ", shows: "1 of 2 rejected"},
		{field: "edifact.maskSecurity", b: "false", of: "ORDERS", edit: "+7'=>+7+GATE'", shows: "GATE"},
		{field: "edifact.mask", a: `"NAD-01"`, of: "ORDERS", edit: "NAD+BY=>NAD+QQQ", shows: `"value":"QQQ"`},
		{field: "edifact.acknowledge.contrl", b: `"always"`, of: "ORDERS", shows: "UCI+7+BUYER:14+QUAY:14+7"},
		{field: "edifact.acknowledge.receipt", b: `"always"`, of: "ORDERS", shows: "UCI+7+BUYER:14+QUAY:14+8"},
		{field: "edifact.acknowledge.acceptedSets", a: "false", with: `edifact.acknowledge.contrl="always"`, of: "ORDERS", shows: "UCM+1"},
		{field: "edifact.acknowledge.together", b: "true", with: `edifact.acknowledge.contrl="always";edifact.acknowledge.receipt="always"`, of: "ORDERS", shows: "UNZ+2"},
		{field: "edifact.acknowledge.syntax", b: `"4"`, with: `edifact.acknowledge.contrl="always"`, of: "ORDERS", shows: "UNOC:4"},
		{field: "edifact.acknowledge.trailer", b: `"R"`, with: `edifact.acknowledge.contrl="always"`, of: "ORDERS", edit: "UNZ+2+7=>UNZ+2+8", shows: "UCI+7+BUYER:14+QUAY:14+4"},
		{field: "edifact.acknowledge.maxSegments", a: `"1"`, of: "ORDERS", edit: "NAD+BY=>NAD+QQQ && QTY+21=>QTY+QQQ", shows: "UCS+6"},
		{field: "edifact.acknowledge.maxElements", a: `"1"`, of: "ORDERS", edit: "QTY+21:12:PCE=>QTY+QQQ:twelve:PCE", shows: "+2:2'"},
		{field: "edifact.acknowledge.numbers", b: aNumbers, with: `edifact.acknowledge.contrl="always"`, of: "ORDERS", shows: "UNH+77+CONTRL"},
		{field: "edifact.receive.characterSet", b: `"UNOE"`, of: "ORDERS", edit: "WB-1007=>WB\xe9", shows: `"id":"WBщ"`},
		{field: "edifact.receive.reference", b: `{"value": "GATE"}`, of: "ORDERS", shows: "AUTHORIZATION"},
		{field: "edifact.send.una", b: `"always"`, of: "ORDRSP", shows: "UNA:+.? '"},
		{field: "edifact.send.component", b: `"="`, of: "ORDRSP", shows: "ORDRSP=D"},
		{field: "edifact.send.element", b: `"|"`, of: "ORDRSP", shows: "BGM|"},
		{field: "edifact.send.decimal", b: `","`, of: "ORDRSP", shows: ":4,25"},
		{field: "edifact.send.release", b: `"none"`, of: "ORDRSP", edit: "WB-1007=>WB+1007", shows: "no release character"},
		{field: "edifact.send.repetition", b: `"&"`, with: `edifact.send.syntax="4"`, of: "ORDRSP", shows: "UNA:+.?&'"},
		{field: "edifact.send.segment", b: `"~"`, of: "ORDRSP", shows: "UNS+S~"},
		{field: "edifact.send.lineEnd", b: `"crlf"`, of: "ORDRSP", shows: "'\r\n"},
		{field: "edifact.send.characterSet", b: `"UNOA"`, of: "ORDRSP", edit: "WB-1007=>wb-1007", shows: "outside the character set"},
		{field: "edifact.send.syntax", b: `"4"`, of: "ORDRSP", shows: "UNOC:4"},
		{field: "edifact.send.serviceCodes", b: `"40102"`, with: `edifact.send.syntax="4"`, of: "ORDRSP", shows: "UNOC:4:40102"},
		{field: "edifact.send.encoding", b: `"1"`, with: `edifact.send.syntax="4"`, of: "ORDRSP", shows: "UNOC:4::1"},
		{field: "edifact.send.senderRouting", b: `"N1"`, of: "ORDRSP", shows: "QUAY:14:N1"},
		{field: "edifact.send.senderSubRouting", b: `"N2"`, with: `edifact.send.syntax="4"`, of: "ORDRSP", shows: "QUAY:14::N2"},
		{field: "edifact.send.receiverRouting", b: `"S1"`, of: "ORDRSP", shows: "BUYER:14:S1"},
		{field: "edifact.send.receiverSubRouting", b: `"S2"`, with: `edifact.send.syntax="4"`, of: "ORDRSP", shows: "BUYER:14::S2"},
		{field: "edifact.send.reference", b: `{"value": "GATE"}`, of: "ORDRSP", shows: "+1+GATE'"},
		{field: "edifact.send.application", b: `"APP"`, of: "ORDRSP", shows: "+1++APP'"},
		{field: "edifact.send.priority", b: `"A"`, of: "ORDRSP", shows: "+1+++A'"},
		{field: "edifact.send.requestAcknowledgement", b: "true", of: "ORDRSP", shows: "+1++++1'"},
		{field: "edifact.send.agreement", b: `"AG"`, of: "ORDRSP", shows: "+1+++++AG'"},
		{field: "edifact.send.usage", b: `"T"`, of: "ORDRSP", shows: "+1++++++1'"},
		{field: "edifact.send.groups", b: "true", of: "ORDRSP", shows: "UNG+ORDRSP+QUAY:14+BUYER:14"},
		{field: "edifact.send.group", b: `{"id": "ANSWER"}`, with: groups, of: "ORDRSP", shows: "UNG+ANSWER"},
		{field: "edifact.send.group.id", b: `"ANSWER"`, with: groups, of: "ORDRSP", shows: "UNG+ANSWER"},
		{field: "edifact.send.group.sender", b: `{"id": "SALES"}`, with: groups, of: "ORDRSP", shows: "UNG+ORDRSP+SALES+"},
		{field: "edifact.send.group.receiver", b: `{"id": "BUYING"}`, with: groups, of: "ORDRSP", shows: "+BUYING+"},
		{field: "edifact.send.group.agency", b: `"EN"`, with: groups, of: "ORDRSP", shows: "+EN+D:96A'"},
		{field: "edifact.send.group.version", b: `"S"`, with: groups, of: "ORDRSP", shows: "+S:96A'"},
		{field: "edifact.send.group.release", b: `"01B"`, with: groups, of: "ORDRSP", shows: "+D:01B'"},
		{field: "edifact.send.group.association", b: `"EAN010"`, with: groups, of: "ORDRSP", shows: "+D:96A:EAN010'"},
		{field: "edifact.send.group.password", b: `"HUSH"`, with: groups, of: "ORDRSP", shows: "+D:96A+HUSH'"},
		{field: "edifact.send.directory", b: `"D01B"`, of: "ORDRSP", shows: "ORDRSP:D:01B"},
		{field: "edifact.send.agency", b: `"EN"`, of: "ORDRSP", shows: "D:96A:EN"},
		{field: "edifact.send.association", b: `"EAN008"`, of: "ORDRSP", shows: "UN:EAN008"},
		{field: "edifact.send.numbers", b: aNumbers, of: "ORDRSP", shows: "UNZ+1+77"},
		{field: "edifact.send.groupNumbers", b: aNumbers, with: groups, of: "ORDRSP", shows: "UNE+1+77"},
		{field: "edifact.send.setNumbers", b: aNumbers, of: "ORDRSP", shows: "UNH+77+"},
		{field: "edifact.send.setsRunOn", b: "true", of: "ORDRSP", shows: "UNH+2+"},
		{field: "edifact.send.batch", b: `{"every": "1h"}`, of: "ORDRSP", shows: "waits until 2026-11-03T08:04:05Z"},
		{field: "edifact.send.expect", b: `{"functional": true}`, of: "ORDRSP", shows: "owed acknowledgement"},
	}
}

func settingsShared() []honoured {
	costs := func(field, edit, shows string) honoured {
		at := "x12." + field
		return honoured{field: field, at: at, a: `"warning"`, b: `"error"`, of: "850", edit: edit, shows: fmt.Sprintf(`"code":%q,"severity":"error"`, shows)}
	}
	return []honoured{
		costs("validate.elements", "**20261102=>**20261302", "ELEMENT-DATE"),
		costs("validate.structure", "CTT*1=>XYZ*1~\nCTT*1", "SEGMENT-UNKNOWN"),
		costs("validate.codes", badUnit, "ELEMENT-CODE"),
		{field: "validate.characters", at: "edifact.validate.characters", b: `"error"`, of: "ORDERS", edit: "UNOC=>UNOA && WB-1007=>wb-1007", shows: `"code":"CHARACTER-SET","severity":"error"`},
		{field: "validate.padding", at: "x12.validate.padding", b: `"refuse"`, of: "850", edit: "*12*EA=>*012*EA", shows: "ELEMENT-NUMBER"},
		{field: "validate.trailingSeparators", at: "x12.validate.trailingSeparators", b: `"mandatory"`, of: "850", shows: "TRAILING-SEPARATOR"},
		costs("validate.checks.counts", "CTT*1=>CTT*2", "TOTAL-LINES"),
		costs("validate.checks.identifiers", "VN*WB-1007=>UP*123456789013", "CHECK-DIGIT"),
		costs("validate.checks.dates", "**20261102=>**19991102", "DATE-IMPLAUSIBLE"),
		{field: "validate.days", at: "x12.validate.days", b: `"10"`, of: "850", edit: "**20261102=>**20261002", shows: "DATE-IMPLAUSIBLE"},
		{field: "numbers.first", at: "x12.send.numbers.first", b: `"5"`, of: "855", shows: "IEA*1*000000006"},
		{field: "numbers.last", at: "x12.send.numbers.last", a: `"1"`, b: `"2"`, of: "855", shows: "IEA*1*000000002"},
		{field: "numbers.stop", at: "x12.send.numbers.stop", with: `x12.send.numbers.last="1"`, b: "true", of: "855", shows: "no control number is left"},
		{field: "numbers.prefix", at: "edifact.send.setNumbers.prefix", b: `"Q"`, of: "ORDRSP", shows: "UNH+Q1+"},
		{field: "numbers.suffix", at: "edifact.send.setNumbers.suffix", b: `"Z"`, of: "ORDRSP", shows: "UNH+1Z+"},
		{field: "numbers.digits", at: "x12.send.setNumbers.digits", b: `"6"`, of: "855", shows: "ST*855*000001"},
		{field: "batch.every", at: "x12.send.batch", b: `{"every": "2h"}`, of: "855", shows: "waits until 2026-11-03T09:04:05Z"},
		{field: "batch.schedule", at: "x12.send.batch", b: `{"schedule": "0 18 * * *"}`, of: "855", shows: "waits until 2026-11-03T18:00:00Z"},
		{field: "batch.zone", at: "x12.send.batch", a: `{"schedule": "0 18 * * *"}`, b: `{"schedule": "0 18 * * *", "zone": "America/Chicago"}`, of: "855", shows: "waits until 2026-11-04T00:00:00Z"},
		{field: "expect.functional", at: "edifact.send.expect.functional", b: "true", of: "ORDRSP", shows: "owed acknowledgement"},
		{field: "expect.within", at: "x12.send.expect", a: `{"functional": true}`, b: `{"functional": true, "within": "4h"}`, of: "855", shows: "owed acknowledgement by 2026-11-03T11:04:05Z"},
		{field: "credential.qualifier", at: "x12.send.authorization", b: `{"qualifier": "03", "value": "GATE"}`, of: "855", shows: "ISA*03*"},
		{field: "credential.value", at: "edifact.receive.reference", a: `{"value": "GATE"}`, b: `{"value": "WICKET"}`, of: "ORDERS", edit: "+7'=>+7+GATE'", shows: "AUTHORIZATION"},
	}
}

const (
	twoGroups = "GE*2*7~\n=>GE*2*7~\nGS*PO*THEM*US*20261102*1015*8*X*004010~\nST*850*0001~\nBEG*00*SA*PO-9**20261102~\nPO1*1*12*EA*4.25**VN*WB-1007~\nCTT*1~\nSE*5*0001~\nGE*1*8~\n && IEA*1*=>IEA*2*"
	oneBad    = "SE*5*0002=>SE*6*0002"
	groups    = "edifact.send.groups=true"
)

// elsewhere are the settings that take more than one document, or a whole
// tenant, to show, with the tests that do.
var elsewhere = map[string]string{
	"name": "internal/ops TestPublish", "tenant.name": "internal/ops TestPublish",
	"x12.deliver": "internal/exchange TestDelivery", "edifact.deliver": "internal/exchange TestDelivery",
	"x12.duplicates.interchangeDays": "internal/exchange TestControlNumbersThatCameBefore", "edifact.duplicates.interchangeDays": "internal/exchange TestControlNumbersThatCameBefore",
	"x12.duplicates.groupDays": "internal/exchange TestControlNumbersThatCameBefore", "edifact.duplicates.groupDays": "internal/exchange TestControlNumbersThatCameBefore",
	"x12.duplicates.setDays": "internal/exchange TestControlNumbersThatCameBefore", "edifact.duplicates.setDays": "internal/exchange TestControlNumbersThatCameBefore",
	"receive.SET.repeat": "internal/exchange TestRepeats", "receive.SET.patience": "internal/erp TestPatienceEnds", "receive.SET.answers": "internal/exchange TestAnswersDue",
	"send.SET.grammar": "mappings TestTables", "batch.count": "internal/exchange TestBatches", "batch.bytes": "internal/exchange TestBatches",
	"validate.checks.hierarchy": "mappings TestPolicies", "validate.checks.totals": "mappings TestPolicies",
	"patch.name": "edi/grammar TestPatchErrors", "patch.segment": "edi/grammar TestPatch", "patch.loop": "edi/grammar TestPatch", "patch.position": "edi/grammar TestPatch",
	"patch.element": "edi/grammar TestPatch", "patch.component": "edi/grammar TestPatch", "patch.elementId": "edi/grammar TestPatch",
	"patch.require": "edi/grammar TestPatch", "patch.optional": "edi/grammar TestPatch", "patch.forbid": "edi/grammar TestPatch",
	"patch.codes": "edi/grammar TestPatch", "patch.addCodes": "edi/grammar TestPatch", "patch.minLength": "edi/grammar TestPatch",
	"patch.maxLength": "edi/grammar TestPatch", "patch.limit": "edi/grammar TestPatch",
	"tenant.shards": "internal/arch TestNoTenantTakesTheHost", "tenant.erp.kind": "internal/erp TestNoERP", "tenant.erp.url": "internal/erp TestNoERP",
	"tenant.channels.CHANNEL.partners": "mappings TestAgreement",
	"tenant.x12":                       "mappings TestTenantDefaults", "tenant.edifact": "mappings TestTenantDefaults", "tenant.receive": "mappings TestTenantDefaults", "tenant.send": "mappings TestTenantDefaults",
}

// TestEverySettingIsHonoured: each setting that docs/agreements.md lists makes
// a difference to a document.
func TestEverySettingIsHonoured(t *testing.T) {
	shown := map[string]bool{}
	for _, s := range settings() {
		shown[s.field] = true
		t.Run(s.field, func(t *testing.T) {
			without, with := s.outcome(t, s.a), s.outcome(t, s.b)
			if strings.Contains(without, s.shows) || !strings.Contains(with, s.shows) {
				t.Errorf("%q is to come of %s alone, not of %s\n%s\n--- and\n%s", s.shows, s.b, s.a, with, without)
			}
		})
	}
	text, err := os.ReadFile("../../docs/agreements.md")
	if err != nil {
		t.Fatal(err)
	}
	var fields []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)`").FindAllStringSubmatch(string(text), -1) {
		fields = append(fields, m[1])
	}
	for _, field := range fields {
		part := strings.HasSuffix(field, ".validate") || slices.ContainsFunc(fields, func(other string) bool { return strings.HasPrefix(other, field+".") })
		if !part && !shown[field] && elsewhere[field] == "" {
			t.Errorf("nothing shows that %s is honoured", field)
		}
	}
	for field, test := range elsewhere {
		if !slices.Contains(fields, field) {
			t.Errorf("%s is no setting", field)
		}
		if dir, name, _ := strings.Cut(test, " "); !declares(t, "../../"+dir, name) {
			t.Errorf("%s: there is no test %s in %s", field, name, dir)
		}
	}
}

// declares reports whether a folder has a test of a name.
func declares(t *testing.T, dir, name string) bool {
	t.Helper()
	files, err := filepath.Glob(dir + "/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		return err == nil && strings.Contains(string(text), "func "+name+"(t *testing.T)")
	})
}

var honouredAt = time.Date(2026, 11, 3, 7, 4, 5, 0, time.UTC)

// outcome is all that comes of the document with the setting at a value.
func (s honoured) outcome(t *testing.T, value string) string {
	t.Helper()
	partner := map[string]any{
		"name":    "Buyer",
		"x12":     map[string]any{"theirs": map[string]any{"qualifier": "ZZ", "id": "BUYER"}},
		"edifact": map[string]any{"theirs": map[string]any{"qualifier": "14", "id": "BUYER"}},
		"receive": map[string]any{"850": map[string]any{"map": "x12/850"}, "ORDERS": map[string]any{"map": "edifact/ORDERS"}},
		"send":    map[string]any{"855": map[string]any{"map": "x12/855"}, "ORDRSP": map[string]any{"map": "edifact/ORDRSP"}},
	}
	set := func(path, value string) {
		keys := strings.Split(path, ".")
		at := partner
		for _, key := range keys[:len(keys)-1] {
			next, ok := at[key].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[key] = next
			}
			at = next
		}
		at[keys[len(keys)-1]] = json.RawMessage(value)
	}
	for one := range strings.SplitSeq(s.with, ";") {
		if path, value, ok := strings.Cut(one, "="); ok {
			set(path, value)
		}
	}
	if value != "" {
		at := s.at
		if at == "" {
			at = s.field
		}
		set(at, value)
	}
	text, err := json.Marshal(partner)
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := partners.Ship(mappings.Options{Getenv: func(string) string { return "http://127.0.0.1:1" }}, mappings.Embedded(), fstest.MapFS{
		"partners/quay/tenant.jsonc": {Data: []byte(`{"name": "Quay", "erp": {"kind": "rest", "url": "http://127.0.0.1:1"},
			"x12": {"ours": {"qualifier": "ZZ", "id": "QUAY"}}, "edifact": {"ours": {"qualifier": "14", "id": "QUAY"}},
			"channels": {"main": {"partners": ["buyer"]}, "side": {"partners": ["buyer"]}}}`)},
		"partners/quay/buyer.jsonc": {Data: text},
	})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if s.of == "855" || s.of == "ORDRSP" {
		return s.sent(t, shipped.Catalog())
	}
	return s.received(t, shipped.Catalog())
}

// edited is a text with what the edits replace.
func (s honoured) edited(t *testing.T, text string) string {
	t.Helper()
	if s.edit == "" {
		return text
	}
	for one := range strings.SplitSeq(s.edit, " && ") {
		from, to, _ := strings.Cut(one, "=>")
		if !strings.Contains(text, from) {
			t.Fatalf("%q does not stand in %s", from, text)
		}
		text = strings.Replace(text, from, to, 1)
	}
	return text
}

const (
	order850 = "ISA*00*          *00*          *ZZ*BUYER          *ZZ*QUAY           *261102*1015*U*00401*000000007*0*P*>~\n" +
		"GS*PO*THEM*US*20261102*1015*7*X*004010~\n" +
		"ST*850*0001~\nBEG*00*SA*PO-1**20261102~\nPO1*1*12*EA*4.25**VN*WB-1007~\nCTT*1~\nSE*5*0001~\n" +
		"ST*850*0002~\nBEG*00*SA*PO-2**20261102~\nPO1*1*12*EA*4.25**VN*WB-1007~\nCTT*1~\nSE*5*0002~\n" +
		"GE*2*7~\nIEA*1*000000007~\n"
	orderORDERS = "UNB+UNOC:3+BUYER:14+QUAY:14+261102:1015+7'\n" +
		"UNH+1+ORDERS:D:96A:UN'\nBGM+220+PO-1+9'\nDTM+137:20261102:102'\nNAD+BY+4000001000005::9'\nLIN+1++WB-1007:SA'\nQTY+21:12:PCE'\nUNS+S'\nUNT+8+1'\n" +
		"UNH+2+ORDERS:D:96A:UN'\nBGM+220+PO-2+9'\nDTM+137:20261102:102'\nNAD+BY+4000001000005::9'\nLIN+1++WB-1007:SA'\nQTY+21:12:PCE'\nUNS+S'\nUNT+8+2'\n" +
		"UNZ+2+7'\n"
	response = `{"kind":"order-response","version":1,"number":"PO-1","status":"accepted","orderDate":"2026-11-02","date":"2026-11-03",` +
		`"lines":[{"number":"1","quantity":"12","unit":"EA","price":"4.25","items":[{"type":"vendor","id":"WB-1007"}]}]}`
)

// received is what is said of a file, what is made of it, and what goes back.
func (s honoured) received(t *testing.T, c *mappings.Catalog) string {
	t.Helper()
	content := order850
	if s.of == "ORDERS" {
		content = orderORDERS
	}
	var b strings.Builder
	x, err := Examine(c, strings.NewReader(s.edited(t, content)), ExamineOptions{
		Tenant: "quay", Channel: "main", At: honouredAt,
		Document: func(_ Set, doc json.RawMessage) error { b.Write(append(doc, '\n')); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	say := func(v any) {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(text, '\n'))
	}
	for _, ic := range x.Verdict.Interchanges {
		say(ic)
	}
	for set, err := range x.Sets() {
		if err != nil {
			t.Fatal(err)
		}
		say(set)
	}
	acks, err := x.Acknowledgements()
	if err != nil {
		t.Fatal(err)
	}
	for _, ack := range acks {
		fmt.Fprintf(&b, "%s\n%s", ack.Summary, ack.Text)
	}
	return b.String()
}

// sent is two interchanges with a document each, one after the other, and what
// is owed for them.
func (s honoured) sent(t *testing.T, c *mappings.Catalog) string {
	t.Helper()
	var b strings.Builder
	var count counter
	body := []json.RawMessage{json.RawMessage(s.edited(t, response))}
	for range 2 {
		l, err := newLetter(c, "quay", "buyer", s.of, false, body)
		if err != nil {
			return err.Error()
		}
		from := numbersFor(l.agreement, l.terms.Standard, 1, "")
		if err := count.next(from); err != nil {
			return b.String() + err.Error()
		}
		d := count.drawn(from)
		d.At = honouredAt
		out, err := l.write(c, d)
		if err != nil {
			return err.Error()
		}
		fmt.Fprintf(&b, "by %s\n%s", l.agreement.Channel, out.text)
		for _, one := range owedFor(c, l, honouredAt).Items {
			fmt.Fprintf(&b, "owed %s by %s\n", one.What, one.By.Format(time.RFC3339))
		}
		if agreed := batchOf(l.terms); agreed.Waits() {
			at, err := leaves(agreed, honouredAt)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "waits until %s\n", at.UTC().Format(time.RFC3339))
		}
	}
	return b.String()
}
