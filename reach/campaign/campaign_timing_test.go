package campaign_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/reach/campaign"
	"github.com/weirhq/weir/reach/channel/email/smtptest"
	"github.com/weirhq/weir/reach/limit"
)

// BenchmarkSend sends whole campaigns of 2,000 persons over SMTP to a server of
// this machine, everything durable, and reports messages per second.
func BenchmarkSend(b *testing.B) {
	messages := 0
	for b.Loop() {
		b.StopTimer()
		folder := b.TempDir()
		server := smtptest.Start(b, smtptest.Options{})
		c := seedFolder(b, folder, server, 2000)
		service, mail, db := openFolder(b, folder, 2000)
		b.StartTimer()
		require.NoError(b, service.Start(context.Background()))
		for {
			got, err := service.Get(context.Background(), "p1", c.ID)
			require.NoError(b, err)
			if got.Status == campaign.Done {
				break
			}
			require.NoError(b, limit.Pause(context.Background(), 5*time.Millisecond))
		}
		b.StopTimer()
		service.Stop()
		mail.Close()
		require.NoError(b, db.Close())
		messages += server.Count()
		server.Close()
		b.StartTimer()
	}
	b.ReportMetric(float64(messages)/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkPlan plans campaigns of 20,000 persons and reports persons per second;
// the mail server refuses connections, so nothing is sent.
func BenchmarkPlan(b *testing.B) {
	const persons = 20_000
	for b.Loop() {
		b.StopTimer()
		folder := b.TempDir()
		server := smtptest.Start(b, smtptest.Options{})
		c := seedFolder(b, folder, server, persons)
		server.Close()
		service, mail, db := openFolder(b, folder, persons)
		b.StartTimer()
		require.NoError(b, service.Start(context.Background()))
		for {
			got, err := service.Get(context.Background(), "p1", c.ID)
			require.NoError(b, err)
			if got.Planned {
				break
			}
			require.NoError(b, limit.Pause(context.Background(), 5*time.Millisecond))
		}
		b.StopTimer()
		service.Stop()
		mail.Close()
		require.NoError(b, db.Close())
		b.StartTimer()
	}
	b.ReportMetric(float64(persons*b.N)/b.Elapsed().Seconds(), "persons/s")
}
