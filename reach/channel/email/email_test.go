package email_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/reach/channel"
	"github.com/weirhq/weir/reach/channel/channeltest"
	"github.com/weirhq/weir/reach/channel/email"
	"github.com/weirhq/weir/reach/channel/email/smtptest"
)

func settings(s *smtptest.Server) email.Settings {
	return email.Settings{Host: s.Host(), Port: s.Port(), Security: email.None, FromName: "韩梅梅", FromAddress: "shop@example.com", ReplyTo: "help@example.com"}
}

func sender(t *testing.T, s email.Settings, password string, o email.Options) *email.Sender {
	t.Helper()
	if o.Answer == 0 {
		o.Answer = 20 * time.Second
	}
	made := email.NewSender(s, password, o)
	t.Cleanup(made.Close)
	return made
}

func yes() error { return nil }

func message() *channel.Message {
	return &channel.Message{
		ID: "msg_01jabc", To: "lilei@example.com", ToName: "李雷", Subject: "春天来了 · spring", HTML: "<p>你好 <b>Li Lei</b></p>\n.\n<p>dots</p>", Text: "你好\n.\n..two\nend",
		UnsubscribeURL: "https://weir.example.com/u/abc", Date: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
	}
}

func TestSenderPassesTheSuite(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, func(t *testing.T, b channeltest.Behaviour) channeltest.Bench {
		t.Helper()
		o := smtptest.Options{}
		options := email.Options{}
		always := func(r smtptest.Reply) func(string) smtptest.Reply {
			return func(string) smtptest.Reply { return r }
		}
		switch b {
		case channeltest.RefusesForNow:
			o.OnRcpt = always(smtptest.Reply{Code: 450, Text: "4.2.0 greylisted"})
		case channeltest.RefusesForGood:
			o.OnRcpt = always(smtptest.Reply{Code: 550, Text: "5.1.1 no such user"})
		case channeltest.RefusesContent:
			o.OnData = always(smtptest.Reply{Code: 554, Text: "5.7.1 looks like spam"})
		case channeltest.FallsSilent:
			o.AfterData = always(smtptest.Reply{Drop: true})
		case channeltest.RefusesToLogIn:
			o.Username, o.Password = "user", "right"
		case channeltest.Accepts, channeltest.IsUnreachable:
		}
		server := smtptest.Start(t, o)
		s := settings(server)
		if b == channeltest.IsUnreachable {
			server.Close()
		}
		if b == channeltest.RefusesToLogIn {
			s.Username = "user"
		}
		return channeltest.Bench{Sender: sender(t, s, "wrong", options), Delivered: func() (ids []string) {
			for _, d := range server.Deliveries() {
				ids = append(ids, d.To)
			}
			return ids
		}}
	})
}

func TestMessageOnTheWire(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t, smtptest.Options{})
	receipt, err := sender(t, settings(server), "", email.Options{}).Send(t.Context(), message(), yes)
	require.NoError(t, err)
	require.Contains(t, receipt.Answer, "taken as 1")
	d := server.Deliveries()[0]
	require.Equal(t, "shop@example.com", d.From)
	require.Equal(t, "lilei@example.com", d.To)
	m, err := mail.ReadMessage(strings.NewReader(d.Data))
	require.NoError(t, err)
	require.Equal(t, "<msg_01jabc@example.com>", m.Header.Get("Message-Id"))
	require.Equal(t, "<https://weir.example.com/u/abc>", m.Header.Get("List-Unsubscribe"))
	require.Equal(t, "List-Unsubscribe=One-Click", m.Header.Get("List-Unsubscribe-Post"))
	date, err := m.Header.Date()
	require.NoError(t, err)
	require.True(t, date.Equal(message().Date))
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, "春天来了 · spring", subject)
	to, err := m.Header.AddressList("To")
	require.NoError(t, err)
	require.Equal(t, "李雷", to[0].Name)
	reply, err := m.Header.AddressList("Reply-To")
	require.NoError(t, err)
	require.Equal(t, "help@example.com", reply[0].Address)
	text, html := parts(t, m)
	require.Equal(t, "你好\n.\n..two\nend", strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n"))
	require.Contains(t, html, "<b>Li Lei</b>")
	require.Contains(t, html, "\n.\n", "a line with a dot survives")
}

