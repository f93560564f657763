package remote

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
	"strconv"
	"strings"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// Options of a Client; the zero value works.
type Options struct {
	// Transport carries the calls; nil: kept-alive connections of its own,
	// never through a proxy.
	Transport http.RoundTripper
}

// Client is all three of state's drivers, by the server at its URL.
type Client struct {
	base  string
	token string
	http  *http.Client
}

var (
	_ state.Backend = (*Client)(nil)
	_ state.Files   = (*Client)(nil)
	_ state.Queues  = (*Client)(nil)
)

// Dial returns a client of the server at baseURL. It connects when it is first
// called: a process is ready before what it depends on.
func Dial(baseURL, token string, o Options) *Client {
	if o.Transport == nil {
		o.Transport = &http.Transport{
			DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			MaxIdleConnsPerHost:   128,
			IdleConnTimeout:       90 * time.Second,
			ExpectContinueTimeout: time.Second,
			DisableCompression:    true,
		}
	}
	return &Client{base: strings.TrimSuffix(baseURL, "/"), token: token, http: &http.Client{Transport: o.Transport}}
}

// Close lets go of idle connections.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// ask makes one call and decodes its answer.
func ask[Res any](ctx context.Context, c *Client, path string, req any) (res Res, err error) {
	raw, err := encode(req)
	if err != nil { // a body that is no JSON
		return res, fmt.Errorf("%s: %w: %w", path[1:], state.ErrInvalid, err)
	}
	if len(raw) > maxRequest {
		return res, fmt.Errorf("%s: request of %d bytes: %w", path[1:], len(raw), state.ErrTooLarge)
	}
	return fetch[Res](ctx, c, http.MethodPost, path, nil, bytes.NewReader(raw))
}

func fetch[Res any](ctx context.Context, c *Client, method, path string, query url.Values, body io.Reader) (res Res, err error) {
	resp, err := c.do(ctx, method, path, query, body)
	if err != nil {
		return res, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err == nil {
		err = json.Unmarshal(raw, &res)
	}
	if err != nil {
		return res, broken(ctx, path, err)
	}
	return res, nil
}

// do sends a request; an answer that is an error comes back as that error.
func (c *Client) do(ctx context.Context, method, path string, query url.Values, body io.Reader) (*http.Response, error) {
	target := c.base + path
	if query != nil {
		target += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", path[1:], state.ErrInvalid, err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	if method == http.MethodPut {
		// What is refused from its name alone is not sent.
		req.Header.Set("Expect", "100-continue")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, broken(ctx, path, err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, broken(ctx, path, err)
	}
	return nil, newRemoteError(resp.StatusCode, strings.TrimSpace(string(text)))
}

// broken is the error of a call whose effect is not known: the caller's own
// end of it, or the connection's.
func broken(ctx context.Context, path string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", path[1:], ctx.Err())
	}
	return fmt.Errorf("%s: %w: %w", path[1:], state.ErrUnavailable, err)
}

// Read implements state.Backend.
func (c *Client) Read(ctx context.Context, key state.Key, token string, ids ...string) ([]state.Record, error) {
	p, err := ask[page](ctx, c, pathRead, readRequest{key, token, ids})
	return mapped(p.Records, fromRecord), err
}

// Scan implements state.Backend.
func (c *Client) Scan(ctx context.Context, key state.Key, token, from, to, next string, limit int) (state.Page, error) {
	p, err := ask[page](ctx, c, pathScan, scanRequest{key, token, from, to, next, limit})
	return state.Page{Records: mapped(p.Records, fromRecord), Next: p.Next}, err
}

// Commit implements state.Backend.
func (c *Client) Commit(ctx context.Context, key state.Key, ops []state.Operation, out []state.Outgoing) (state.Receipt, error) {
	wired := mapped(ops, func(o state.Operation) operation { return operation{o.Verb, toRecord(o.Record)} })
	r, err := ask[receipt](ctx, c, pathCommit, commitRequest{key, wired, out})
	return state.Receipt(r), err
}

// Unsent implements state.Backend.
func (c *Client) Unsent(ctx context.Context, before time.Time, limit int) ([]state.Unsent, error) {
	us, err := ask[[]unsent](ctx, c, pathUnsent, unsentRequest{before, limit})
	return mapped(us, func(u unsent) state.Unsent { return state.Unsent(u) }), err
}

// Create implements state.Files.
func (c *Client) Create(ctx context.Context, path string, r io.Reader) (state.FileInfo, error) {
	src := &source{r: r}
	info, err := fetch[state.FileInfo](ctx, c, http.MethodPut, pathFile, url.Values{"path": {path}}, src)
	if broken := src.end(); broken != nil && err != nil {
		return state.FileInfo{}, fmt.Errorf("create file %s: read content: %w", path, broken)
	}
	return info, err
}

// Open implements state.Files.
func (c *Client) Open(ctx context.Context, path, etag string, offset, length int64) (io.ReadCloser, error) {
	query := url.Values{"path": {path}, "etag": {etag}, "range": {fmt.Sprint(offset, length)}}
	resp, err := c.do(ctx, http.MethodGet, pathFile, query, nil)
	if err != nil {
		return nil, err
	}
	return &content{ctx.Err, resp}, nil
}

// Stat implements state.Files.
func (c *Client) Stat(ctx context.Context, path string) (state.FileInfo, error) {
	return fetch[state.FileInfo](ctx, c, http.MethodGet, pathStat, url.Values{"path": {path}}, nil)
}

// List implements state.Files.
func (c *Client) List(ctx context.Context, prefix, after string, limit int) ([]state.FileInfo, error) {
	query := url.Values{"prefix": {prefix}, "after": {after}, "limit": {strconv.Itoa(limit)}}
	return fetch[[]state.FileInfo](ctx, c, http.MethodGet, pathFiles, query, nil)
}

// Delete implements state.Files.
func (c *Client) Delete(ctx context.Context, path, etag string) error {
	_, err := fetch[none](ctx, c, http.MethodDelete, pathFile, url.Values{"path": {path}, "etag": {etag}}, nil)
	return err
}
