package main

import "strings"

// ink is how a piece of text looks on a terminal.
type ink string

const (
	bold   ink = "1"
	faint  ink = "2"
	red    ink = "31"
	yellow ink = "33"
	blue   ink = "34"
	cyan   ink = "36"
)

// painter colours text for a terminal, and leaves it plain for anything else.
type painter bool

// painter returns one for the output: in colours on a terminal, unless
// NO_COLOR is set or the terminal says that it cannot.
func (c *command) painter() painter {
	return painter(isTerminal(c.out) && c.getenv("NO_COLOR") == "" && c.getenv("TERM") != "dumb")
}

func (p painter) paint(i ink, text string) string {
	if !p || text == "" {
		return text
	}
	return "\x1b[" + string(i) + "m" + text + "\x1b[0m"
}

// wrap divides text into lines of at most width characters, at blanks or after
// one of the marks if there are any; a width of 0 or less divides nothing.
func wrap(text string, width int, marks string) []string {
	runes := []rune(text)
	if width <= 0 || len(runes) <= width {
		return []string{text}
	}
	var lines []string
	for len(runes) > width {
		at := width
		for i := width; i > width/2; i-- {
			if runes[i] == ' ' || strings.ContainsRune(marks, runes[i-1]) {
				at = i
				break
			}
		}
		lines = append(lines, strings.TrimRight(string(runes[:at]), " "))
		for runes = runes[at:]; len(runes) > 0 && runes[0] == ' '; {
			runes = runes[1:]
		}
	}
	if len(runes) > 0 {
		lines = append(lines, string(runes))
	}
	return lines
}
