package api_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/reach/channel/email/smtptest"
)

// TestTheWholeLoop goes once round through every route: events come in, are
// asked about, become a segment and a campaign, and the campaign is measured.
func TestTheWholeLoop(t *testing.T) {
	t.Parallel()
	b := setup(t)
	mail := smtptest.Start(t, smtptest.Options{})

	b.ok("POST", shop+"/events", object{"events": history()})
	intake := b.ok("GET", shop+"/intake", nil)
	require.EqualValues(t, 40, intake["persons_total"])
	require.NotNil(t, intake["last_event_at"])

	b.questions(t)
	b.people(t)
	dropped := b.segments(t)
	b.rfm(t)
	b.email(t, mail)
	b.campaign(t, mail, dropped)
	b.corrections(t)
	b.administration(t)
	metrics := b.do(call{method: "GET", path: "/metrics"})
	require.Contains(t, string(metrics.body), `weir_messages_total{event="message_clicked"} 1`)

	for _, op := range b.operations() {
		name := op.method + " " + op.path
		if !strings.HasSuffix(op.path, "/live") {
			require.True(t, b.visited(name), "%s has no test of its happy path", name)
		}
	}
}

// history is 40 persons who register and view; half put something into the cart, ten pay.
func history() []object {
	var events []object
	day := time.Now().Add(-72 * time.Hour).UTC()
	for i := range 40 {
		id, at := fmt.Sprintf("u%02d", i), day.Add(time.Duration(i)*time.Minute)
		add := func(name string, after time.Duration, properties object) {
			events = append(events, object{"id": name + id, "name": name, "user_id": id, "time": at.Add(after).UnixMilli(), "properties": properties})
		}
		add("register", 0, object{})
		events[len(events)-1]["set"] = object{"name": "Person " + id, "email": id + "@mail.example", "city": []string{"Hangzhou", "Wuhan"}[i%2]}
		add("view", time.Second, object{"platform": []string{"ios", "android"}[i%2]})
		if i < 20 {
			add("cart", time.Minute, object{})
		}
		if i < 10 {
			add("order_paid", time.Hour, object{"amount": 10 + i})
		}
	}
	return events
}

var funnel = object{
	"kind": "funnel", "range": object{"last": 30, "unit": "day"}, "window": object{"value": 7, "unit": "day"},
	"steps": []object{{"event": "view"}, {"event": "cart"}, {"event": "order_paid"}},
}

func with(base object, more object) object {
	out := object{}
	for _, part := range []object{base, more} {
		for k, v := range part {
			out[k] = v
		}
	}
	return out
}

func (b *bundle) questions(t *testing.T) {
	t.Helper()
	steps := b.ok("POST", shop+"/query", funnel)["steps"].([]any)
	require.EqualValues(t, 10, steps[2].(object)["count"])
	trend := b.ok("POST", shop+"/query", object{"kind": "trend", "interval": "day", "range": object{"last": 30, "unit": "day"}, "series": []object{{"event": "view", "measure": "persons"}}})
	require.EqualValues(t, 40, trend["series"].([]any)[0].(object)["total"])
	retention := b.ok("POST", shop+"/query", object{"kind": "retention", "range": object{"last": 7, "unit": "day"}, "interval": "day", "periods": 3, "start": object{"event": "register"}, "return": object{"event": "*"}})
	require.NotEmpty(t, retention["rows"])
	actors := b.ok("POST", shop+"/query", with(funnel, object{"actors": object{"step": 2, "dropped": true}, "limit": 3}))
	require.EqualValues(t, 20, actors["total"])
	require.Len(t, actors["persons"], 3)
	wrong := b.do(call{method: "POST", path: shop + "/query", body: with(funnel, object{"windw": 1}), token: ownerToken}).problem(http.StatusBadRequest, "invalid")
	require.Equal(t, "windw", wrong["details"].([]object)[0]["where"])

	require.Len(t, b.ok("GET", shop+"/catalog/events", nil)["events"], 4)
	require.NotEmpty(t, b.ok("GET", shop+"/catalog/properties?scope=user", nil)["properties"])
	values := b.ok("GET", shop+"/catalog/values?scope=user&property=city&query=hang", nil)["values"].([]any)
	require.Equal(t, []any{object{"value": "Hangzhou", "count": 20.0}}, values)
	b.do(call{method: "GET", path: shop + "/catalog/values?scope=nothing&property=city", token: ownerToken}).problem(http.StatusBadRequest, "invalid")
}

