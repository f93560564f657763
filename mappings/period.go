package mappings

// periodPart is the part of an EDIFACT date/time/period (C507) that a field
// is: component 2 holds the digits and component 3 says how they are read.
type periodPart uint8

const (
	noPeriod periodPart = iota
	periodIsDate
	periodIsTime
	periodIsEnd
)

// periodFormat is a code of element 2379: where the day, the time of day and
// the last day of a span stand in the digits. A length of 0 is not there.
type periodFormat struct {
	length           int
	day, dayLength   int
	time, timeLength int
	end              int // of eight digits; 0 if there is none
}

// periodFormats are the codes of 2379 that hold a day.
func periodFormats(code string) (periodFormat, bool) {
	switch code {
	case "101":
		return periodFormat{length: 6, dayLength: 6}, true // YYMMDD
	case "102", "":
		return periodFormat{length: 8, dayLength: 8}, true // CCYYMMDD
	case "201":
		return periodFormat{length: 10, dayLength: 6, time: 6, timeLength: 4}, true // YYMMDDHHMM
	case "202":
		return periodFormat{length: 12, dayLength: 6, time: 6, timeLength: 6}, true // YYMMDDHHMMSS
	case "203":
		return periodFormat{length: 12, dayLength: 8, time: 8, timeLength: 4}, true // CCYYMMDDHHMM
	case "204":
		return periodFormat{length: 14, dayLength: 8, time: 8, timeLength: 6}, true // CCYYMMDDHHMMSS
	case "303":
		return periodFormat{length: 15, dayLength: 8, time: 8, timeLength: 4}, true // CCYYMMDDHHMMZZZ
	case "304":
		return periodFormat{length: 17, dayLength: 8, time: 8, timeLength: 6}, true // CCYYMMDDHHMMSSZZZ
	case "718":
		return periodFormat{length: 16, dayLength: 8, end: 8}, true // CCYYMMDDCCYYMMDD, or a hyphen between
	default:
		return periodFormat{}, false
	}
}

// period finds what the digits of a DTM hold.
func period(value, format []byte) (periodFormat, []byte, bool) {
	f, ok := periodFormats(string(format))
	if !ok {
		return f, nil, false
	}
	if f.end > 0 && len(value) == f.length+1 && value[8] == '-' {
		value = append(append(make([]byte, 0, f.length), value[:8]...), value[9:]...)
	}
	return f, value, len(value) == f.length
}

func periodDate(dst, value, format []byte) ([]byte, fault) {
	if f, digits, ok := period(value, format); ok {
		if out, ok := appendDay(dst, digits[f.day:f.day+f.dayLength]); ok {
			return out, fine
		}
	}
	return dst, notAPeriod
}

// periodTime is the time of day; a format without one holds none, which is
// no fault.
func periodTime(dst, value, format []byte) ([]byte, fault) {
	f, digits, ok := period(value, format)
	if ok && f.timeLength > 0 {
		return clock(dst, digits[f.time:f.time+f.timeLength], nil)
	}
	return dst, fine
}

func periodEnd(dst, value, format []byte) ([]byte, fault) {
	f, digits, ok := period(value, format)
	if !ok || f.end == 0 {
		return dst, fine
	}
	if out, ok := appendDay(dst, digits[f.end:f.end+8]); ok {
		return out, fine
	}
	return dst, notAPeriod
}

// addPeriod adds a part of a period to the digits and the format that are
// there already. The day comes first.
func addPeriod(digits []byte, format string, part periodPart, value []byte) (out []byte, code, reason string) {
	switch part {
	case periodIsDate:
		compact, ok := compactDay(value)
		if !ok {
			return nil, "", "is not a day, written CCYY-MM-DD"
		}
		return compact, "102", ""
	case periodIsTime:
		compact, ok := compactTime(value)
		if !ok || len(compact) > 6 {
			return nil, "", "is not a time, written HH:MM or HH:MM:SS"
		}
		if format != "102" {
			return nil, "", "is a time without a day"
		}
		if len(compact) == 6 {
			return append(digits, compact...), "204", ""
		}
		return append(digits, compact...), "203", ""
	default:
		compact, ok := compactDay(value)
		if !ok {
			return nil, "", "is not a day, written CCYY-MM-DD"
		}
		if format != "102" {
			return nil, "", "is the end of a span that has no day it begins with"
		}
		return append(digits, compact...), "718", ""
	}
}
