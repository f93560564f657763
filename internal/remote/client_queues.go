package remote

import (
	"context"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// Send implements state.Queues.
func (c *Client) Send(ctx context.Context, msgs ...state.Message) error {
	_, err := ask[none](ctx, c, pathSend, msgs)
	return err
}

// Receive implements state.Queues. The call stays open while it waits.
func (c *Client) Receive(ctx context.Context, queue string, max int, lock time.Duration) ([]state.Delivery, error) {
	ds, err := ask[[]delivery](ctx, c, pathReceive, queueRequest{Queue: queue, Max: max, Lock: lock})
	return mapped(ds, fromDelivery), err
}

// Complete implements state.Queues.
func (c *Client) Complete(ctx context.Context, queue, token string) error {
	_, err := ask[none](ctx, c, pathComplete, queueRequest{Queue: queue, Token: token})
	return err
}

// Abandon implements state.Queues.
func (c *Client) Abandon(ctx context.Context, queue, token string) error {
	_, err := ask[none](ctx, c, pathAbandon, queueRequest{Queue: queue, Token: token})
	return err
}

// Renew implements state.Queues.
func (c *Client) Renew(ctx context.Context, queue, token string, lock time.Duration) (time.Time, error) {
	return ask[time.Time](ctx, c, pathRenew, queueRequest{Queue: queue, Token: token, Lock: lock})
}

// Depth implements state.Queues.
func (c *Client) Depth(ctx context.Context, queue string) (state.Depth, error) {
	return ask[state.Depth](ctx, c, pathDepth, queueRequest{Queue: queue})
}

// AcceptSession implements state.Queues. The call stays open while it waits.
func (c *Client) AcceptSession(ctx context.Context, queue string, lock time.Duration) (state.Session, error) {
	l, err := ask[locked](ctx, c, pathAccept, queueRequest{Queue: queue, Lock: lock})
	if err != nil {
		return nil, err
	}
	return &session{c, l}, nil
}

// session is a locked session whose lock the server holds.
type session struct {
	client *Client
	locked locked
}

// ID implements state.Session.
func (s *session) ID() string { return s.locked.ID }

// Next implements state.Session.
func (s *session) Next(ctx context.Context) (state.Delivery, error) {
	d, err := ask[delivery](ctx, s.client, pathSessionNext, queueRequest{Session: s.locked.Handle})
	return fromDelivery(d), err
}

// Renew implements state.Session.
func (s *session) Renew(ctx context.Context, lock time.Duration) (time.Time, error) {
	return ask[time.Time](ctx, s.client, pathSessionRenew, queueRequest{Session: s.locked.Handle, Lock: lock})
}

// Close implements state.Session.
func (s *session) Close(ctx context.Context) error {
	_, err := ask[none](ctx, s.client, pathSessionClose, queueRequest{Session: s.locked.Handle})
	return err
}
