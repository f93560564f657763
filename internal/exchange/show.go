package exchange

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
)

// View is everything known of one file, for a person to read.
type View struct {
	File     inbox.File `json:"file"`
	Verdict  *Verdict   `json:"verdict,omitempty"`
	Sets     []SetView  `json:"sets,omitempty"`
	MoreSets int        `json:"moreSets,omitempty"` // sets not shown
	Applied  *Applied   `json:"applied,omitempty"`
	Sent     []Sent     `json:"sent,omitempty"`
}

// SetView is a set with the document it became.
type SetView struct {
	Set
	Document *DocumentView `json:"document,omitempty"`
}

// DocumentView is a document and how far the ERP has it.
type DocumentView struct {
	Noun      string `json:"noun"`
	Key       string `json:"key"`
	Version   int    `json:"version"`
	Test      bool   `json:"test,omitempty"`
	Lines     int    `json:"lines"`
	ERP       string `json:"erp"`                 // in the ERP, on its way, given up, or not for the ERP
	Reference string `json:"reference,omitempty"` // the ERP's own number
	Feed      string `json:"feed,omitempty"`      // the file of a bulk document; its lines are not counted
	Source    string `json:"source"`              // the set the current version came from
}

// Show returns what is known of a file, with at most sets of its sets.
func (e *Exchange) Show(ctx context.Context, tenant, id string, sets int) (View, error) {
	key := inbox.Key(tenant, id)
	recs, err := e.Store.ScanAll(ctx, key)
	if err != nil {
		return View{}, err
	}
	byID := map[string]state.Record{}
	for _, r := range recs {
		byID[r.ID] = r
	}
	var view View
	rec, ok := byID[inbox.RecordID]
	if !ok {
		return View{}, fmt.Errorf("file %s of tenant %s: %w", id, tenant, state.ErrNotFound)
	}
	if err := state.Decode(rec, inbox.RecordKind, inbox.RecordVersion, &view.File); err != nil {
		return View{}, err
	}
	if rec, ok := byID[appliedID]; ok {
		view.Applied = new(Applied)
		if err := e.decodeKept(ctx, rec, appliedKind, view.Applied); err != nil {
			return View{}, err
		}
	}
	view.Verdict, err = e.readVerdict(ctx, byID)
	if errors.Is(err, state.ErrNotFound) {
		return view, nil
	}
	if err != nil {
		return View{}, err
	}
	for n := range view.Verdict.Acks {
		rec, ok := byID[SentID(n+1)]
		if !ok {
			continue
		}
		var s Sent
		if err := state.Decode(rec, SentKind, SentVersion, &s); err != nil {
			return View{}, err
		}
		view.Sent = append(view.Sent, s)
	}
	return view, e.showSets(ctx, &view, sets)
}

func (e *Exchange) showSets(ctx context.Context, view *View, most int) error {
	v := view.Verdict
	for s, err := range v.Lines.from(ctx, e.Store.Files(), Line{}) {
		if err != nil {
			return err
		}
		if len(view.Sets) == most {
			break
		}
		sv := SetView{Set: s}
		if v.Applies(s) && s.Map != "" {
			doc, err := e.ShowDocument(ctx, DocumentKey(view.File.Tenant, s.Noun, v.interchange(s.Interchange).Partner, s.Number, s.Release, v.interchange(s.Interchange).Test))
			if err != nil && !errors.Is(err, state.ErrNotFound) {
				return err
			}
			sv.Document = doc
		}
		view.Sets = append(view.Sets, sv)
	}
	view.MoreSets = v.Sets - len(view.Sets)
	v.Lines = nil // the sets say it
	return nil
}

// ShowDocument returns a document and how far the ERP has it: state.ErrNotFound if
// it has not been applied yet.
func (e *Exchange) ShowDocument(ctx context.Context, key state.Key) (*DocumentView, error) {
	target := state.TargetID(state.QueueERPSync)
	recs, err := e.Store.Read(ctx, key, "", trade.DocumentRecordID, trade.ERPRecordID, target)
	if err != nil {
		return nil, err
	}
	rec, ok := recs[trade.DocumentRecordID]
	if !ok {
		return nil, fmt.Errorf("document %s: %w", key.Aggregate, state.ErrNotFound)
	}
	var doc trade.DocumentRecord
	if err := state.Decode(rec, trade.DocumentRecordKind, trade.DocumentRecordVersion, &doc); err != nil {
		return nil, err
	}
	lines := 0
	if doc.Feed == "" {
		var body struct {
			Lines []struct{} `json:"lines"`
		}
		if err := e.fetch(ctx, state.Content{Inline: doc.Body, Path: doc.File}, &body); err != nil {
			return nil, fmt.Errorf("document %s: %w", key.Aggregate, err)
		}
		lines = len(body.Lines)
	}
	view := &DocumentView{
		Noun: doc.Noun, Key: key.Aggregate, Version: doc.Version, Test: doc.Test, Lines: lines, Feed: doc.Feed, Source: doc.Source, ERP: "on its way",
	}
	owed, ok := recs[target]
	if !ok {
		view.ERP = "not for the ERP"
		return view, nil
	}
	t, err := state.DecodeTarget(owed)
	switch {
	case err != nil:
		return nil, err
	case t.Parked:
		view.ERP = "given up"
	case t.Done >= t.Wanted:
		view.ERP = "in the ERP"
	}
	if rec, ok := recs[trade.ERPRecordID]; ok {
		var erp trade.ERPRecord
		if err := state.Decode(rec, trade.ERPRecordKind, trade.ERPRecordVersion, &erp); err != nil {
			return nil, err
		}
		view.Reference = erp.Reference
	}
	return view, nil
}

// Findings yields everything found in a file, from the file down to its sets,
// and what was found when it was applied.
func (v View) Findings() iter.Seq[edi.Finding] {
	return func(yield func(edi.Finding) bool) {
		all := [][]edi.Finding{v.File.Findings}
		if v.Verdict != nil {
			all = append(all, v.Verdict.Findings)
			for _, ic := range v.Verdict.Interchanges {
				all = append(all, ic.Findings)
				for _, g := range ic.Groups {
					all = append(all, g.Findings)
				}
			}
		}
		for _, s := range v.Sets {
			all = append(all, s.Findings)
		}
		if v.Applied != nil {
			all = append(all, v.Applied.Findings)
		}
		for _, fs := range all {
			for _, f := range fs {
				if !yield(f) {
					return
				}
			}
		}
	}
}