func (b *bundle) people(t *testing.T) {
	t.Helper()
	filter := url.QueryEscape(`{"user":"city","op":"eq","value":"Wuhan"}`)
	page := b.ok("GET", shop+"/persons?limit=5&query=person&filter="+filter, nil)
	require.EqualValues(t, 20, page["total"])
	require.Len(t, page["persons"], 5)
	b.do(call{method: "GET", path: shop + "/persons?filter=%7B", token: ownerToken}).problem(http.StatusBadRequest, "invalid")
	b.do(call{method: "GET", path: shop + "/persons?limit=many", token: ownerToken}).problem(http.StatusBadRequest, "invalid")
	b.do(call{method: "GET", path: shop + "/persons?segment=seg_none", token: ownerToken}).problem(http.StatusNotFound, "not_found")

	person := b.ok("GET", shop+"/persons/u01", nil)
	require.Equal(t, "Person u01", person["name"])
	id := person["id"].(string)
	first := b.ok("POST", shop+"/persons/"+id+"/events", object{"limit": 3})
	require.Len(t, first["events"], 3)
	rest := b.ok("POST", shop+"/persons/"+id+"/events", object{"limit": 3, "before": first["next"]})
	require.Len(t, rest["events"], 1)
	require.Nil(t, rest["next"])
	b.do(call{method: "GET", path: shop + "/persons/nobody", token: ownerToken}).problem(http.StatusNotFound, "not_found")

	changed := b.ok("POST", shop+"/persons/u01/profile", object{"set": object{"level": 3}, "append": object{"$tags": []string{"vip"}}})
	require.EqualValues(t, 3, changed["properties"].(object)["level"])
	require.Contains(t, fmt.Sprint(changed["tags"]), "vip")
	changed = b.ok("POST", shop+"/persons/u01/profile", object{"unset": []string{"level"}, "remove": object{"$tags": []string{"vip"}}})
	require.NotContains(t, changed["properties"], "level")
	b.do(call{method: "POST", path: shop + "/persons/u01/profile", body: object{"set": "x"}, token: ownerToken}).problem(http.StatusBadRequest, "invalid")
}

// segments gives the id of the persons who were lost at the funnel's second step.
func (b *bundle) segments(t *testing.T) string {
	t.Helper()
	condition := object{"user": "city", "op": "eq", "value": "Wuhan"}
	estimate := b.ok("POST", shop+"/segments/estimate", object{"condition": condition})
	require.EqualValues(t, 20, estimate["persons"])
	require.EqualValues(t, 40, estimate["total"])
	require.Len(t, estimate["sample"], 10)
	made := b.ok("POST", shop+"/segments", object{"name": "Wuhan", "condition": condition})
	one := shop + "/segments/" + made["id"].(string)
	require.EqualValues(t, 20, b.ok("GET", one, nil)["persons"])
	require.EqualValues(t, 20, b.ok("GET", one+"/members?limit=2", nil)["total"])
	require.EqualValues(t, 1, b.ok("GET", one+"/members?query=u03", nil)["total"])
	require.Equal(t, "Wuhan people", b.ok("PATCH", one, object{"name": "Wuhan people"})["name"])
	b.do(call{method: "POST", path: shop + "/segments", body: object{"name": "wrong", "condition": object{"user": "city", "op": "near", "value": 1}}, token: ownerToken}).problem(http.StatusBadRequest, "invalid")
	b.ok("DELETE", one, nil)
	b.do(call{method: "GET", path: one, token: ownerToken}).problem(http.StatusNotFound, "not_found")

	dropped := b.ok("POST", shop+"/segments", with(funnel, object{"name": "No cart", "actors": object{"step": 2, "dropped": true}}))
	require.EqualValues(t, 20, dropped["persons"])
	require.Len(t, b.ok("GET", shop+"/segments", nil)["segments"], 1)
	return dropped["id"].(string)
}

