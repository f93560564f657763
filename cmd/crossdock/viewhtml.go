package main

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/edi"
)

//go:embed view.html
var viewPage string

// maxListed is how many findings the summary of a page lists.
const maxListed = 500

// viewHTML writes one page. The segments go to a temporary file while the
// summary, which stands above them, is made, so that memory does not grow with
// the file.
func (c *command) viewHTML(cmd *cobra.Command, name string, o viewOptions) (err error) {
	in, err := c.open(cmd, name)
	if err != nil {
		return err
	}
	defer in.Close()
	t, err := template.New("page").Funcs(template.FuncMap{"finding": findingText, "setLine": setLine, "where": where}).Parse(viewPage)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	spool, err := os.CreateTemp("", "crossdock-view-*")
	if err != nil {
		return &fileError{err}
	}
	defer func() {
		err = errors.Join(err, spool.Close(), os.Remove(spool.Name()))
	}()
	page := &viewHTMLPage{Name: printable(filepath.Base(in.name))}
	body := bufio.NewWriter(spool)
	o.elements = true
	n := 0
	page.Totals, err = viewed(in, o, func(v *segmentView) error {
		n++
		page.list(v, n)
		return t.ExecuteTemplate(body, "segment", viewHTMLSegment{v, n})
	})
	if err != nil {
		return fmt.Errorf("%s: %w", in.name, err)
	}
	if err := body.Flush(); err != nil {
		return &fileError{err}
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return &fileError{err}
	}
	out, done, err := c.outFile(o.html)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	err = errors.Join(t.ExecuteTemplate(w, "head", page), copied(w, spool), t.ExecuteTemplate(w, "foot", page), w.Flush())
	if closed := done(); err == nil {
		err = closed
	}
	return err
}

func copied(dst io.Writer, src io.Reader) error {
	_, err := io.Copy(dst, src)
	return err
}

// viewHTMLPage is what stands above the segments.
type viewHTMLPage struct {
	Name     string
	Totals   totals
	Listed   []viewHTMLFinding
	Sets     []viewHTMLSet
	Omitted  int // findings that are not listed
	NoListed int // sets that are not listed
}

type viewHTMLSegment struct {
	*segmentView
	N int // from 1; the anchor
}

// Indent is in em.
func (s viewHTMLSegment) Indent() string { return fmt.Sprintf("%.1f", 1.4*float64(s.Depth)) }

type viewHTMLFinding struct {
	edi.Finding
	N int
}

type viewHTMLSet struct {
	N    int
	Text string
}

func (p *viewHTMLPage) list(v *segmentView, n int) {
	for _, f := range v.Findings {
		if len(p.Listed) == maxListed {
			p.Omitted++
			continue
		}
		p.Listed = append(p.Listed, viewHTMLFinding{f, n})
	}
	if v.Set == nil {
		return
	}
	if len(p.Sets) == maxListed {
		p.NoListed++
		return
	}
	p.Sets = append(p.Sets, viewHTMLSet{n, setLine(v.Set)})
}
