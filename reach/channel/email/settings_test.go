package email_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/reach/channel/email"
	"github.com/weirhq/weir/reach/channel/email/smtptest"
	"github.com/weirhq/weir/reach/seal"
	"github.com/weirhq/weir/store/meta"
)

type bench struct {
	channel *email.Channel
	clock   *clock.Manual
	log     *bytes.Buffer
	folder  string
}

func setup(t *testing.T) *bench {
	t.Helper()
	b := &bench{clock: clock.NewManual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), log: &bytes.Buffer{}, folder: t.TempDir()}
	db, err := meta.Open(t.Context(), filepath.Join(b.folder, "meta.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	for _, project := range []string{"p1", "p2"} {
		_, err = db.Exec(t.Context(), "account.project_insert", project, project, "UTC", 1, "CNY", "key "+project, 0, 1)
		require.NoError(t, err)
	}
	key, err := seal.Load(filepath.Join(b.folder, "secret.key"))
	require.NoError(t, err)
	b.channel = email.New(email.Config{DB: db, Sealer: key, Clock: b.clock, Logger: slog.New(slog.NewTextHandler(b.log, nil))})
	t.Cleanup(b.channel.Close)
	return b
}

func word(s string) *string { return &s }

func TestSettingsKeepThePasswordSecret(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.channel.Settings(t.Context(), "p1")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	_, err = b.channel.Open(t.Context(), "p1")
	require.Equal(t, fault.Conflict, fault.KindOf(err))

	saved, err := b.channel.Save(t.Context(), "p1", email.Settings{
		Host: " mail.example.com ", Username: "user", Password: word("very-s3cret"), FromAddress: "shop@EXAMPLE.com", PublicURL: "https://weir.example.com/", RatePerMinute: 100,
	})
	require.NoError(t, err)
	require.Equal(t, "mail.example.com", saved.Host)
	require.Equal(t, email.StartTLS, saved.Security)
	require.Equal(t, 587, saved.Port)
	require.Equal(t, "shop@example.com", saved.FromAddress)
	require.Equal(t, "https://weir.example.com", saved.PublicURL)
	require.True(t, saved.HasPassword)
	require.Nil(t, saved.Password)
	require.NotContains(t, fmt.Sprintf("%+v", saved), "s3cret")
	require.NotContains(t, b.log.String(), "s3cret")
	for _, name := range []string{"meta.db", "meta.db-wal"} {
		raw, err := os.ReadFile(filepath.Join(b.folder, name))
		if err == nil {
			require.NotContains(t, string(raw), "s3cret", name)
		}
	}
	outlet, err := b.channel.Open(t.Context(), "p1")
	require.NoError(t, err)
	require.Equal(t, 100, outlet.RatePerMinute)
	_, err = b.channel.Settings(t.Context(), "p2")
	require.Equal(t, fault.NotFound, fault.KindOf(err), "projects do not see each other's")
}

func TestPasswordStaysWithItsServer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := email.Settings{Host: "mail.example.com", Username: "user", Password: word("secret"), FromAddress: "shop@example.com"}
	_, err := b.channel.Save(t.Context(), "p1", s)
	require.NoError(t, err)
	s.Password, s.FromName = nil, "Shop"
	saved, err := b.channel.Save(t.Context(), "p1", s)
	require.NoError(t, err)
	require.True(t, saved.HasPassword, "not given means kept")
	s.Host = "thief.example.com"
	_, err = b.channel.Save(t.Context(), "p1", s)
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	require.ErrorContains(t, b.channel.Test(t.Context(), "p1", "a@example.com", &s), "password")
	s.Host, s.Password = "mail.example.com", word("")
	saved, err = b.channel.Save(t.Context(), "p1", s)
	require.NoError(t, err)
	require.False(t, saved.HasPassword)
}

func TestSettingsReportEveryFault(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.channel.Save(t.Context(), "p1", email.Settings{
		Host: "a b", Port: 70000, Security: "ssl", FromAddress: "nobody", ReplyTo: "x\r\n@y.z", FromName: "a\nb", Username: "u\n", RatePerMinute: -1,
		PublicURL: "javascript:alert(1)", TestRecipients: []string{"ok@example.com", "no"}, Password: word("a\x00b"),
	})
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	for _, where := range []string{"host", "port", "security", "from_address", "reply_to", "from_name", "username", "rate_per_minute", "public_url", "test_recipients[1]", "password"} {
		require.ErrorContains(t, err, where+": ")
	}
}

func TestTestSend(t *testing.T) {
	t.Parallel()
	b := setup(t)
	server := smtptest.Start(t, smtptest.Options{Username: "user", Password: "right"})
	s := settings(server)
	s.Username, s.Password = "user", word("wrong")
	err := b.channel.Test(t.Context(), "p1", "me@example.com", &s)
	require.Equal(t, fault.Unavailable, fault.KindOf(err))
	require.ErrorContains(t, err, "535 5.7.8 wrong user name or password", "people see the server's answer")
	require.NotContains(t, strings.ReplaceAll(err.Error(), "wrong user name", ""), "wrong")
	require.NoError(t, errors.Unwrap(err), "the cause of a fault is logged, and answers of servers repeat addresses")
	s.Password = word("right")
	require.NoError(t, b.channel.Test(t.Context(), "p1", "me@example.com", &s))
	require.Equal(t, fault.NotFound, fault.KindOf(b.channel.Test(t.Context(), "p1", "me@example.com", nil)))
	_, err = b.channel.Save(t.Context(), "p1", s)
	require.NoError(t, err)
	require.NoError(t, b.channel.Test(t.Context(), "p1", "me@example.com", nil))
	require.Equal(t, fault.Invalid, fault.KindOf(b.channel.Test(t.Context(), "p1", "me", nil)))
	require.Equal(t, 2, server.Count())
	require.NotContains(t, b.log.String(), "me@example.com")
}

func TestChangedSettingsGiveAnotherSender(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := email.Settings{Host: "127.0.0.1", Security: email.None, FromAddress: "shop@example.com"}
	_, err := b.channel.Save(t.Context(), "p1", s)
	require.NoError(t, err)
	one, err := b.channel.Open(t.Context(), "p1")
	require.NoError(t, err)
	again, err := b.channel.Open(t.Context(), "p1")
	require.NoError(t, err)
	require.Same(t, one.Sender, again.Sender)
	b.clock.Advance(time.Second)
	_, err = b.channel.Save(t.Context(), "p1", s)
	require.NoError(t, err)
	other, err := b.channel.Open(t.Context(), "p1")
	require.NoError(t, err)
	require.NotSame(t, one.Sender, other.Sender)
}
