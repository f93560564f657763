package ops

import (
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
	"github.com/crossdock/crossdock/internal/state"
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

// Failures returns the work that was given up.
func (c *Client) Failures(ctx context.Context, tenant string) ([]state.Failure, error) {
	return get[[]state.Failure](ctx, c, "failures", url.Values{"tenant": {tenant}})
}

// Explain returns what is known of a finding code.
func (c *Client) Explain(ctx context.Context, code string) (Explanation, error) {
	return get[Explanation](ctx, c, "findings/"+url.PathEscape(code), nil)
}

// AnswerError is an answer that is not 2xx.
type AnswerError struct {
	Status  int
	Message string
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
	var v T
	target := strings.TrimSuffix(c.Base, "/") + "/api/ops/" + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return v, fmt.Errorf("ops: %w", err)
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
		return v, &AnswerError{Status: resp.StatusCode, Message: p.Error}
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return v, fmt.Errorf("ops: %s: %w", target, err)
	}
	return v, nil
}
