package local

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestInboxTellsOfARenameAtOnce(t *testing.T) {
	w := watch(t, nil)
	temp := w.write("acme/as2/a.tmp", "x")
	w.look() // the folder is watched from here on
	if err := os.Rename(temp, filepath.Join(filepath.Dir(temp), "a.edi")); err != nil {
		t.Fatal(err)
	}
	w.wants("inbound/acme/as2/a.edi") // no look, no time passed
	w.look()
	w.clock.Advance(time.Hour)
	w.look()
	w.wantsNothing()
}

func TestInboxSeesNewFolders(t *testing.T) {
	w := watch(t, nil)
	w.look()
	temp := w.write("globex/sftp/a.tmp", "x")
	w.look()
	if err := os.Rename(temp, filepath.Join(filepath.Dir(temp), "a.edi")); err != nil {
		t.Fatal(err)
	}
	w.wants("inbound/globex/sftp/a.edi")
}

func TestInboxLeavesWhatIsBeingWritten(t *testing.T) {
	w := watch(t, nil)
	f, err := os.OpenFile(w.write("acme/as2/a", "x"), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	w.look()
	w.clock.Advance(time.Hour)
	w.look()
	w.wantsNothing()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(time.Second)
	w.look()
	w.wantsNothing() // it was open a second ago
	w.clock.Advance(time.Second)
	w.look()
	w.wants("inbound/acme/as2/a")
}

func TestOpenForWritingBySearch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	i, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if !openForWriting("/proc", i) {
		t.Error("a file open for writing is not found so")
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if f, err = os.Open(path); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if openForWriting("/proc", i) {
		t.Error("a file open for reading is found open for writing")
	}
}
