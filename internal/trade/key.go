package trade

import "time"

// KeyParts are what the id of a document's aggregate is made of. Test
// documents have aggregates of their own, so that a rehearsal never stands in
// the way of the real document of the same number; so have those we send.
func KeyParts(d Direction, noun, partner, number, release string, test bool) []string {
	if d == Out {
		noun += "-out"
	}
	if test {
		noun = "test-" + noun
	}
	parts := []string{noun, partner, number}
	if release != "" {
		parts = append(parts, release)
	}
	return parts
}

// AnswerParts are what the id of the aggregate is made of that says which
// answers came, or went, about the document of that number: a record each,
// under the noun of the answer. d is the direction of the answers.
func AnswerParts(d Direction, partner, about string, test bool) []string {
	kind := "answers-" + string(d)
	if test {
		kind = "test-" + kind
	}
	return []string{kind, partner, about}
}

// AnswerRecord says which document answers another.
type AnswerRecord struct {
	Key string `json:"key"` // its aggregate
}

const (
	AnswerRecordKind    = "answer"
	AnswerRecordVersion = 1

	// AnswerSeen is how long after an answer its document is looked at again: by
	// then a read that lags behind has both.
	AnswerSeen = 15 * time.Second
)
