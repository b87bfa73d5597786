package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/app"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/fault"
)

const token = "token-of-the-owner"

func config(dir string) app.Config {
	c := app.Default()
	c.DataDir, c.Listen = dir, "127.0.0.1:0"
	c.Bootstrap = app.Bootstrap{Project: "Shop", Timezone: "Asia/Shanghai", WriteKey: "wk_1", APIToken: token}
	return c
}

func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }

// start runs a program until the test ends, or until the stop that it gives.
func start(t *testing.T, c app.Config) (a *app.App, stop func()) {
	t.Helper()
	a, err := app.New(c, clock.System{}, silent())
	require.NoError(t, err)
	require.NoError(t, a.Start(t.Context()))
	stop = func() { require.NoError(t, a.Stop(context.WithoutCancel(t.Context()))) }
	t.Cleanup(stop)
	select {
	case <-a.Ready():
	case err := <-a.Failed():
		require.NoError(t, err)
	}
	return a, stop
}

func request(t *testing.T, a *app.App, method, path, body string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, a.Address()+path, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := (&http.Client{Timeout: time.Minute}).Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	var out map[string]any
	_ = json.Unmarshal(raw, &out) // metrics are no JSON
	return resp.StatusCode, out
}

func TestBootstrapNeedsNoFurtherStepAndIsIdempotent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for round := 1; round <= 2; round++ {
		a, stop := start(t, config(dir))
		status, project := request(t, a, "GET", "/api/v1/projects/Shop", "")
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, "wk_1", project["write_key"])
		require.Equal(t, "Asia/Shanghai", project["timezone"])
		status, result := request(t, a, "POST", "/api/v1/projects/shop/events", `{"id":"e`+strconv.Itoa(round)+`","name":"view","user_id":"u1"}`)
		require.Equal(t, http.StatusOK, status)
		require.EqualValues(t, 1, result["accepted"])
		_, intake := request(t, a, "GET", "/api/v1/projects/shop/intake", "")
		require.EqualValues(t, round, intake["events_total"], "events of the run before are there")
		require.EqualValues(t, 1, intake["persons_total"])
		_, again := request(t, a, "POST", "/api/v1/projects/shop/events", `{"id":"e1","name":"view","user_id":"u1"}`)
		require.EqualValues(t, 1, again["duplicates"], "also over a restart")
		_, tokens := request(t, a, "GET", "/api/v1/projects/shop/tokens", "")
		require.Len(t, tokens["tokens"], 1)
		stop()
	}
}

func TestASecondInstanceIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, stop := start(t, config(dir))
	second, err := app.New(config(dir), clock.System{}, silent())
	require.NoError(t, err)
	err = second.Start(t.Context())
	require.Equal(t, fault.Conflict, fault.KindOf(err), "%v", err)
	require.ErrorContains(t, err, "process "+strconv.Itoa(os.Getpid()))
	require.ErrorContains(t, err, dir)
	status, _ := request(t, a, "GET", "/healthz", "")
	require.Equal(t, http.StatusOK, status, "the first one did not notice")
	stop()
	_, stop = start(t, config(dir))
	stop()
}

