package ops

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/mappings"
)

// PartnerRow is one line of the list of partners.
type PartnerRow struct {
	Tenant    string          `json:"tenant"`
	Partner   string          `json:"partner"`
	Name      string          `json:"name"`
	Status    mappings.Status `json:"status"`
	Standards []string        `json:"standards"`
	Receives  []string        `json:"receives"` // sets the partner may send
	Sends     []string        `json:"sends"`    // sets we send
	Channel   string          `json:"channel"`
	Version   string          `json:"version"` // of the agreement's content
}

// PartnerView is all that is agreed with a partner: the file, and what it
// comes to with the tenant's defaults and ours. Secrets are masked in both.
type PartnerView struct {
	PartnerRow
	Catalogue string              `json:"catalogue"` // version it is of
	Path      string              `json:"path"`
	Source    string              `json:"source"`
	Agreement *mappings.Agreement `json:"agreement"`
}

// Published is the answer to a publication.
type Published struct {
	Version partners.Version `json:"version"` // in force now
	Changed bool             `json:"changed"` // it is new
}

// maxPublication bounds the body of a request: what may be published at once.
const maxPublication = 64 << 20

// catalog returns the catalogue of the version asked for, else that in force.
func (a API) catalog(r *http.Request) (*mappings.Catalog, int, error) {
	v, err := a.Catalogs.Head(r.Context())
	if err != nil {
		return nil, 0, err
	}
	number := v.Number
	if q := r.URL.Query().Get("version"); q != "" {
		if number, err = strconv.Atoi(q); err != nil || number < 0 || number > v.Number {
			return nil, 0, &httpError{http.StatusNotFound, fmt.Sprintf("there is no version %q; the newest is %d", q, v.Number)}
		}
	}
	c, err := a.Catalogs.CatalogAt(r.Context(), a.Catalogs.Named(number))
	return c, number, err
}

func (a API) partners(r *http.Request) (any, error) {
	c, _, err := a.catalog(r)
	if err != nil {
		return nil, err
	}
	rows := []PartnerRow{}
	only := r.URL.Query().Get("tenant")
	for _, t := range c.Tenants() {
		if only != "" && t.ID != only {
			continue
		}
		for _, p := range c.Partners(t.ID) {
			rows = append(rows, partnerRow(p))
		}
	}
	return rows, nil
}

func partnerRow(a *mappings.Agreement) PartnerRow {
	row := PartnerRow{
		Tenant: a.Tenant, Partner: a.Partner, Name: a.Name, Status: a.Status, Channel: a.Channel, Version: a.Version,
		Standards: []string{}, Receives: []string{}, Sends: []string{},
	}
	if a.X12.Spoken() {
		row.Standards = append(row.Standards, mappings.StandardX12)
	}
	if a.EDIFACT.Spoken() {
		row.Standards = append(row.Standards, mappings.StandardEDIFACT)
	}
	for set := range a.Receive {
		row.Receives = append(row.Receives, set)
	}
	for set := range a.Send {
		row.Sends = append(row.Sends, set)
	}
	slices.Sort(row.Receives)
	slices.Sort(row.Sends)
	return row
}

func (a API) partner(r *http.Request) (any, error) {
	c, number, err := a.catalog(r)
	if err != nil {
		return nil, err
	}
	tenant, partner := r.PathValue("tenant"), r.PathValue("partner")
	i := slices.IndexFunc(c.Partners(tenant), func(p *mappings.Agreement) bool { return p.Partner == partner })
	if i < 0 {
		return nil, &httpError{http.StatusNotFound, fmt.Sprintf("version %d has no partner %s/%s; crossdock partner list shows those it has", number, tenant, partner)}
	}
	view := PartnerView{
		Agreement: c.Partners(tenant)[i], Catalogue: c.Version(),
		Path: "partners/" + tenant + "/" + partner + ".jsonc",
	}
	view.PartnerRow = partnerRow(view.Agreement)
	view.Source, err = a.source(r, number, view.Path)
	return view, err
}

// TenantView is the file of a tenant.
type TenantView struct {
	Tenant    string `json:"tenant"`
	Name      string `json:"name"`
	Catalogue string `json:"catalogue"`
	Path      string `json:"path"`
	Source    string `json:"source"`
}

func (a API) tenant(r *http.Request) (any, error) {
	c, number, err := a.catalog(r)
	if err != nil {
		return nil, err
	}
	t, ok := c.Tenant(r.PathValue("tenant"))
	if !ok {
		return nil, &httpError{http.StatusNotFound, fmt.Sprintf("version %d has no tenant %s", number, r.PathValue("tenant"))}
	}
	view := TenantView{Tenant: t.ID, Name: t.Name, Catalogue: c.Version(), Path: "partners/" + t.ID + "/tenant.jsonc"}
	view.Source, err = a.source(r, number, view.Path)
	return view, err
}

// source returns the text of a file with what only its owner should read
// masked.
func (a API) source(r *http.Request, number int, path string) (string, error) {
	text, err := a.Catalogs.Source(r.Context(), number, path)
	if err != nil {
		return "", err
	}
	return mappings.MaskSecrets(text), nil
}

func (a API) versions(r *http.Request) (any, error) {
	most, err := limit(r)
	if err != nil {
		return nil, err
	}
	before := 0
	if q := r.URL.Query().Get("before"); q != "" {
		if before, err = strconv.Atoi(q); err != nil || before < 1 {
			return nil, &httpError{http.StatusBadRequest, fmt.Sprintf("before %q: want the number of a version", q)}
		}
	}
	return a.Catalogs.History(r.Context(), before, most)
}

func (a API) publish(r *http.Request) (any, error) {
	var p partners.Publication
	if err := decode(r, &p); err != nil {
		return nil, err
	}
	v, changed, err := a.Catalogs.Publish(r.Context(), p)
	return Published{v, changed}, err
}

func (a API) rollback(r *http.Request) (any, error) {
	var b partners.Rollback
	if err := decode(r, &b); err != nil {
		return nil, err
	}
	v, changed, err := a.Catalogs.Rollback(r.Context(), b)
	return Published{v, changed}, err
}

// decode reads the JSON of a request. It wants to be told that it is JSON: a
// page in a browser can not send that to another site without being asked.
func decode(r *http.Request, v any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return &httpError{http.StatusUnsupportedMediaType, "the Content-Type must be application/json"}
	}
	d := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxPublication))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows the JSON value")
		}
	}
	if err != nil {
		return &httpError{http.StatusBadRequest, fmt.Sprintf("the request is not read: %v", err)}
	}
	return nil
}
