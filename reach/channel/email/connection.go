package email

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/reach/channel"
)

// timedConn bounds every read and write by a time-out, and all of them together
// by a last moment once there is one. It is the innermost layer, below TLS, so
// that its gate stands right before the bytes of the final dot leave.
type timedConn struct {
	net.Conn
	gate    func() error // asked once, before the next write; only the writing goroutine uses it
	mu      sync.Mutex
	timeout time.Duration
	last    time.Time // zero: none
}

// deadline is taken and set under one lock, so that a read that has just begun
// cannot overwrite a last moment that has just come.
func (c *timedConn) deadline(set func(time.Time) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := clock.System{}.Now().Add(c.timeout)
	if !c.last.IsZero() && c.last.Before(at) {
		at = c.last
	}
	return set(at)
}

// Read reads within the time-out.
func (c *timedConn) Read(p []byte) (int, error) {
	if err := c.deadline(c.SetReadDeadline); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// Write writes within the time-out, and through the gate when there is one.
func (c *timedConn) Write(p []byte) (int, error) {
	if err := c.deadline(c.SetWriteDeadline); err != nil {
		return 0, err
	}
	if c.gate == nil {
		return c.Conn.Write(p)
	}
	gate := c.gate
	c.gate = nil
	n, err := writeThrough(c.Conn, p, gate)
	if err != nil {
		c.end(0) // whoever writes may not look at the error; then its wait for an answer must not last
	}
	return n, err
}

// end makes everything on the connection fail after the grace, also what waits now.
func (c *timedConn) end(grace time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = clock.System{}.Now().Add(grace)
	_ = c.SetDeadline(c.last)
}

func (c *timedConn) setTimeout(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timeout = d
}

// connection is one SMTP session.
type connection struct {
	client *smtp.Client
	conn   *timedConn
	sent   int       // messages so far
	idle   time.Time // since when it waits in the pool
}

// dial connects, protects the connection and logs in.
func (s *Sender) dial(ctx context.Context) (*connection, error) {
	dialer := net.Dialer{Timeout: s.options.Connect}
	raw, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.settings.Host, strconv.Itoa(s.settings.Port)))
	if err != nil {
		return nil, classify(connecting, err)
	}
	conn := &timedConn{Conn: raw, timeout: s.options.Command}
	stop := context.AfterFunc(ctx, func() { conn.end(0) })
	defer stop()
	c, at, err := s.greet(conn)
	if err != nil {
		return nil, classify(at, errors.Join(err, ignoreClosed(raw.Close())))
	}
	return c, nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func (s *Sender) greet(conn *timedConn) (*connection, step, error) {
	config := s.options.TLS.Clone()
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	config.ServerName = s.settings.Host
	var line net.Conn = conn
	if s.settings.Security == TLS {
		line = tls.Client(conn, config)
	}
	client, err := smtp.NewClient(line, s.settings.Host)
	if err != nil {
		return nil, connecting, err
	}
	if err := client.Hello(domain(ascii(s.settings.FromAddress))); err != nil {
		return nil, connecting, err
	}
	if s.settings.Security == StartTLS {
		if ok, _ := client.Extension("STARTTLS"); !ok {
			return nil, loggingIn, &channel.Error{Class: channel.Settings, Answer: "the mail server does not offer STARTTLS; choose tls or another port"}
		}
		if err := client.StartTLS(config); err != nil {
			return nil, loggingIn, err
		}
	}
	if s.settings.Username != "" {
		if err := s.logIn(client, conn); err != nil {
			return nil, loggingIn, err
		}
	}
	return &connection{client: client, conn: conn}, connecting, nil
}

func (s *Sender) logIn(client *smtp.Client, conn *timedConn) error {
	if s.settings.Security == None && !isLocal(conn.RemoteAddr()) {
		return errPlainPassword
	}
	ok, offered := client.Extension("AUTH")
	if !ok {
		return &channel.Error{Class: channel.Settings, Answer: "the mail server does not offer log-in here; remove the user name or choose another port or security"}
	}
	auth := smtp.PlainAuth("", s.settings.Username, s.password, s.settings.Host, true)
	if mechanisms := strings.Fields(strings.ToUpper(offered)); !contains(mechanisms, "PLAIN") {
		if !contains(mechanisms, "LOGIN") {
			return &channel.Error{Class: channel.Settings, Answer: "the mail server offers neither PLAIN nor LOGIN for logging in"}
		}
		auth = smtp.LoginAuth(s.settings.Username, s.password, s.settings.Host, true)
	}
	return client.Auth(auth)
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// isLocal says whether an address is of this machine or of a private network.
func isLocal(addr net.Addr) bool {
	at, err := netip.ParseAddrPort(addr.String())
	return err == nil && (at.Addr().Unmap().IsLoopback() || at.Addr().Unmap().IsPrivate())
}

// close says good-bye when the line still works, and closes it.
func (c *connection) close() {
	c.conn.setTimeout(time.Second)
	if c.client.Quit() != nil {
		c.drop()
	}
}

// drop closes the line without a word: a message whose dot was not written is forgotten by the server.
func (c *connection) drop() { _ = c.conn.Close() }