func (b *bundle) rfm(t *testing.T) {
	t.Helper()
	settings := b.ok("GET", shop+"/rfm", nil)
	require.Equal(t, "order_paid", settings["event"])
	settings["days"] = 90
	require.EqualValues(t, 90, b.ok("PUT", shop+"/rfm", settings)["days"])
	board := b.ok("POST", shop+"/rfm/board", object{})
	require.EqualValues(t, 10, board["persons"])
	require.Len(t, board["groups"], 8)
	require.Len(t, board["grid"], 25)
	total := 0.0
	for _, g := range board["groups"].([]any) {
		group := g.(object)
		persons := b.ok("POST", shop+"/rfm/persons", object{"group": group["key"]})
		require.Equal(t, group["persons"], persons["total"])
		total += persons["total"].(float64)
	}
	require.EqualValues(t, 10, total)
	b.do(call{method: "POST", path: shop + "/rfm/board", body: object{"as_of": "yesterday"}, token: ownerToken}).problem(http.StatusBadRequest, "invalid")
}

func (b *bundle) email(t *testing.T, mail *smtptest.Server) {
	t.Helper()
	require.Equal(t, false, b.ok("GET", shop+"/channels/email", nil)["has_password"])
	settings := object{"host": mail.Host(), "port": mail.Port(), "security": "none", "from_name": "Shop", "from_address": "shop@mail.example", "public_url": b.url}
	b.ok("PUT", shop+"/channels/email", settings)
	b.ok("PUT", shop+"/channels/email", b.ok("GET", shop+"/channels/email", nil)) // what is read can be sent back
	b.ok("POST", shop+"/channels/email/test", object{"to": "me@mail.example"})
	unreachable := with(settings, object{"port": 1})
	b.do(call{method: "POST", path: shop + "/channels/email/test", body: object{"to": "me@mail.example", "settings": unreachable}, token: ownerToken}).problem(http.StatusServiceUnavailable, "unavailable")
	require.Len(t, mail.Deliveries(), 1)

	b.ok("POST", shop+"/suppressions", object{"address": "U39@mail.example"})
	require.EqualValues(t, 1, b.ok("GET", shop+"/suppressions?query=u39", nil)["total"])
	b.ok("DELETE", shop+"/suppressions?address=u39%40mail.example", nil)
	require.EqualValues(t, 0, b.ok("GET", shop+"/suppressions", nil)["total"])
}

