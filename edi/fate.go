package edi

// Fate is what becomes of an interchange, a group, or a set or message.
type Fate string

// Fates.
const (
	Accepted           Fate = "accepted"
	AcceptedWithErrors Fate = "acceptedWithErrors"
	Rejected           Fate = "rejected"
)
