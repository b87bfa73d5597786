package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/demo"
)

// demoRun is a running demonstration, looked at through its API as a visitor would.
type demoRun struct {
	t      *testing.T
	url    string
	dir    string
	client *http.Client

	password string // of demo@weir.local
}

var printedPassword = regexp.MustCompile(`password\s+(\S+)`)

// startDemo runs `weir demo` until both worlds are full, and signs in.
func startDemo(t *testing.T, flags ...string) *demoRun {
	t.Helper()
	listen := freeAddress(t)
	d := &demoRun{t: t, url: "http://" + listen, dir: t.TempDir()}
	output := filepath.Join(t.TempDir(), "output")
	file, err := os.Create(output)
	require.NoError(t, err)
	cmd := exec.Command(binary(t), append([]string{"demo", "--data-dir", d.dir, "--listen", listen}, flags...)...)
	cmd.Stdout, cmd.Stderr = file, file
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		_ = file.Close()
	})
	require.Eventually(t, func() bool {
		_, shop := os.Stat(filepath.Join(d.dir, "truth-shop.json"))
		_, lender := os.Stat(filepath.Join(d.dir, "truth-lender.json"))
		return shop == nil && lender == nil
	}, 3*time.Minute, 100*time.Millisecond, "the demo was not filled")
	text, err := os.ReadFile(output)
	require.NoError(t, err)
	password := printedPassword.FindSubmatch(text)
	require.NotNil(t, password, "%s", text)
	d.password = string(password[1])
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	d.client = &http.Client{Jar: jar, Timeout: time.Minute}
	d.call(http.MethodPost, "/session", object{"email": "demo@weir.local", "password": d.password}, nil)
	return d
}

func (d *demoRun) call(method, path string, body, answer any) {
	d.t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(d.t, err)
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.url+"/api/v1"+path, bytes.NewReader(raw))
	require.NoError(d.t, err)
	req.Header.Set("Content-Type", "application/json")
	resp, err := d.client.Do(req)
	require.NoError(d.t, err)
	defer resp.Body.Close()
	require.Less(d.t, resp.StatusCode, 300, "%s %s", method, path)
	if answer != nil {
		require.NoError(d.t, json.NewDecoder(resp.Body).Decode(answer))
	}
}

func (d *demoRun) truth(world string) demo.Truth {
	d.t.Helper()
	raw, err := os.ReadFile(filepath.Join(d.dir, "truth-"+world+".json"))
	require.NoError(d.t, err)
	var truth demo.Truth
	require.NoError(d.t, json.Unmarshal(raw, &truth))
	return truth
}

// TestDemoShowsWhatWasPlanted asks the product's own questions of the demo and
// compares the answers with the file of planted truths.
func TestDemoShowsWhatWasPlanted(t *testing.T) {
	d := startDemo(t)
	for project, world := range map[string]string{"weir-mall": "shop", "weir-credit": "lender"} {
		truth := d.truth(world)
		d.checkCampaign(project, truth)
		d.checkPoorChannel(project, truth)
		d.checkDrop(project, truth)
		d.checkLeavers(project, truth)
	}
}

// checkCampaign: the interval of the lift covers the planted one.
func (d *demoRun) checkCampaign(project string, truth demo.Truth) {
	d.t.Helper()
	var report struct {
		Counts map[string]int `json:"counts"`
		Links  []struct {
			Persons int `json:"persons"`
		} `json:"links"`
		Lift struct {
			Conversion struct{ Low, High float64 } `json:"conversion"`
		} `json:"lift"`
	}
	d.call(http.MethodGet, "/projects/"+project+"/campaigns/"+truth.Campaign.ID+"/report", nil, &report)
	require.Equal(d.t, truth.Campaign.Treatment, report.Counts["sent"])
	require.Equal(d.t, truth.Campaign.Holdout, report.Counts["holdout"])
	require.Len(d.t, report.Links, 1)
	require.Equal(d.t, report.Counts["clicked"], report.Links[0].Persons)
	require.LessOrEqual(d.t, report.Lift.Conversion.Low, truth.Campaign.TrueLift)
	require.GreaterOrEqual(d.t, report.Lift.Conversion.High, truth.Campaign.TrueLift)
	require.Positive(d.t, report.Lift.Conversion.Low, "the effect is seen")
}

