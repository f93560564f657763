package handlers

import (
	"encoding/json"
	"testing"

	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
)

// An event says which file it is about whatever the file is called, and comes
// back as the wake-up that the inbox makes of it.
func TestBlobEvents(t *testing.T) {
	for _, path := range []string{
		"inbound/harbor/van/po.edi", "inbound/harbor/van/folder/po.edi", "inbound/harbor/van/with blanks, 100% & +more.edi",
		"inbound/harbor/van/blobs/po.edi", "inbound/po.edi", "inbound/nobody/van/po.edi",
	} {
		info := state.FileInfo{Path: path, ETag: "0x8D", Size: 7}
		e, err := NewBlobEvent(info)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseBlobEvent(e.Body)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		var said inbox.Event
		if err := json.Unmarshal(got.Event, &said); err != nil {
			t.Fatal(err)
		}
		if said != (inbox.Event{Path: path, ETag: info.ETag}) || got.Key() != e.About {
			t.Errorf("%s: comes back as %+v about %+v, was sent about %+v", path, said, got.Key(), e.About)
		}
	}
	// The same path is the same aggregate, so its versions come in order.
	a, _ := NewBlobEvent(state.FileInfo{Path: "inbound/harbor/van/po.edi", ETag: "1"})
	b, _ := NewBlobEvent(state.FileInfo{Path: "inbound/harbor/van/po.edi", ETag: "2"})
	if a.About != b.About {
		t.Errorf("two versions of a path are about %v and %v", a.About, b.About)
	}
}

// What is no creation of a blob is an error, which the worker quarantines.
func TestOtherEvents(t *testing.T) {
	const subject = `"subject": "/blobServices/default/containers/inbound/blobs/harbor/van/po.edi"`
	for name, body := range map[string]string{
		"not JSON":   `ISA*00*`,
		"nothing":    `{}`,
		"a deletion": `{"type": "Microsoft.Storage.BlobDeleted", ` + subject + `}`,
		"no blob":    `{"type": "Microsoft.Storage.BlobCreated", "subject": "/blobServices/default/containers/inbound"}`,
		"elsewhere":  `{"type": "Microsoft.Storage.BlobCreated", "subject": "/tableServices/default/containers/inbound/blobs/x"}`,
	} {
		if w, err := parseBlobEvent([]byte(body)); err == nil {
			t.Errorf("%s becomes %+v", name, w)
		}
	}
}
