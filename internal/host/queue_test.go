package host

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/state"
)

// oneQueue runs one queue function in this process.
func oneQueue(t testing.TB, more string, q local.QueueConfig, o Options, do func(http.ResponseWriter, received)) *rig {
	o.Handler = handle(do)
	root := application(plainHost, map[string]string{"f": queueFunction("q", more)})
	return startRig(t, root, map[string]local.QueueConfig{"q": q}, o)
}

func TestL36_Headers(t *testing.T) {
	for _, omit := range []bool{false, true} {
		requests := make(chan received, 2)
		r := oneQueue(t, asBinary, local.QueueConfig{}, Options{OmitTraceparent: omit}, func(rw http.ResponseWriter, r received) {
			requests <- r
			ok(rw)
		})
		r.send("q", "", `{}`)
		r.send("q", "", `{}`)
		first, second := get(t, requests), get(t, requests)
		if first.Method != http.MethodPost || first.URL.Path != "/f" {
			t.Errorf("%s %s", first.Method, first.URL)
		}
		for name, want := range map[string]string{
			"Content-Type":                   `^application/json; charset=utf-8$`,
			"User-Agent":                     `^Azure-Functions-Host/4\.`,
			"X-Azure-Functions-HostVersion":  `^4\.`,
			"X-Azure-Functions-InvocationId": `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`,
			"Traceparent":                    map[bool]string{false: `^00-[0-9a-f]{32}-[0-9a-f]{16}-01$`, true: `^$`}[omit],
		} {
			if got := first.Header.Get(name); !regexp.MustCompile(want).MatchString(got) {
				t.Errorf("%s: %q, want %s", name, got, want)
			}
		}
		if !slices.Equal(first.TransferEncoding, []string{"chunked"}) || first.ContentLength != -1 || first.Header.Get("Content-Length") != "" {
			t.Errorf("body not chunked: %v, length %d", first.TransferEncoding, first.ContentLength)
		}
		if id := "X-Azure-Functions-Invocationid"; first.Header.Get(id) == second.Header.Get(id) {
			t.Error("two invocations have one id")
		}
		if n := slices.Collect(maps.Keys(first.Header)); len(n) > 5 {
			t.Errorf("headers %v", n)
		}
	}
}

func TestL39_FailureIsDeadLetteredAtTheMaximum(t *testing.T) {
	for _, more := range []string{asBinary, withSessions} {
		t.Run(more, func(t *testing.T) {
			counts := make(chan string, 10)
			r := oneQueue(t, more, local.QueueConfig{MaxDelivery: 3, Sessions: more == withSessions}, Options{}, func(rw http.ResponseWriter, r received) {
				_, meta := r.invocation(t)
				counts <- meta["DeliveryCount"].(string)
				answerJSON(rw, http.StatusInternalServerError, "{}")
			})
			r.send("q", "acme/00", `{}`)
			for _, want := range []string{"1", "2", "3"} {
				if got := get(t, counts); got != want {
					t.Errorf("delivery count %s, want %s", got, want)
				}
			}
			r.depth("q", func(d depth) bool { return d.Active == 0 && d.DeadLetter == 1 })
			ds, err := r.platform.Queues.Receive(within(t), "q"+state.DeadLetter, 1, time.Minute)
			if err != nil || len(ds) != 1 || ds[0].Reason != "MaxDeliveryCountExceeded" {
				t.Errorf("dead letters %+v, %v", ds, err)
			}
		})
	}
}

func TestL39_SuccessCompletes(t *testing.T) {
	var calls atomic.Int64
	r := oneQueue(t, asBinary, local.QueueConfig{}, Options{}, func(rw http.ResponseWriter, _ received) {
		calls.Add(1)
		ok(rw)
	})
	for range 20 {
		r.send("q", "", `{}`)
	}
	r.depth("q", empty)
	if n := calls.Load(); n != 20 {
		t.Errorf("%d calls for 20 messages", n)
	}
}