func TestStopLetsRequestsFinishAndEndsStreams(t *testing.T) {
	t.Parallel()
	a, stop := start(t, config(t.TempDir()))
	r, err := http.NewRequestWithContext(t.Context(), "GET", a.Address()+"/api/v1/projects/shop/live", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	stream, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(t, err)
	defer stream.Body.Close()

	// Events stream in while the program stops: each is answered or was not taken.
	var group sync.WaitGroup
	accepted := make(chan string, 10_000)
	first := make(chan struct{})
	var once sync.Once
	for worker := range 4 {
		group.Go(func() {
			for i := 0; ; i++ {
				id := strconv.Itoa(worker) + "-" + strconv.Itoa(i)
				if !send(t.Context(), a.Address(), id) {
					return
				}
				accepted <- id
				once.Do(func() { close(first) })
			}
		})
	}
	<-first
	stop()
	group.Wait()
	close(accepted)
	_, err = io.ReadAll(stream.Body)
	require.NoError(t, err, "the stream ended in order")
	stop() // stopping twice is harmless
	_, err = http.DefaultTransport.RoundTrip(r.Clone(t.Context()))
	require.Error(t, err)
	require.NotEmpty(t, accepted)
}

// send posts one event and says whether it was acknowledged.
func send(ctx context.Context, address, id string) bool {
	r, err := http.NewRequestWithContext(ctx, "POST", address+"/api/v1/projects/shop/events", strings.NewReader(`{"id":"`+id+`","name":"tick","user_id":"u"}`))
	if err != nil {
		return false
	}
	r.Header.Set("X-Write-Key", "wk_1")
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

func TestAFailedStartLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, stop := start(t, config(t.TempDir()))
	defer stop()
	taken := config(dir)
	taken.Listen = strings.TrimPrefix(a.Address(), "http://")
	second, err := app.New(taken, clock.System{}, silent())
	require.NoError(t, err)
	require.ErrorContains(t, second.Start(t.Context()), "listen")
	_, release := start(t, config(dir)) // the folder was given up
	release()

	broken := config(t.TempDir())
	broken.Bootstrap.Timezone = "Mars/Olympus"
	third, err := app.New(broken, clock.System{}, silent())
	require.NoError(t, err)
	require.ErrorContains(t, third.Start(t.Context()), "timezone")

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	fourth, err := app.New(config(file), clock.System{}, silent())
	require.NoError(t, err)
	require.Equal(t, fault.Unavailable, fault.KindOf(fourth.Start(t.Context())))
}

func TestHealthReadinessAndMetrics(t *testing.T) {
	t.Parallel()
	a, _ := start(t, config(t.TempDir()))
	_, _ = request(t, a, "POST", "/api/v1/projects/shop/events", `{"name":"view","user_id":"u1"}`)
	_, _ = request(t, a, "POST", "/api/v1/projects/shop/query", `{"kind":"trend","interval":"day","range":{"last":2,"unit":"day"},"series":[{"event":"view","measure":"count"}]}`)
	status, ready := request(t, a, "GET", "/readyz", "")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, true, ready["ready"])
	resp, err := http.DefaultTransport.RoundTrip(mustRequest(t, a.Address()+"/metrics"))
	require.NoError(t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	for _, line := range []string{
		`weir_events_total{result="accepted"} 1`, "weir_append_seconds_count 1", `weir_question_seconds_count{kind="trend"} 1`,
		`route="/api/v1/projects/{p}/query"`, "weir_ready 1", "go_goroutines", "process_resident_memory_bytes",
	} {
		require.Contains(t, string(raw), line)
	}
}

func mustRequest(t *testing.T, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	require.NoError(t, err)
	return r
}

func TestRunStopsWithItsContextAndWithItsHook(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	require.NoError(t, app.Run(ctx, config(t.TempDir()), silent(), func(context.Context, *app.App) error { cancel(); return nil }))
	failure := errors.New("no")
	require.ErrorIs(t, app.Run(t.Context(), config(t.TempDir()), silent(), func(context.Context, *app.App) error { return failure }), failure)
}

func TestSenderWhoNeverEndsDoesNotSpoilTheStop(t *testing.T) {
	t.Parallel()
	c := config(t.TempDir())
	c.StopTimeout = 1500 * time.Millisecond
	running, cancel := context.WithCancel(t.Context())
	require.NoError(t, app.Run(running, c, silent(), func(ctx context.Context, a *app.App) error {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", strings.TrimPrefix(a.Address(), "http://"))
		if err != nil {
			return err
		}
		t.Cleanup(func() { _ = conn.Close() })
		if _, err := conn.Write([]byte("POST /v1/t HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")); err != nil {
			return err
		}
		_, err = conn.Read(make([]byte, 1)) // the handler asks for the body: the request is under way
		cancel()
		return err
	}))
}

func TestConfigReportsEveryFault(t *testing.T) {
	t.Parallel()
	c := app.Config{Bootstrap: app.Bootstrap{APIToken: "x"}}
	_, err := app.New(c, clock.System{}, silent())
	for _, field := range []string{"data-dir", "listen", "request-timeout", "stop-timeout", "intake-bytes", "bootstrap-project"} {
		require.ErrorContains(t, err, field+":")
	}
	require.NoError(t, app.Default().Check())
	c = app.Default()
	c.LogLevel = "loud"
	_, err = c.Logger()
	require.Error(t, err)
}

func TestDemoFillsOnceAndCanBeSignedInTo(t *testing.T) {
	t.Parallel()
	c := config(t.TempDir())
	c.Bootstrap = app.Bootstrap{}
	plan := app.Demo{Seed: 7, Days: 30, Small: true, Still: true}
	events := func() (total float64, projects int) {
		a, stop := start(t, c)
		defer stop()
		var access app.DemoAccess
		require.NoError(t, a.RunDemo(t.Context(), plan, func(got app.DemoAccess) { access = got }))
		body, err := json.Marshal(map[string]string{"email": access.Email, "password": access.Password})
		require.NoError(t, err)
		resp, err := http.DefaultTransport.RoundTrip(signIn(t, access.Address, body))
		require.NoError(t, err)
		defer resp.Body.Close()
		require.Equal(t, http.StatusOK, resp.StatusCode)
		var session struct {
			Projects []struct {
				ID   string
				Demo bool
			}
		}
		require.NoError(t, json.NewDecoder(resp.Body).Decode(&session))
		for _, p := range session.Projects {
			require.True(t, p.Demo)
			r := mustRequest(t, access.Address+"/api/v1/projects/"+p.ID+"/intake")
			r.Header.Set("Cookie", strings.Split(resp.Header.Get("Set-Cookie"), ";")[0])
			answer, err := http.DefaultTransport.RoundTrip(r)
			require.NoError(t, err)
			var intake map[string]any
			require.NoError(t, json.NewDecoder(answer.Body).Decode(&intake))
			require.NoError(t, answer.Body.Close())
			total += intake["events_total"].(float64)
			segments := mustRequest(t, access.Address+"/api/v1/projects/"+p.ID+"/segments")
			segments.Header = r.Header
			answer, err = http.DefaultTransport.RoundTrip(segments)
			require.NoError(t, err)
			raw, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			require.GreaterOrEqual(t, strings.Count(string(raw), `"id":"seg_`), 2)
		}
		return total, len(session.Projects)
	}
	first, projects := events()
	require.Equal(t, 2, projects)
	require.Greater(t, first, 1000.0)
	again, _ := events()
	require.InDelta(t, first, again, 0, "a full project is left as it is")
	for _, name := range []string{"truth-shop.json", "truth-lender.json"} {
		raw, err := os.ReadFile(filepath.Join(c.DataDir, name))
		require.NoError(t, err)
		require.True(t, json.Valid(raw))
	}
}

func signIn(t *testing.T, address string, body []byte) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", address+"/api/v1/session", bytes.NewReader(body))
	require.NoError(t, err)
	return r
}