// parts decodes the two alternatives.
func parts(t *testing.T, m *mail.Message) (text, html string) {
	t.Helper()
	kind, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	require.NoError(t, err)
	require.Equal(t, "multipart/alternative", kind)
	reader := multipart.NewReader(m.Body, parameters["boundary"])
	for {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return text, html
		}
		require.NoError(t, err)
		var body io.Reader = part
		switch part.Header.Get("Content-Transfer-Encoding") {
		case "quoted-printable":
			body = quotedprintable.NewReader(part)
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, part)
		}
		raw, err := io.ReadAll(body)
		require.NoError(t, err)
		content := strings.ReplaceAll(string(raw), "\r\n", "\n")
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/plain") {
			text = content
		} else {
			html = content
		}
	}
}

func TestNobodyCanAddAHeader(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t, smtptest.Options{})
	s := sender(t, settings(server), "", email.Options{})
	for i, evil := range []string{
		"x\r\nBcc: victim@example.com", "x\nX-Evil: 1", "x\rX-Evil: 1", "x\r\n\r\n<script>", "\" <victim@example.com>, \"", "=?utf-8?q?=0D=0AX-Evil:_1?=",
		"x\u2028X-Evil: 1", "x\x85X-Evil: 1", "\xff\xfe\r\nX-Evil: 1", strings.Repeat("长", 400) + "\r\nX-Evil: 1",
	} {
		m := message()
		m.Subject, m.ToName = evil, evil
		_, err := s.Send(t.Context(), m, yes)
		require.NoError(t, err)
		d := server.Deliveries()[i]
		parsed, err := mail.ReadMessage(strings.NewReader(d.Data))
		require.NoError(t, err, "%q", evil)
		require.Empty(t, parsed.Header.Get("Bcc"), "%q", evil)
		require.Empty(t, parsed.Header.Get("X-Evil"), "%q", evil)
		to, err := parsed.Header.AddressList("To")
		require.NoError(t, err, "%q", evil)
		require.Len(t, to, 1)
		require.Equal(t, "lilei@example.com", to[0].Address)
		require.Equal(t, "lilei@example.com", d.To)
	}
	m := message()
	m.To = "a@example.com>\r\nRCPT TO:<victim@example.com"
	_, err := s.Send(t.Context(), m, yes)
	require.Equal(t, channel.Permanent, channel.Failure(err).Class)
}

func TestSecurity(t *testing.T) {
	t.Parallel()
	serverTLS, clientTLS := smtptest.Certificate(t)
	t.Run("starttls with log-in", func(t *testing.T) {
		t.Parallel()
		for _, mechanisms := range []string{"PLAIN", "LOGIN"} {
			server := smtptest.Start(t, smtptest.Options{TLS: serverTLS, Username: "user", Password: "pässword", Mechanisms: mechanisms})
			s := settings(server)
			s.Security, s.Username = email.StartTLS, "user"
			_, err := sender(t, s, "pässword", email.Options{TLS: clientTLS}).Send(t.Context(), message(), yes)
			require.NoError(t, err)
			d := server.Deliveries()[0]
			require.True(t, d.TLS)
			require.Equal(t, "user", d.User)
		}
	})
	t.Run("tls", func(t *testing.T) {
		t.Parallel()
		server := smtptest.Start(t, smtptest.Options{TLS: serverTLS, ImplicitTLS: true})
		s := settings(server)
		s.Security = email.TLS
		_, err := sender(t, s, "", email.Options{TLS: clientTLS}).Send(t.Context(), message(), yes)
		require.NoError(t, err)
		require.True(t, server.Deliveries()[0].TLS)
	})
	t.Run("unknown certificate", func(t *testing.T) {
		t.Parallel()
		for _, security := range []email.Security{email.TLS, email.StartTLS} {
			server := smtptest.Start(t, smtptest.Options{TLS: serverTLS, ImplicitTLS: security == email.TLS})
			s := settings(server)
			s.Security = security
			_, err := sender(t, s, "", email.Options{}).Send(t.Context(), message(), yes)
			require.Equal(t, channel.Settings, channel.Failure(err).Class, "%v", err)
			require.Empty(t, server.Deliveries())
		}
	})
	t.Run("starttls is not offered", func(t *testing.T) {
		t.Parallel()
		server := smtptest.Start(t, smtptest.Options{Username: "user", Password: "password"})
		s := settings(server)
		s.Security, s.Username = email.StartTLS, "user"
		_, err := sender(t, s, "password", email.Options{}).Send(t.Context(), message(), yes)
		require.Equal(t, channel.Settings, channel.Failure(err).Class)
		require.ErrorContains(t, err, "STARTTLS")
	})
	t.Run("wrong password is not in the error", func(t *testing.T) {
		t.Parallel()
		server := smtptest.Start(t, smtptest.Options{Username: "user", Password: "right"})
		s := settings(server)
		s.Username = "user"
		_, err := sender(t, s, "s3cret-wrong", email.Options{}).Send(t.Context(), message(), yes)
		require.Equal(t, channel.Settings, channel.Failure(err).Class)
		require.ErrorContains(t, err, "535")
		require.NotContains(t, fmt.Sprintf("%+v %#v", err, err), "s3cret")
	})
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t, smtptest.Options{})
	s := sender(t, settings(server), "", email.Options{PerConnection: 10})
	for range 25 {
		_, err := s.Send(t.Context(), message(), yes)
		require.NoError(t, err)
	}
	require.Equal(t, 3, server.Connections())
}