// checkPoorChannel: of those who register, the fewest come back from the poor channel.
func (d *demoRun) checkPoorChannel(project string, truth demo.Truth) {
	d.t.Helper()
	var funnel struct {
		Breakdown []struct {
			Value []any `json:"value"`
			Steps []struct {
				FromFirst float64 `json:"from_first"`
			} `json:"steps"`
		} `json:"breakdown"`
	}
	d.call(http.MethodPost, "/projects/"+project+"/query", object{
		"kind": "funnel", "range": object{"from": truth.From, "to": truth.Until.Format(time.DateOnly)},
		"steps":  []object{{"event": "register"}, {"event": "visit"}},
		"window": object{"value": 14, "unit": "day"}, "breakdown": []object{{"user": "channel"}},
	}, &funnel)
	worst, share := "", 2.0
	for _, row := range funnel.Breakdown {
		if s := row.Steps[1].FromFirst; s < share {
			worst, share = row.Value[0].(string), s
		}
	}
	require.Equal(d.t, truth.Poor.Channel, worst)
}

// checkDrop: the city that lost the largest share of active persons is the planted one.
func (d *demoRun) checkDrop(project string, truth demo.Truth) {
	d.t.Helper()
	since, err := time.Parse(time.DateOnly, truth.Drop.Since)
	require.NoError(d.t, err)
	visits := func(from, to int) map[string]float64 {
		var trend struct {
			Series []struct {
				Breakdown []any   `json:"breakdown"`
				Total     float64 `json:"total"`
			} `json:"series"`
		}
		d.call(http.MethodPost, "/projects/"+project+"/query", object{
			"kind": "trend", "interval": "day", "range": object{"from": since.AddDate(0, 0, from).Format(time.DateOnly), "to": since.AddDate(0, 0, to).Format(time.DateOnly)},
			"series": []object{{"event": "visit", "measure": "count"}}, "breakdown": []object{{"property": "city"}},
		}, &trend)
		out := map[string]float64{}
		for _, s := range trend.Series {
			out[s.Breakdown[0].(string)] = s.Total
		}
		return out
	}
	before, after := visits(-14, -1), visits(8, 21)
	worst, ratio := "", 10.0
	for city, n := range before {
		if r := after[city] / n; r < ratio {
			worst, ratio = city, r
		}
	}
	require.Equal(d.t, truth.Drop.City, worst)
}

// checkLeavers: nobody who left after the mail came back; before it, the mail may have brought them.
func (d *demoRun) checkLeavers(project string, truth demo.Truth) {
	d.t.Helper()
	checked := 0
	for _, l := range truth.Leavers {
		last, err := time.Parse(time.DateOnly, l.LastDay)
		require.NoError(d.t, err)
		if last.Before(truth.Campaign.SentAt.AddDate(0, 0, truth.Campaign.GoalDays)) || checked == 50 {
			continue
		}
		checked++
		var page struct {
			Events []struct {
				Time time.Time `json:"time"`
			} `json:"events"`
		}
		d.call(http.MethodPost, "/projects/"+project+"/persons/"+l.ID+"/events", object{"names": []string{"visit"}, "limit": 1}, &page)
		require.NotEmpty(d.t, page.Events)
		require.True(d.t, page.Events[0].Time.Before(last.AddDate(0, 0, 2)), "%s left on %s but came on %s", l.ID, l.LastDay, page.Events[0].Time)
	}
	require.Greater(d.t, checked, 10)
}
