package email

import (
	"context"
	"crypto/tls"
	"errors"
	"net/textproto"
	"sync"
	"time"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/reach/channel"
)

// Options bound how long a server may take. Zero fields take the defaults.
type Options struct {
	Connect       time.Duration // to be reached; 15 s
	Command       time.Duration // to answer a command; 30 s
	Answer        time.Duration // to answer the dot; 5 min, as servers may look for viruses
	StoppingGrace time.Duration // the same once the program is stopping; 10 s
	Idle          time.Duration // how long an unused connection is kept; 30 s
	PerConnection int           // messages before a new connection is made; 200
	TLS           *tls.Config   // for tests with certificates of their own
}

func (o Options) withDefaults() Options {
	for _, d := range []struct {
		value    *time.Duration
		fallback time.Duration
	}{
		{&o.Connect, 15 * time.Second},
		{&o.Command, 30 * time.Second},
		{&o.Answer, 5 * time.Minute},
		{&o.StoppingGrace, 10 * time.Second},
		{&o.Idle, 30 * time.Second},
	} {
		if *d.value <= 0 {
			*d.value = d.fallback
		}
	}
	if o.PerConnection <= 0 {
		o.PerConnection = 200
	}
	return o
}

// Sender sends over one project's server. It is safe for concurrent use.
type Sender struct {
	settings Settings
	password string
	options  Options
	slots    chan struct{} // one per connection in use

	mu     sync.Mutex
	pool   []*connection // last used last
	closed bool
}

// NewSender makes a Sender; it connects when the first message comes.
func NewSender(s Settings, password string, o Options) *Sender {
	return &Sender{settings: s, password: password, options: o.withDefaults(), slots: make(chan struct{}, connections)}
}

// Close ends the connections that are not in use; those in use end after their message.
func (s *Sender) Close() {
	s.mu.Lock()
	pool := s.pool
	s.pool, s.closed = nil, true
	s.mu.Unlock()
	for _, c := range pool {
		c.close()
	}
}

// Send hands one message to the server; see channel.Sender.
func (s *Sender) Send(ctx context.Context, m *channel.Message, handover func() error) (channel.Receipt, error) {
	to, err := channel.CleanAddress(m.To)
	if err != nil {
		return channel.Receipt{}, &channel.Error{Class: channel.Permanent, Answer: err.Error(), Cause: err}
	}
	raw, err := build(&s.settings, m)
	if err != nil {
		return channel.Receipt{}, &channel.Error{Class: channel.Permanent, Answer: "the message cannot be written as mail", Cause: err}
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return channel.Receipt{}, &channel.Error{Class: channel.Temporary, Answer: "the program is stopping", Cause: ctx.Err()}
	}
	for {
		c, reused, err := s.connection(ctx)
		if err != nil {
			return channel.Receipt{}, err
		}
		d := dialog{sender: s, connection: c, handover: handover}
		answer, err := d.run(ctx, ascii(to), raw)
		if err == nil || d.usable {
			s.giveBack(c)
		} else {
			c.drop()
		}
		if reused && d.stale {
			continue // the server had closed it while it waited; nothing was said yet
		}
		return channel.Receipt{Answer: answer}, err
	}
}

// connection gives a waiting connection that is fresh enough, or a new one.
func (s *Sender) connection(ctx context.Context) (c *connection, reused bool, err error) {
	now := clock.System{}.Now()
	for {
		s.mu.Lock()
		if n := len(s.pool); n > 0 {
			c, s.pool = s.pool[n-1], s.pool[:n-1]
		}
		s.mu.Unlock()
		if c == nil {
			c, err = s.dial(ctx)
			return c, false, err
		}
		if now.Sub(c.idle) < s.options.Idle {
			return c, true, nil
		}
		c.close()
		c = nil
	}
}

func (s *Sender) giveBack(c *connection) {
	c.sent++
	c.idle = clock.System{}.Now()
	s.mu.Lock()
	keep := !s.closed && c.sent < s.options.PerConnection
	if keep {
		s.pool = append(s.pool, c)
	}
	s.mu.Unlock()
	if !keep {
		c.close()
	}
}

// dialog is one message on one connection.
type dialog struct {
	sender     *Sender
	connection *connection
	handover   func() error
	stale      bool // failed before the server took part
	usable     bool // the connection can carry another message though this one failed
}

func (d *dialog) run(ctx context.Context, to string, raw []byte) (string, error) {
	conn := d.connection.conn
	conn.setTimeout(d.sender.options.Command)
	release := context.AfterFunc(ctx, func() { conn.end(0) })
	defer func() { release() }()
	if at, err := d.envelope(to); err != nil {
		return "", d.fail(ctx, at, err)
	}
	w, err := d.connection.client.Data()
	if err != nil {
		return "", d.fail(ctx, content, err)
	}
	if _, err := w.Write(raw); err != nil {
		return "", d.fail(ctx, content, err)
	}
	// All but the dot is on its way before the handover, so that between the mark and the dot lies one small write.
	if err := d.connection.client.Text.W.Flush(); err != nil {
		return "", d.fail(ctx, content, err)
	}
	if !release() {
		return "", d.fail(ctx, content, context.Canceled) // the line was ended under us
	}
	conn.setTimeout(d.sender.options.Answer)
	release = context.AfterFunc(ctx, func() { conn.end(d.sender.options.StoppingGrace) })
	asked, refusal := false, error(nil)
	conn.gate = func() error {
		asked = true
		refusal = d.handover()
		return refusal
	}
	err = w.Close() // writes the dot, through the gate, and reads the answer
	undisturbed := release()
	switch {
	case refusal != nil:
		return "", refusal // dropped without the dot: usable stays false
	case err != nil && !asked:
		return "", d.fail(ctx, content, err)
	case err != nil:
		return "", d.fail(ctx, afterDot, err)
	}
	if !undisturbed {
		// Answered while stopping: the line has a last moment and is of no further use, the result is.
		d.connection.sent = d.sender.options.PerConnection
	}
	if r, ok := w.(interface{ ServerResponse() string }); ok {
		return r.ServerResponse(), nil
	}
	return "", nil
}

// envelope says who sends and who receives.
func (d *dialog) envelope(to string) (step, error) {
	client := d.connection.client
	from := ascii(d.sender.settings.FromAddress)
	utf8 := !isASCII(to) || !isASCII(from)
	client.SkipSMTPUTF8(!utf8)
	if offered, _ := client.Extension("SMTPUTF8"); utf8 && !offered {
		d.usable = true
		return addressee, &channel.Error{Class: channel.Permanent, Answer: "the mail server does not accept addresses with letters outside ASCII"}
	}
	if err := client.Mail("<" + from + ">"); err != nil {
		answer, ok := errors.AsType[*textproto.Error](err)
		d.stale = !ok || answer.Code == 421
		return sender, err
	}
	return addressee, client.Rcpt("<" + to + ">")
}

// fail classifies, and tidies a connection that was answered properly for the next message.
func (d *dialog) fail(ctx context.Context, at step, err error) error {
	e := classify(at, err)
	if ctx.Err() != nil && at != afterDot && e.Class != channel.Permanent {
		d.stale = false
		return &channel.Error{Class: channel.Temporary, Answer: "the program is stopping", Cause: errors.Join(ctx.Err(), err)}
	}
	if answer, ok := errors.AsType[*textproto.Error](err); ok && answer.Code != 421 {
		d.usable = d.connection.client.Reset() == nil
	}
	return e
}