func TestConnectionThatTheServerClosedIsReplaced(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t, smtptest.Options{PerLine: 2})
	s := sender(t, settings(server), "", email.Options{})
	handovers := 0
	count := func() error { handovers++; return nil }
	for range 7 { // the server says 421 to each third
		_, err := s.Send(t.Context(), message(), count)
		require.NoError(t, err)
	}
	server.DropConnections()
	_, err := s.Send(t.Context(), message(), count)
	require.NoError(t, err, "a line that broke while waiting costs nothing")
	require.Equal(t, 8, server.Count())
	require.Equal(t, 8, handovers)
}

func TestRefusalKeepsTheConnection(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t, smtptest.Options{OnRcpt: func(to string) smtptest.Reply {
		switch {
		case strings.HasPrefix(to, "gone"):
			return smtptest.Reply{Code: 550, Text: "5.1.1 no such user"}
		case strings.HasPrefix(to, "policy"):
			return smtptest.Reply{Code: 550, Text: "5.7.1 relaying denied"}
		case strings.HasPrefix(to, "old"):
			return smtptest.Reply{Code: 550, Text: "no such user here"}
		case strings.HasPrefix(to, "full"):
			return smtptest.Reply{Code: 552, Text: "5.2.2 mailbox full"}
		}
		return smtptest.Reply{}
	}})
	s := sender(t, settings(server), "", email.Options{})
	for to, bounced := range map[string]bool{"gone@example.com": true, "policy@example.com": false, "old@example.com": true, "full@example.com": false} {
		m := message()
		m.To = to
		_, err := s.Send(t.Context(), m, yes)
		failure := channel.Failure(err)
		require.Equal(t, channel.Permanent, failure.Class, to)
		require.Equal(t, bounced, failure.Bounced, to)
	}
	_, err := s.Send(t.Context(), message(), yes)
	require.NoError(t, err)
	require.Equal(t, 1, server.Connections())
}

func TestSenderRefusedMeansSettings(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t, smtptest.Options{OnMail: func(string) smtptest.Reply { return smtptest.Reply{Code: 553, Text: "5.7.1 not your address"} }})
	_, err := sender(t, settings(server), "", email.Options{}).Send(t.Context(), message(), yes)
	require.Equal(t, channel.Settings, channel.Failure(err).Class)
}

