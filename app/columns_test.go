package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/app"
	"github.com/weirhq/weir/fault"
)

// filled runs a server on a folder, sends some events, and stops it.
func filled(t *testing.T, dir string) {
	t.Helper()
	a, stop := start(t, config(dir))
	var events []string
	for i := range 300 {
		events = append(events, `{"id":"e`+strconv.Itoa(i)+`","name":"buy","distinct_id":"u`+strconv.Itoa(i%17)+`","properties":{"price":`+strconv.Itoa(i)+`.5,"city":"c`+strconv.Itoa(i%5)+`"}}`)
	}
	status, body := request(t, a, "POST", "/api/v1/projects/shop/events", `{"events":[`+strings.Join(events, ",")+`]}`)
	require.Equal(t, http.StatusOK, status, "%v", body)
	stop()
}

// bought asks a question and gives what does not change from run to run.
func bought(t *testing.T, a *app.App) any {
	t.Helper()
	status, answer := request(t, a, "POST", "/api/v1/projects/shop/query",
		`{"kind":"trend","interval":"day","range":{"last":2,"unit":"day"},"series":[{"event":"buy","measure":{"sum":"price"}}],"breakdown":[{"property":"city"}]}`)
	require.Equal(t, http.StatusOK, status, "%v", answer)
	return answer["series"]
}

// doctor does work on the columns of a folder and gives its findings.
func doctor(t *testing.T, dir string, work func(app.ColumnsWork) error) (findings []app.Finding, bars []string) {
	t.Helper()
	err := work(app.ColumnsWork{
		Dir: dir, Logger: silent(),
		Tell: func(f app.Finding) { findings = append(findings, f) },
		Bar:  func(what string, done, total uint64) { bars = append(bars, what); require.LessOrEqual(t, done, total) },
	})
	require.NoError(t, err)
	return findings, bars
}

func verify(t *testing.T, dir string) (findings []app.Finding, bars []string) {
	t.Helper()
	return doctor(t, dir, func(w app.ColumnsWork) error { return app.VerifyColumns(t.Context(), w) })
}

// columnFile finds a file of the project's columns.
func columnFile(t *testing.T, dir, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "columns", "p-shop", pattern))
	require.NoError(t, err)
	require.Len(t, files, 1, pattern)
	return files[0]
}

func TestColumnsAreVerifiedAndMadeAnew(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	findings, _ := verify(t, dir)
	require.Contains(t, findings[0].Says, "nothing to make columns of")
	filled(t, dir)
	findings, bars := verify(t, dir)
	require.Equal(t, []app.Finding{{Check: "columns", State: app.Fine, Says: "project shop: the files hold what the event log says, 300 events of 17 persons"}}, findings)
	require.Contains(t, bars, "reading the event log")
	require.Contains(t, bars, "comparing project shop")
	require.NoDirExists(t, filepath.Join(dir, "columns.new"))

	part := columnFile(t, dir, "part-*.columns")
	text, err := app.ExamineColumnFile(part, 4)
	require.NoError(t, err)
	require.Contains(t, text, "section times")
	raw, err := os.ReadFile(part)
	require.NoError(t, err)
	raw[len(raw)/2] ^= 1
	require.NoError(t, os.WriteFile(part, raw, 0o600))
	findings, _ = verify(t, dir)
	require.Equal(t, app.Failed, findings[0].State)
	require.Contains(t, findings[0].Says, "has changed since it was written")

	findings, _ = doctor(t, dir, func(w app.ColumnsWork) error { return app.RebuildColumns(t.Context(), w) })
	require.Contains(t, findings[0].Says, "made anew from 300 events")
	findings, _ = verify(t, dir)
	require.Equal(t, app.Fine, findings[0].State, "%v", findings)

	_, stop := start(t, config(dir))
	err = app.VerifyColumns(t.Context(), app.ColumnsWork{Dir: dir, Logger: silent()})
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	require.ErrorContains(t, err, "stop it first")
	stop()
}

// Whatever happens to the files, the next start answers as before.
func TestDamagedColumnsAreMadeAnewWhileCollectionGoesOn(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(t *testing.T, dir string){
		"none":             func(*testing.T, string) {},
		"torn part":        func(t *testing.T, dir string) { require.NoError(t, os.Truncate(columnFile(t, dir, "part-*"), 1000)) },
		"missing part":     func(t *testing.T, dir string) { require.NoError(t, os.Remove(columnFile(t, dir, "part-*"))) },
		"missing manifest": func(t *testing.T, dir string) { require.NoError(t, os.Remove(columnFile(t, dir, "MANIFEST"))) },
		"missing state":    func(t *testing.T, dir string) { require.NoError(t, os.Remove(columnFile(t, dir, "state-*"))) },
		"foreign state": func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(columnFile(t, dir, "state-*"), []byte(strings.Repeat("GIF89a", 500)), 0o600))
		},
		"no folder": func(t *testing.T, dir string) { require.NoError(t, os.RemoveAll(filepath.Join(dir, "columns"))) },
		"no list": func(t *testing.T, dir string) {
			require.NoError(t, os.Remove(filepath.Join(dir, "columns", "PROJECTS")))
		},
		"no project": func(t *testing.T, dir string) {
			require.NoError(t, os.RemoveAll(filepath.Join(dir, "columns", "p-shop")))
		},
		"next version": func(t *testing.T, dir string) {
			file := columnFile(t, dir, "MANIFEST")
			raw, err := os.ReadFile(file)
			require.NoError(t, err)
			raw[8]++
			require.NoError(t, os.WriteFile(file, raw, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			filled(t, dir)
			a, stop := start(t, config(dir))
			want := bought(t, a)
			stop()
			damage(t, dir)
			a, _ = start(t, config(dir))
			require.Equal(t, want, bought(t, a))
			status, body := request(t, a, "POST", "/api/v1/projects/shop/events", `{"name":"buy","distinct_id":"u1","properties":{"price":1}}`)
			require.Equal(t, http.StatusOK, status, "%v", body)
			_, intake := request(t, a, "GET", "/api/v1/projects/shop/intake", "")
			require.EqualValues(t, 301, intake["events_total"])
		})
	}
}