// TestL39_LockIsRenewedToTheLimit watches the renewals of invocations of
// several lengths.
func TestL39_LockIsRenewedToTheLimit(t *testing.T) {
	for _, c := range []struct {
		lasts time.Duration
		locks []time.Duration // of each renewal, at half a lock from the last
	}{
		{10 * time.Second, nil},
		{70 * time.Second, []time.Duration{lockFor, lockFor}},
		{3 * time.Hour, []time.Duration{lockFor, lockFor, 30 * time.Second}}, // the limit is 2 minutes
	} {
		synctest.Test(t, func(t *testing.T) {
			h := &Host{config: HostConfig{MaxLockRenewal: 2 * time.Minute}, log: zerolog.Nop()}
			began := time.Now()
			var locks []time.Duration
			r := &renewer{h: h, f: &function{}, renew: func(_ context.Context, lock time.Duration) (time.Time, error) {
				locks = append(locks, lock)
				if at, want := time.Since(began), time.Duration(len(locks))*lockFor/2; at != want {
					t.Errorf("renewed after %s, want %s", at, want)
				}
				return time.Time{}, nil
			}}
			r.begin()
			r.start(t.Context())
			<-time.After(c.lasts)
			r.stop()
			if !slices.Equal(locks, c.locks) {
				t.Errorf("lasting %s: locks %v, want %v", c.lasts, locks, c.locks)
			}
		})
	}
}

// TestSessionLockOutlivesManyMessages renews a session's lock between and
// during short invocations, and stops once the lock is lost.
func TestSessionLockOutlivesManyMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &Host{config: HostConfig{MaxLockRenewal: time.Minute}, log: zerolog.Nop()}
		renewals := 0
		r := &renewer{h: h, f: &function{}, renew: func(context.Context, time.Duration) (time.Time, error) {
			if renewals++; renewals > 20 {
				return time.Time{}, state.ErrLockLost
			}
			return time.Time{}, nil
		}}
		r.start(t.Context())
		for range 100 {
			r.begin()
			<-time.After(9 * time.Second)
			r.end()
			<-time.After(time.Second)
		}
		r.stop()
		if renewals != 21 {
			t.Errorf("%d renewals, want 20 and the one that found the lock lost", renewals)
		}
	})
}

// TestL40_SessionsAreSerialAndBounded counts what runs at the same time.
func TestL40_SessionsAreSerialAndBounded(t *testing.T) {
	var mu sync.Mutex
	running, most, bySession := 0, 0, map[string]int{}
	order := map[string][]string{}
	entered, release := make(chan struct{}, 100), make(chan struct{})
	r := oneQueue(t, withSessions, local.QueueConfig{Sessions: true}, Options{}, func(rw http.ResponseWriter, r received) {
		data, meta := r.invocation(t)
		session := meta["SessionId"].(string)
		mu.Lock()
		running++
		most = max(most, running)
		if bySession[session]++; bySession[session] > 1 {
			t.Errorf("session %s runs twice", session)
		}
		order[session] = append(order[session], data["msg"].(string))
		mu.Unlock()
		entered <- struct{}{}
		<-release
		mu.Lock()
		running--
		bySession[session]--
		mu.Unlock()
		ok(rw)
	})
	for i := range 10 { // of ten sessions, four at a time have a slot
		for n := range 3 {
			r.send("q", fmt.Sprintf("acme/%02d", i), fmt.Sprint(n))
		}
	}
	for range 4 {
		get(t, entered)
	}
	close(release)
	r.depth("q", empty)
	if most != 4 {
		t.Errorf("%d sessions at a time, want 4", most)
	}
	if len(order) != 10 {
		t.Errorf("%d sessions were served, want all 10: an idle one must free its slot", len(order))
	}
	for session, got := range order {
		if !slices.Equal(got, []string{"MA==", "MQ==", "Mg=="}) {
			t.Errorf("session %s: %v out of order", session, got)
		}
	}
}