func TestServerThatIsBusyOrSilentAtTheDoor(t *testing.T) {
	t.Parallel()
	busy := smtptest.Start(t, smtptest.Options{Greeting: func() smtptest.Reply { return smtptest.Reply{Code: 421, Text: "too busy"} }})
	_, err := sender(t, settings(busy), "", email.Options{}).Send(t.Context(), message(), yes)
	require.Equal(t, channel.Unreachable, channel.Failure(err).Class)

	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = silent.Close() })
	s := email.Settings{Host: "127.0.0.1", Port: silent.Addr().(*net.TCPAddr).Port, Security: email.None, FromAddress: "a@example.com"}
	_, err = sender(t, s, "", email.Options{Command: 50 * time.Millisecond}).Send(t.Context(), message(), yes)
	require.Equal(t, channel.Unreachable, channel.Failure(err).Class)
	require.ErrorContains(t, err, "too long")
}

func TestLineLostBeforeTheDotIsTemporary(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t, smtptest.Options{OnRcpt: func(string) smtptest.Reply { return smtptest.Reply{Drop: true} }})
	_, err := sender(t, settings(server), "", email.Options{}).Send(t.Context(), message(), func() error { t.Error("handed over"); return nil })
	require.Equal(t, channel.Temporary, channel.Failure(err).Class)
}

func TestTemporaryRefusalOfTheDotIsCertain(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t, smtptest.Options{OnData: func(string) smtptest.Reply { return smtptest.Reply{Code: 451, Text: "4.3.0 try later"} }})
	_, err := sender(t, settings(server), "", email.Options{}).Send(t.Context(), message(), yes)
	require.Equal(t, channel.Temporary, channel.Failure(err).Class)
	require.Empty(t, server.Deliveries())
}

// TestCancelling: before the handover a message is given up at once; after it the
// answer is waited for.
func TestCancelling(t *testing.T) {
	t.Parallel()
	t.Run("in the dialog", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		server := smtptest.Start(t, smtptest.Options{OnRcpt: func(string) smtptest.Reply { cancel(); <-ctx.Done(); return smtptest.Reply{} }})
		_, err := sender(t, settings(server), "", email.Options{}).Send(ctx, message(), func() error { t.Error("handed over"); return nil })
		require.ErrorIs(t, err, context.Canceled)
		require.Empty(t, server.Deliveries())
	})
	t.Run("after the handover", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		server := smtptest.Start(t, smtptest.Options{AfterData: func(string) smtptest.Reply { cancel(); <-ctx.Done(); return smtptest.Reply{} }})
		s := sender(t, settings(server), "", email.Options{})
		_, err := s.Send(ctx, message(), yes)
		require.NoError(t, err, "the answer still came")
		_, err = s.Send(t.Context(), message(), yes)
		require.NoError(t, err, "the next message has a line without a last moment")
	})
	t.Run("after the handover and no answer", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		server := smtptest.Start(t, smtptest.Options{AfterData: func(string) smtptest.Reply { cancel(); <-ended; return smtptest.Reply{} }})
		_, err := sender(t, settings(server), "", email.Options{StoppingGrace: 30 * time.Millisecond}).Send(ctx, message(), yes)
		close(ended)
		require.Equal(t, channel.Uncertain, channel.Failure(err).Class)
	})
}

func TestNeverMoreConnectionsThanAllowed(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int32
	server := smtptest.Start(t, smtptest.Options{OnData: func(string) smtptest.Reply {
		n := now.Add(1)
		for {
			m := most.Load()
			if n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		now.Add(-1)
		return smtptest.Reply{}
	}})
	s := sender(t, settings(server), "", email.Options{})
	var group sync.WaitGroup
	for range 60 {
		group.Go(func() {
			if _, err := s.Send(t.Context(), message(), yes); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.LessOrEqual(t, server.Connections(), 8)
	require.LessOrEqual(t, int(most.Load()), 8)
}

func TestInternationalAddresses(t *testing.T) {
	t.Parallel()
	server := smtptest.Start(t, smtptest.Options{})
	s := sender(t, settings(server), "", email.Options{})
	m := message()
	m.To = "li@例子.中国"
	_, err := s.Send(t.Context(), m, yes)
	require.NoError(t, err)
	require.Equal(t, "li@xn--fsqu00a.xn--fiqs8s", server.Deliveries()[0].To)
	m.To = "李雷@例子.中国"
	_, err = s.Send(t.Context(), m, yes)
	require.NoError(t, err)
	require.Equal(t, "李雷@xn--fsqu00a.xn--fiqs8s", server.Deliveries()[1].To)
}
