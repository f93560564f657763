package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
)

// FileArrived takes in the file an event names, or sweeps the inbox.
func (a *App) FileArrived(ctx context.Context, w state.Wake) error {
	return a.Inbox.Take(ctx, w)
}

// blobEvent is the part of a blob event (CloudEvents 1.0, as Event Grid sends
// it and the local platform does) that says which file it is about.
type blobEvent struct {
	Type    string `json:"type"`
	Subject string `json:"subject"` // /blobServices/default/containers/<container>/blobs/<path>
	Data    struct {
		ETag string `json:"eTag"`
	} `json:"data"`
}

// BlobCreated is the type of the event that a file is there.
const BlobCreated = "Microsoft.Storage.BlobCreated"

const subjectPrefix = "/blobServices/default/containers/"

// NewBlobEvent is the event of a file, as a platform raises it.
func NewBlobEvent(info state.FileInfo) (state.Event, error) {
	container, path, _ := strings.Cut(info.Path, "/")
	e := map[string]any{
		"specversion": "1.0", "id": state.RandomID(), "source": "crossdock", "type": BlobCreated,
		"subject": subjectPrefix + container + "/blobs/" + path,
		"data":    map[string]any{"eTag": info.ETag, "contentLength": info.Size},
	}
	body, err := json.Marshal(e)
	if err != nil {
		return state.Event{}, fmt.Errorf("event of %s: %w", info.Path, err)
	}
	w, err := inbox.Wake(inbox.Event{Path: info.Path, ETag: info.ETag})
	return state.Event{About: w.Key(), Body: body}, err
}

// parseBlobEvent makes a blob event a wake-up. The path comes from the
// subject: it is the platform's word, not the file's.
func parseBlobEvent(body []byte) (state.Wake, error) {
	var e blobEvent
	if err := json.Unmarshal(body, &e); err != nil {
		return state.Wake{}, fmt.Errorf("blob event: %w", err)
	}
	rest, ok := strings.CutPrefix(e.Subject, subjectPrefix)
	container, path, cut := strings.Cut(rest, "/blobs/")
	if e.Type != BlobCreated || !ok || !cut {
		return state.Wake{}, fmt.Errorf("blob event: type %q, subject %q: not the creation of a blob", e.Type, e.Subject)
	}
	return inbox.Wake(inbox.Event{Path: container + "/" + path, ETag: e.Data.ETag})
}