func TestL40_CallsAreBounded(t *testing.T) {
	var running, most atomic.Int64
	entered, release := make(chan struct{}, 100), make(chan struct{})
	r := oneQueue(t, asBinary, local.QueueConfig{}, Options{}, func(rw http.ResponseWriter, _ received) {
		n := running.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		entered <- struct{}{}
		<-release
		running.Add(-1)
		ok(rw)
	})
	for range 30 {
		r.send("q", "", `{}`)
	}
	for range 4 {
		get(t, entered)
	}
	close(release)
	r.depth("q", empty)
	if n := most.Load(); n != 4 {
		t.Errorf("%d calls at a time, want 4", n)
	}
}

// TestL43_DrainFinishesWhatRuns stops a host that is told to drain: what runs
// ends, and the session's next message is not taken.
func TestL43_DrainFinishesWhatRuns(t *testing.T) {
	entered, release := make(chan struct{}, 2), make(chan struct{})
	r := oneQueue(t, withSessions, local.QueueConfig{Sessions: true}, Options{Drain: true}, func(rw http.ResponseWriter, r received) {
		entered <- struct{}{}
		<-release
		ok(rw)
	})
	r.send("q", "acme/00", `1`)
	r.send("q", "acme/00", `2`)
	get(t, entered)
	ended := make(chan error, 1)
	go func() { ended <- r.end() }()
	<-r.stopping
	close(release)
	if err := get(t, ended); err != nil {
		t.Error(err)
	}
	r.depth("q", func(d depth) bool { return d.Active == 1 })
}

func TestL43_KillLeavesTheMessage(t *testing.T) {
	entered := make(chan struct{})
	r := oneQueue(t, withSessions, local.QueueConfig{Sessions: true}, Options{}, func(_ http.ResponseWriter, r received) {
		entered <- struct{}{}
		<-r.Context().Done()
	})
	r.send("q", "acme/00", `{}`)
	get(t, entered)
	if err := r.end(); err != nil {
		t.Error(err)
	}
	r.depth("q", func(d depth) bool { return d.Active == 1 })
}

func TestL47_DeadLetterTrigger(t *testing.T) {
	dead := make(chan received, 1)
	root := application(plainHost, map[string]string{
		"f": queueFunction("q", asBinary),
		"d": queueFunction("q/$DeadLetterQueue", asBinary),
	})
	r := startRig(t, root, map[string]local.QueueConfig{"q": {MaxDelivery: 2}}, Options{Handler: handle(func(rw http.ResponseWriter, r received) {
		if r.URL.Path == "/f" {
			answerJSON(rw, http.StatusInternalServerError, "{}")
			return
		}
		dead <- r
		ok(rw)
	})})
	r.send("q", "", `{"n":1}`)
	data, meta := get(t, dead).invocation(t)
	properties, isObject := meta["ApplicationProperties"].(map[string]any)
	if !isObject || properties["DeadLetterReason"] != "MaxDeliveryCountExceeded" || properties["DeadLetterErrorDescription"] == "" {
		t.Errorf("application properties %v", meta["ApplicationProperties"])
	}
	if meta["DeadLetterReason"] != nil || data["msg"] != "eyJuIjoxfQ==" {
		t.Errorf("metadata %v, data %v", meta, data)
	}
	r.depth("q", empty)
}

// TestHandlerGoneIsNotADeadLetter loses the handler's connections again and
// again without using up the deliveries of what waits.
func TestHandlerGoneIsNotADeadLetter(t *testing.T) {
	r, _ := childRig(t, plainHost, "serve", Options{})
	<-r.Ready()
	r.do("exit 200")
	for i := range 20 {
		r.do(fmt.Sprint("out ", "number=", i))
	}
	// What a dying handler had printed may die with it; that every message is
	// settled is what counts.
	r.depth("q", func(d depth) bool { return d.Active == 0 })
	if d, err := r.platform.Queues.Depth(t.Context(), "q"); err != nil || d.DeadLetter > 4 {
		// Each of the three ends may take with it what is in flight: the
		// message itself and at most as many others as there are slots.
		t.Errorf("depth %+v, %v", d, err)
	}
}
