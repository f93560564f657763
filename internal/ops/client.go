package ops

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/internal/schedule"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// Client talks to the API of one installation.
type Client struct {
	Base string // such as http://127.0.0.1:7071
	HTTP *http.Client
}

// Status returns the state of the house.
func (c *Client) Status(ctx context.Context) (Status, error) {
	return get[Status](ctx, c, "status", nil)
}

// Files returns the newest files, of one tenant or, if it is empty, of all.
func (c *Client) Files(ctx context.Context, tenant string, limit int) ([]FileRow, error) {
	return get[[]FileRow](ctx, c, "files", url.Values{"tenant": {tenant}, "limit": {fmt.Sprint(limit)}})
}

// File returns everything known of the file whose id begins with id.
func (c *Client) File(ctx context.Context, id string) (exchange.View, error) {
	return get[exchange.View](ctx, c, "files/"+url.PathEscape(id), nil)
}

// Documents returns the newest documents of ours, of one tenant or, if it is
// empty, of all, with what their partners say of them.
func (c *Client) Documents(ctx context.Context, tenant string, limit int) ([]Document, error) {
	return get[[]Document](ctx, c, "documents", url.Values{"tenant": {tenant}, "limit": {fmt.Sprint(limit)}})
}

// SendBatches lets the documents leave now that wait for others of the same
// partner.
func (c *Client) SendBatches(ctx context.Context, tenant, partner string) (Batches, error) {
	return post[Batches](ctx, c, "batches/"+url.PathEscape(tenant)+"/"+url.PathEscape(partner)+"/send", struct{}{})
}

// Failures returns the work that was given up.
func (c *Client) Failures(ctx context.Context, tenant string) ([]state.Failure, error) {
	return get[[]state.Failure](ctx, c, "failures", url.Values{"tenant": {tenant}})
}

// Run wakes a job of a tenant now, whatever its next time.
func (c *Client) Run(ctx context.Context, tenant, job string) (schedule.Schedule, error) {
	return post[schedule.Schedule](ctx, c, "schedules/"+url.PathEscape(tenant)+"/"+url.PathEscape(job)+"/run", struct{}{})
}

// Explain returns what is known of a finding code.
func (c *Client) Explain(ctx context.Context, code string) (Explanation, error) {
	return get[Explanation](ctx, c, "findings/"+url.PathEscape(code), nil)
}

// Partners returns the partners of one tenant or, if it is empty, of all, as
// a version of the catalogue has them; an empty version is that in force.
func (c *Client) Partners(ctx context.Context, tenant, version string) ([]PartnerRow, error) {
	return get[[]PartnerRow](ctx, c, "partners", url.Values{"tenant": {tenant}, "version": {version}})
}

// Partner returns all that is agreed with a partner.
func (c *Client) Partner(ctx context.Context, tenant, partner, version string) (PartnerView, error) {
	return get[PartnerView](ctx, c, "partners/"+url.PathEscape(tenant)+"/"+url.PathEscape(partner), url.Values{"version": {version}})
}

// Tenant returns the file of a tenant.
func (c *Client) Tenant(ctx context.Context, tenant, version string) (TenantView, error) {
	return get[TenantView](ctx, c, "partners/"+url.PathEscape(tenant), url.Values{"version": {version}})
}

// Versions returns the newest publications before one, newest first; before 0
// begins with the one in force.
func (c *Client) Versions(ctx context.Context, before, limit int) ([]partners.Version, error) {
	q := url.Values{"limit": {fmt.Sprint(limit)}}
	if before > 0 {
		q.Set("before", fmt.Sprint(before))
	}
	return get[[]partners.Version](ctx, c, "versions", q)
}

// Publish makes files the next version of the catalogue.
func (c *Client) Publish(ctx context.Context, p partners.Publication) (Published, error) {
	return post[Published](ctx, c, "versions", p)
}

// Rollback publishes an old version anew.
func (c *Client) Rollback(ctx context.Context, r partners.Rollback) (Published, error) {
	return post[Published](ctx, c, "versions/rollback", r)
}

// AnswerError is an answer that is not 2xx.
type AnswerError struct {
	Status  int
	Message string
	Faults  []*mappings.LoadError // of files that were to be published
}

func (e *AnswerError) Error() string { return e.Message }

// UnreachableError says that no installation answers.
type UnreachableError struct {
	Base string
	Err  error
}

func (e *UnreachableError) Error() string {
	cause := e.Err
	var request *url.Error // repeats the address, and how it was asked
	if errors.As(cause, &request) {
		cause = request.Err
	}
	var connection *net.OpError // repeats it too
	if errors.As(cause, &connection) {
		cause = connection.Err
	}
	return fmt.Sprintf("nothing answers at %s: %v; start it with crossdock up, or name another address with --to", e.Base, cause)
}

func (e *UnreachableError) Unwrap() error { return e.Err }

// unreachable is the error of a call that got no answer: the caller's own end
// of it says nothing about the installation.
func (c *Client) unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("ops: %w", ctx.Err())
	}
	return &UnreachableError{Base: c.Base, Err: err}
}

func get[T any](ctx context.Context, c *Client, path string, query url.Values) (T, error) {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return do[T](ctx, c, http.MethodGet, path, nil)
}

func post[T any](ctx context.Context, c *Client, path string, v any) (T, error) {
	body, err := json.Marshal(v)
	if err != nil {
		var none T
		return none, fmt.Errorf("ops: %w", err)
	}
	return do[T](ctx, c, http.MethodPost, path, body)
}

func do[T any](ctx context.Context, c *Client, method, path string, send []byte) (T, error) {
	var v T
	target := strings.TrimSuffix(c.Base, "/") + "/api/ops/" + path
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(send))
	if err != nil {
		return v, fmt.Errorf("ops: %w", err)
	}
	if send != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return v, c.unreachable(ctx, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return v, c.unreachable(ctx, err)
	}
	if resp.StatusCode != http.StatusOK {
		var p Problem
		if json.Unmarshal(body, &p) != nil || p.Error == "" {
			p.Error = fmt.Sprintf("%s answered %s", target, resp.Status)
		}
		return v, &AnswerError{Status: resp.StatusCode, Message: p.Error, Faults: p.Faults}
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return v, fmt.Errorf("ops: %s: %w", target, err)
	}
	return v, nil
}