func (b *bundle) campaign(t *testing.T, mail *smtptest.Server, segmentID string) {
	t.Helper()
	content := object{"subject": "Hi {{ person.name }}", "html": `<p>Hello {{ person.name }}, <a href="https://shop.example/sale">look</a></p>`}
	preview := b.ok("POST", shop+"/templates/preview", with(content, object{"person": "u20"}))
	require.Equal(t, "Hi Person u20", preview["subject"])
	require.NotEmpty(t, b.ok("POST", shop+"/templates/preview", object{"subject": "{{ person. }", "html": "{% if %}"})["errors"])

	draft := b.ok("POST", shop+"/campaigns", object{"name": "to be deleted"})
	b.ok("DELETE", shop+"/campaigns/"+draft["id"].(string), nil)
	b.do(call{method: "POST", path: shop + "/campaigns", body: with(content, object{"name": "x", "segment": "seg_gone"}), token: ownerToken}).problem(http.StatusBadRequest, "invalid")
	made := b.ok("POST", shop+"/campaigns", with(content, object{"name": "Come back", "segment": segmentID, "holdout_percent": 20, "goal": object{"event": "order_paid", "value": "amount", "days": 7}}))
	one := shop + "/campaigns/" + made["id"].(string)
	require.Equal(t, "draft", b.ok("PATCH", one, object{"rate_per_minute": 300})["status"])
	audience := b.ok("POST", one+"/audience", nil)
	require.EqualValues(t, 20, audience["reachable"])
	b.ok("POST", one+"/test", object{"to": "me@mail.example", "person": "u20"})
	require.Empty(t, b.ok("GET", one+"/report", nil)["verdict"])

	b.ok("POST", one+"/send", nil)
	b.do(call{method: "POST", path: one + "/send", token: ownerToken}).problem(http.StatusConflict, "conflict")
	require.Equal(t, "paused", b.ok("POST", one+"/pause", nil)["status"])
	b.ok("POST", one+"/resume", nil)
	require.Eventually(t, func() bool { return b.ok("GET", one, nil)["status"] == "done" }, time.Minute, 50*time.Millisecond)
	sent := int(audience["to_send"].(float64))
	require.Len(t, mail.Deliveries(), sent+2)

	link := regexp.MustCompile(`/t/c/[\w-]+`).FindString(strings.ReplaceAll(mail.Deliveries()[sent+1].Data, "=\r\n", ""))
	clicked := b.do(call{method: "GET", path: link})
	require.Equal(t, http.StatusFound, clicked.status)
	require.Equal(t, "https://shop.example/sale", clicked.header.Get("Location"))
	b.publicLinks(t, mail.Deliveries()[sent+1].Data)

	report := b.ok("GET", one+"/report", nil)
	counts := report["counts"].(object)
	require.EqualValues(t, sent, counts["delivered"])
	require.EqualValues(t, 1, counts["clicked"])
	require.EqualValues(t, 1, counts["unsubscribed"])
	require.EqualValues(t, sent, report["arms"].(object)["treatment"].(object)["persons"])
	require.NotEmpty(t, report["verdict"])
	require.EqualValues(t, 1, report["links"].([]any)[0].(object)["clicks"])
	require.EqualValues(t, 1, b.ok("GET", one+"/messages?status=clicked", nil)["total"])
	require.EqualValues(t, 20, b.ok("GET", one+"/messages?limit=1", nil)["total"])
	require.Len(t, b.ok("GET", shop+"/campaigns", nil)["campaigns"], 1)
	b.do(call{method: "DELETE", path: shop + "/segments/" + segmentID, token: ownerToken}).problem(http.StatusConflict, "conflict")

	other := b.ok("POST", shop+"/campaigns", with(content, object{"name": "Slow", "segment": segmentID, "holdout_percent": 0, "rate_per_minute": 1}))
	slow := shop + "/campaigns/" + other["id"].(string)
	b.ok("POST", slow+"/send", nil)
	require.Equal(t, "cancelled", b.ok("POST", slow+"/cancel", nil)["status"])
}

// publicLinks follows the picture and the unsubscription of a message.
func (b *bundle) publicLinks(t *testing.T, data string) {
	t.Helper()
	data = strings.ReplaceAll(data, "=\r\n", "")
	pixel := b.do(call{method: "GET", path: regexp.MustCompile(`/t/o/[\w-]+\.gif`).FindString(data)})
	require.Equal(t, "image/gif", pixel.header.Get("Content-Type"))
	require.Equal(t, http.StatusOK, pixel.status)
	forged := b.do(call{method: "GET", path: "/t/o/forged.gif"})
	require.Equal(t, http.StatusNotFound, forged.status)
	require.Equal(t, pixel.body, forged.body, "a mail never looks broken")
	b.do(call{method: "GET", path: "/t/c/forged"}).problem(http.StatusNotFound, "not_found")

	unsubscribe := regexp.MustCompile(`/u/[\w-]+`).FindString(data)
	require.Equal(t, http.StatusOK, b.do(call{method: "GET", path: unsubscribe}).status)
	require.EqualValues(t, 0, b.ok("GET", shop+"/suppressions", nil)["total"], "looking changes nothing: scanners follow links")
	require.Equal(t, http.StatusOK, b.do(call{method: "POST", path: unsubscribe, body: "List-Unsubscribe=One-Click"}).status)
	require.EqualValues(t, 1, b.ok("GET", shop+"/suppressions", nil)["total"])
}

