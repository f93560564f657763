package mappings

// centuryPivot is where two-digit years turn: 80 is 1980, 79 is 2079. EDI is
// hardly older, and an order is not dated half a century ahead.
const centuryPivot = 80

// date takes CCYYMMDD, and YYMMDD as releases before 004010 write it.
func date(dst, value, _ []byte) ([]byte, fault) {
	if len(value) != 6 && len(value) != 8 {
		return dst, notADate
	}
	out, ok := appendDay(dst, value)
	if !ok {
		return dst, notADate
	}
	return out, fine
}

// appendDay appends the day that CCYYMMDD or YYMMDD means as a JSON string.
func appendDay(dst, value []byte) ([]byte, bool) {
	n, ok := number(value)
	if !ok {
		return dst, false
	}
	year, month, day := n/10000, n/100%100, n%100
	if len(value) == 6 {
		if year += 1900; year < 1900+centuryPivot {
			year += 100
		}
	}
	if year == 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return dst, false
	}
	dst = append(dst, '"')
	dst = appendUint(dst, uint64(year), 4)
	dst = append(dst, '-')
	dst = appendUint(dst, uint64(month), 2)
	dst = append(dst, '-')
	dst = appendUint(dst, uint64(day), 2)
	return append(dst, '"'), true
}

func number(digits []byte) (n int, ok bool) {
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	default:
		return 31
	}
}

const shortDate = 6 // characters of YYMMDD

// writeDate writes CCYYMMDD, or YYMMDD where the element has six characters.
func writeDate(dst, value []byte, at *slotInfo) ([]byte, string) {
	compact, ok := compactDay(value)
	if !ok {
		return dst, "is not a day, written CCYY-MM-DD"
	}
	if at.max != shortDate {
		return append(dst, compact...), ""
	}
	if year, _ := number(compact[:4]); year < 1900+centuryPivot || year >= 2000+centuryPivot {
		return dst, "is too far away for a date of six digits"
	}
	return append(dst, compact[2:]...), ""
}

// compactDay turns a canonical day into CCYYMMDD.
func compactDay(value []byte) ([]byte, bool) {
	if len(value) != len("CCYY-MM-DD") || value[4] != '-' || value[7] != '-' {
		return nil, false
	}
	compact := make([]byte, 0, 8)
	compact = append(compact, value[:4]...)
	compact = append(compact, value[5:7]...)
	compact = append(compact, value[8:]...)
	_, ok := appendDay(nil, compact)
	return compact, ok
}

// clock takes HHMM, HHMMSS and HHMMSSDD, and makes HH:MM, HH:MM:SS and
// HH:MM:SS.DD of them.
func clock(dst, value, _ []byte) ([]byte, fault) {
	if _, ok := number(value); !ok || len(value) < 4 || len(value) > 8 || len(value) == 5 {
		return dst, notATime
	}
	if string(value[:2]) > "23" || string(value[2:4]) > "59" || len(value) >= 6 && string(value[4:6]) > "59" {
		return dst, notATime
	}
	dst = append(dst, '"', value[0], value[1], ':', value[2], value[3])
	if len(value) >= 6 {
		dst = append(dst, ':', value[4], value[5])
	}
	if len(value) > 6 {
		dst = append(dst, '.')
		dst = append(dst, value[6:]...)
	}
	return append(dst, '"'), fine
}

func writeClock(dst, value []byte, _ *slotInfo) ([]byte, string) {
	compact, ok := compactTime(value)
	if !ok {
		return dst, "is not a time, written HH:MM, HH:MM:SS or HH:MM:SS.DD"
	}
	return append(dst, compact...), ""
}

// compactTime turns a canonical time into HHMM, HHMMSS or HHMMSSDD.
func compactTime(value []byte) ([]byte, bool) {
	compact := make([]byte, 0, 8)
	for i, c := range value {
		switch i {
		case 2, 5:
			if c != ':' {
				return nil, false
			}
		case 8:
			if c != '.' {
				return nil, false
			}
		default:
			compact = append(compact, c)
		}
	}
	back, f := clock(nil, compact, nil)
	return compact, f == fine && string(back[1:len(back)-1]) == string(value)
}
