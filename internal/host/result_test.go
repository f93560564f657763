package host

import (
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/internal/local"
)

func TestL37_Answers(t *testing.T) {
	const js = "application/json"
	for name, c := range map[string]struct {
		status      int
		media, body string
		err         string // empty: success
	}{
		"object":            {200, js, `{}`, ""},
		"created":           {201, js, `{}`, ""},
		"charset":           {200, "application/json; charset=utf-8", ` {"Outputs":null} `, ""},
		"problem":           {200, "application/problem+json", `{}`, ""},
		"redirect":          {302, js, `{}`, "302"},
		"not found":         {404, js, `{}`, "404"},
		"failure":           {500, js, `{"Logs":["lost"]}`, "500"},
		"text":              {200, "text/plain", `{}`, "content type"},
		"no type":           {200, "", `{}`, "content type"},
		"bad JSON":          {200, js, `{"Outputs":`, "answer"},
		"array":             {200, js, `[]`, "answer"},
		"empty":             {200, js, ``, "empty"},
		"no content":        {204, "", ``, "empty"},
		"null":              {200, js, ` null`, "empty"},
		"wrong inner types": {200, js, `{"Logs":7}`, "answer"},
	} {
		_, err := readResult(c.status, c.media, []byte(c.body))
		if (c.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v, want %q", name, err, c.err)
		}
		if empty := c.err == "empty"; empty != errors.Is(err, errEmpty) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestL37_EmptyAnswerHangsOrFails(t *testing.T) {
	start := func(t *testing.T, loud bool) (*rig, *watch) {
		log := newWatch()
		host := strings.Replace(plainHost, `"00:00:30"`, `"00:00:00.3"`, 1)
		root := application(host, map[string]string{"f": queueFunction("q", "")})
		handler := handle(func(rw http.ResponseWriter, _ received) { rw.WriteHeader(http.StatusNoContent) })
		r := startRig(t, root, map[string]local.QueueConfig{"q": {MaxDelivery: 1}}, Options{Handler: handler, FailEmpty: loud, Log: log.logger()})
		r.send("q", "", `{}`)
		r.depth("q", func(d depth) bool { return d.DeadLetter == 1 })
		return r, log
	}
	t.Run("hangs", func(t *testing.T) {
		r, log := start(t, false)
		log.line(t, 1, "invocation failed", "function timeout")
		log.line(t, 1, "killed and started again")
		r.end()
	})
	t.Run("fails", func(t *testing.T) {
		r, log := start(t, true)
		log.line(t, 1, "invocation failed", "empty or null")
		if r.Restarts() != 0 {
			t.Errorf("%d restarts", r.Restarts())
		}
	})
}

func TestL38_NamesOfAnyCase(t *testing.T) {
	f := FunctionDefinition{Bindings: []Binding{{Name: "out"}, {Name: "Other"}}}
	r, err := readResult(200, "application/json", []byte(`{"outPUTS":{"out":1,"other":2},"LOGS":["a"],"returnValue":{"Other":3},"extra":{"x":[]}}`))
	if err != nil || !reflect.DeepEqual(r.Logs, []string{"a"}) {
		t.Fatalf("%+v, %v", r, err)
	}
	if v, ok := r.output(f, f.Bindings[0]); !ok || string(v) != "1" {
		t.Errorf("out: %s %t", v, ok)
	}
	// Keys within Outputs are told apart by case; what is returned as an
	// object stands for outputs.
	if v, ok := r.output(f, f.Bindings[1]); !ok || string(v) != "3" {
		t.Errorf("Other: %s %t", v, ok)
	}
	if _, ok := r.output(f, Binding{Name: "none"}); ok {
		t.Error("none is there")
	}
	f.Bindings = append(f.Bindings, Binding{Name: "$return"})
	if v, ok := r.output(f, f.Bindings[2]); !ok || string(v) != `{"Other":3}` {
		t.Errorf("$return: %s %t", v, ok)
	}
	if _, ok := r.output(f, f.Bindings[1]); ok {
		t.Error("with a $return binding the returned object is no outputs")
	}
}

func TestL38_Base64Rule(t *testing.T) {
	for _, c := range []struct{ value, dataType, want string }{
		{`"test"`, "", "\xb5\xeb\x2d"}, // not what the handler meant
		{`"abcd"`, "", "\x69\xb7\x1d"},
		{`"test"`, "binary", "test"},
		{`"abcd"`, "binary", "abcd"},
		{`"hello"`, "", "hello"},
		{`{"a":"test"}`, "", `{"a":"test"}`},
		{`["hello",{"b":1},"test"]`, "", "hello|{\"b\":1}|\xb5\xeb\x2d"},
		{`""`, "", ""},
		{`7`, "", "7"},
	} {
		var got []string
		for _, m := range messages(Binding{DataType: c.dataType}, json.RawMessage(c.value)) {
			got = append(got, string(m))
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s as %q: %q, want %q", c.value, c.dataType, s, c.want)
		}
	}
}

func TestL38_QueueOutput(t *testing.T) {
	def := `{"bindings":[{"type":"serviceBusTrigger","direction":"in","name":"msg","queueName":"q","connection":"ServiceBusConnection"},
		{"type":"serviceBus","direction":"out","name":"out","queueName":"to","connection":"ServiceBusConnection"}]}`
	handler := handle(func(rw http.ResponseWriter, _ received) {
		answerJSON(rw, 200, `{"Outputs":{"out":[{"a":1},"plain text"]}}`)
	})
	r := startRig(t, application(plainHost, map[string]string{"f": def}), map[string]local.QueueConfig{"q": {}, "to": {}}, Options{Handler: handler})
	r.send("q", "", `{}`)
	r.depth("q", empty)
	ds, err := r.platform.Queues.Receive(within(t), "to", 10, lockFor)
	if err != nil || len(ds) != 2 || string(ds[0].Body) != `{"a":1}` || string(ds[1].Body) != `"plain text"` {
		t.Errorf("%+v, %v", ds, err)
	}
}
