package app_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/app"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
)

func TestToolsShareTheFolderOfARunningServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := app.ShareFolder(t.Context(), dir, clock.System{}, silent())
	require.Equal(t, fault.NotFound, fault.KindOf(err), "nothing is made where nothing was")

	a, stop := start(t, config(dir))
	_, err = app.OpenFolder(t.Context(), dir, clock.System{}, silent())
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	shared, err := app.ShareFolder(t.Context(), dir, clock.System{}, silent())
	require.NoError(t, err)
	require.NotEmpty(t, shared.Server)
	_, err = shared.Accounts.Create(t.Context(), account.NewAccount{Email: "ada@example.org", Password: "correct horse", Role: account.Owner})
	require.NoError(t, err)
	require.NoError(t, shared.Close())
	status, _ := request(t, a, "POST", "/api/v1/session", `{"email":"ada@example.org","password":"correct horse"}`)
	require.Equal(t, 200, status, "the server sees the account at once")
	stop()
}

func TestEventsImportedWithoutAServerAreThereWhenItStarts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	folder, err := app.OpenFolder(t.Context(), dir, clock.System{}, silent())
	require.NoError(t, err)
	p, err := folder.Accounts.CreateProject(t.Context(), account.NewProject{Name: "Shop"})
	require.NoError(t, err)
	in, err := folder.Intake(t.Context())
	require.NoError(t, err)
	result, err := in.Accept(t.Context(), p.ID, []*event.Event{{ID: "e1", Name: "view", Time: 1_700_000_000_000, DistinctID: "u1", Known: true}})
	require.NoError(t, err)
	require.Equal(t, 1, result.Accepted)
	require.NoError(t, folder.Close())
	require.NoError(t, folder.Close(), "closing twice is harmless")

	a, _ := start(t, config(dir))
	_, intake := request(t, a, "GET", "/api/v1/projects/Shop/intake", "")
	require.EqualValues(t, 1, intake["events_total"])
}

// examine runs the doctor and gives its findings by check.
func examine(t *testing.T, dir string, clk clock.Clock) map[string]app.Finding {
	t.Helper()
	found := map[string]app.Finding{}
	app.Examine(context.WithoutCancel(t.Context()), dir, clk, silent(), func(f app.Finding) { found[f.Check+"/"+string(f.State)] = f })
	return found
}

func TestDoctor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, stop := start(t, config(dir))
	_, _ = request(t, a, "POST", "/api/v1/projects/shop/events", `{"name":"view","user_id":"u1"}`)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	status, body := request(t, a, "PUT", "/api/v1/projects/shop/channels/email", `{"host":"127.0.0.1","port":`+port+`,"security":"none","from_address":"shop@mail.example"}`)
	require.Equal(t, 200, status, "%v", body)

	running := examine(t, dir, clock.System{})
	require.Contains(t, running["lock/ok"].Says, "a server")
	require.Contains(t, running, "event log/warning")
	stop()

	rested := examine(t, dir, clock.System{})
	require.Contains(t, rested["event log/ok"].Says, "1 events of 1 projects")
	require.Contains(t, rested, "columns/ok")
	require.Contains(t, rested, "mail server of shop/ok")
	require.Contains(t, rested, "accounts/warning")
	for _, check := range []string{"version", "clock", "data folder", "operational database"} {
		require.Contains(t, rested, check+"/ok")
	}

	require.NoError(t, listener.Close())
	require.Contains(t, examine(t, dir, clock.System{}), "mail server of shop/failed")
	require.Contains(t, examine(t, dir, clock.NewManual(time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)))["clock/warning"].Says, "set back")
	require.Contains(t, examine(t, dir, clock.NewManual(time.Unix(0, 0))), "clock/failed")
	require.Contains(t, examine(t, filepath.Join(dir, "nowhere"), clock.System{}), "data folder/failed")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "events.duckdb"), []byte(strings.Repeat("nonsense", 1000)), 0o600))
	require.Contains(t, examine(t, dir, clock.System{}), "event log/failed")
}