// administration goes through what needs a session.
func (b *bundle) administration(t *testing.T) {
	t.Helper()
	require.Equal(t, true, b.ok("GET", base+"/setup", nil)["needs_owner"])
	session := map[string]string{"Cookie": b.signUp()}
	in := func(method, path string, body any) object {
		t.Helper()
		return b.do(call{method: method, path: path, body: body, header: session}).ok()
	}
	b.do(call{method: "POST", path: base + "/setup", body: object{"email": "eve@example.org", "password": "correct horse"}}).problem(http.StatusConflict, "conflict")
	require.Equal(t, true, in("GET", base+"/setup", nil)["signed_in"])
	require.Equal(t, false, b.do(call{method: "GET", path: base + "/setup"}).ok()["signed_in"])
	require.Equal(t, "owner", in("GET", base+"/session", nil)["account"].(object)["role"])
	require.Len(t, in("GET", base+"/projects", nil)["projects"], 1)
	second := in("POST", base+"/projects", object{"name": "Second", "timezone": "Europe/Berlin"})
	require.Equal(t, "second", second["id"])
	require.Equal(t, "Zweites", in("PATCH", base+"/projects/second", object{"name": "Zweites", "new_write_key": true})["name"])
	require.NotEqual(t, second["write_key"], in("GET", base+"/projects/Zweites", nil)["write_key"])

	token := in("POST", base+"/projects/second/tokens", object{"name": "etl"})
	require.NotEmpty(t, token["token"])
	listed := in("GET", base+"/projects/second/tokens", nil)["tokens"].([]any)
	require.NotContains(t, listed[0], "token", "the secret is shown once")
	in("DELETE", base+"/projects/second/tokens/"+token["id"].(string), nil)
	b.do(call{method: "GET", path: base + "/projects/second", token: token["token"].(string)}).problem(http.StatusUnauthorized, "unknown_user")

	made := in("POST", base+"/accounts", object{"email": "bob@example.org", "password": "battery staple", "role": "viewer"})
	require.Len(t, in("GET", base+"/accounts", nil)["accounts"], 2)
	require.Equal(t, "editor", in("PATCH", base+"/accounts/"+made["id"].(string), object{"role": "editor"})["role"])
	in("DELETE", base+"/accounts/"+made["id"].(string), nil)

	b.do(call{method: "PATCH", path: base + "/account", body: object{"password": "new password", "current_password": "wrong"}, header: session}).problem(http.StatusBadRequest, "invalid")
	changed := b.do(call{method: "PATCH", path: base + "/account", body: object{"language": "zh", "password": "new password", "current_password": "correct horse"}, header: session})
	require.Equal(t, "zh", changed.ok()["account"].(object)["language"])
	b.do(call{method: "GET", path: base + "/session", header: session}).problem(http.StatusUnauthorized, "unknown_user")
	signed := b.do(call{method: "POST", path: base + "/session", body: object{"email": "ada@example.org", "password": "new password"}})
	require.Contains(t, signed.header.Get("Set-Cookie"), "HttpOnly")
	require.Contains(t, signed.header.Get("Set-Cookie"), "SameSite=Lax")
	session["Cookie"], _, _ = strings.Cut(signed.header.Get("Set-Cookie"), ";")
	in("DELETE", base+"/session", nil)
	b.do(call{method: "GET", path: base + "/session", header: session}).problem(http.StatusUnauthorized, "unknown_user")
}

func TestLiveStream(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.ok("POST", shop+"/events", object{"id": "before", "name": "view", "user_id": "u1"})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", b.url+shop+"/live", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+ownerToken)
	r.Header.Set("Accept-Encoding", "gzip")
	resp, err := b.http.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
	require.Empty(t, resp.Header.Get("Content-Encoding"), "a stream is not held back by compression")
	lines := bufio.NewScanner(resp.Body)
	next := func(what string) {
		t.Helper()
		for lines.Scan() {
			if strings.Contains(lines.Text(), what) {
				return
			}
		}
		require.Fail(t, "the stream ended", "waiting for %s: %v", what, lines.Err())
	}
	next(`"id":"before"`)
	b.ok("POST", shop+"/events", []object{{"id": "after", "name": "view", "user_id": "u2"}, {"name": ""}})
	next(`event: rejected`)
	next(`"field":"name"`)
	b.ok("POST", shop+"/events", object{"id": "third", "name": "view", "user_id": "u2"})
	next(`"id":"third"`)
}

func TestSegmentDoor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, path := range []string{"/v1/track", "/c/segment/v1/t"} {
		b.do(call{method: "POST", path: path, body: object{"userId": "u1", "event": "view", "messageId": path, "writeKey": writeKey}}).ok()
	}
	require.EqualValues(t, 2, b.ok("GET", shop+"/intake", nil)["events_total"])
	settings := b.do(call{method: "GET", path: "/v1/projects/" + writeKey + "/settings"})
	require.Equal(t, http.StatusOK, settings.status)
}
