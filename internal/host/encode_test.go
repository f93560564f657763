package host

import (
	"encoding/json"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// when is the time of all that is compared with files in testdata.
var when = time.Date(2026, 11, 2, 3, 4, 5, 678, time.UTC)

func delivery(body string) state.Delivery {
	return state.Delivery{
		Message: state.Message{ID: "m-1", Queue: "q", Session: "acme/03", Body: json.RawMessage(body)},
		Token:   "5d7a", Sequence: 7, DeliveryCount: 1, Enqueued: when,
	}
}
