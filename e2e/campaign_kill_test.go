package e2e

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/reach/channel/email/smtptest"
)

const audience = 10_000

// TestCampaignSurvivesKills sends a campaign to ten thousand persons through a
// real SMTP server, kills the process five times on the way, and counts at the
// server: everyone but the hold-out has exactly one message.
func TestCampaignSurvivesKills(t *testing.T) {
	mail := smtptest.Start(t, smtptest.Options{})
	s := startServer(t)
	addPersons(s, audience)
	campaign := makeCampaign(s, mail, 10)
	s.api(http.MethodPost, "/campaigns/"+campaign+"/send", object{}, nil)

	for i := range 5 {
		threshold := (i + 1) * audience / 8
		require.Eventually(t, func() bool { return mail.Count() >= threshold }, 3*time.Minute, time.Millisecond, "delivered %d", mail.Count())
		s.kill()
		s.start()
	}
	var report struct {
		Counts map[string]int `json:"counts"`
	}
	require.Eventually(t, func() bool {
		var c struct {
			Status string `json:"status"`
		}
		s.api(http.MethodGet, "/campaigns/"+campaign, nil, &c)
		return c.Status == "done"
	}, 5*time.Minute, 100*time.Millisecond)
	s.api(http.MethodGet, "/campaigns/"+campaign+"/report", nil, &report)

	received := map[string]int{}
	for _, d := range mail.Deliveries() {
		received[d.To]++
	}
	for address, n := range received {
		require.Equal(t, 1, n, "%s has %d messages", address, n)
	}
	holdout := report.Counts["holdout"]
	require.InDelta(t, audience/10, holdout, 150, "a tenth is held out at random")
	require.Len(t, received, audience-holdout)
	require.Equal(t, audience-holdout, report.Counts["sent"])
	sent := s.trendTotals("$message_sent", daysAgo(1), daysAgo(-1), "count", "persons")
	require.Equal(t, []float64{float64(audience - holdout), float64(audience - holdout)}, sent, "each message is one event")
	t.Logf("5 kills: %d persons, %d held out, %d messages, none twice, %d unconfirmed", audience, holdout, len(received), report.Counts["unconfirmed"])
}

// addPersons posts persons with an e-mail address each.
func addPersons(s *server, n int) {
	s.t.Helper()
	for from := 0; from < n; from += 1000 {
		var events []object
		for i := from; i < from+1000; i++ {
			events = append(events, object{
				"id": "person-" + strconv.Itoa(i), "name": "register", "distinct_id": fmt.Sprintf("user-%d", i),
				"set": object{"email": fmt.Sprintf("user-%d@shop.example", i), "name": fmt.Sprintf("用户 %d", i)},
			})
		}
		s.api(http.MethodPost, "/events", object{"events": events}, nil)
	}
}

// makeCampaign sets up the mail server, a segment of everyone with an address, and a draft.
func makeCampaign(s *server, mail *smtptest.Server, holdout int) string {
	s.t.Helper()
	s.api(http.MethodPut, "/channels/email", object{
		"host": mail.Host(), "port": mail.Port(), "security": "none", "from_name": "Weir 堰", "from_address": "news@shop.example",
		"rate_per_minute": 0, "public_url": s.url,
	}, nil)
	var segment, campaign struct {
		ID string `json:"id"`
	}
	s.api(http.MethodPost, "/segments", object{"name": "reachable", "condition": object{"user": "email", "op": "is_set"}}, &segment)
	s.api(http.MethodPost, "/campaigns", object{
		"name": "to everyone", "segment": segment.ID, "subject": "你好，{{ person.name }}", "holdout_percent": holdout,
		"html": `<p>你好，{{ person.name }}</p><p><a href="https://shop.example/sale">Sale</a></p><p><a href="{{ unsubscribe_url }}">退订</a></p>`,
		"goal": object{"event": "order_paid", "value": "amount", "days": 7},
	}, &campaign)
	return campaign.ID
}

// daysAgo gives a local date, well away from midnight in any zone of the tests.
func daysAgo(n int) string { return time.Now().AddDate(0, 0, -n).Format(time.DateOnly) }
