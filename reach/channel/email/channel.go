package email

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/id"
	"github.com/weirhq/weir/reach/channel"
	"github.com/weirhq/weir/store/meta"
)

// connections is how many messages a project's sender carries at the same time.
const connections = 8

// Sealer encrypts what is stored; package seal's Key does.
type Sealer interface {
	Seal(place, text string) string
	Open(place, sealed string) (string, error)
}

// Config is what a Channel works with.
type Config struct {
	DB      *meta.DB
	Sealer  Sealer
	Clock   clock.Clock
	Logger  *slog.Logger
	Options Options
}

// Channel keeps the e-mail settings of all projects and a Sender for each that
// sends. It is safe for concurrent use.
type Channel struct {
	Config

	mu      sync.Mutex
	senders map[string]*current
}

// current is a project's sender and the settings that it was made of.
type current struct {
	sender    *Sender
	updatedAt int64
	sealed    string
}

// New makes a Channel; Close ends its connections.
func New(c Config) *Channel {
	return &Channel{Config: c, senders: make(map[string]*current)}
}

// Open gives the project's outlet; a Conflict fault when e-mail is not set up.
func (c *Channel) Open(ctx context.Context, project string) (channel.Outlet, error) {
	s, sealed, err := c.read(ctx, project)
	if fault.KindOf(err) == fault.NotFound {
		return channel.Outlet{}, fault.New(fault.Conflict, "set up e-mail in the project's settings first")
	}
	if err != nil {
		return channel.Outlet{}, err
	}
	sender, err := c.sender(project, s, sealed)
	if err != nil {
		return channel.Outlet{}, err
	}
	return channel.Outlet{Sender: sender, Name: "email", RatePerMinute: s.RatePerMinute, PublicURL: s.PublicURL, Connections: connections}, nil
}

func (c *Channel) sender(project string, s Settings, sealed string) (*Sender, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, ok := c.senders[project]
	if ok && now.updatedAt == s.UpdatedAt && now.sealed == sealed {
		return now.sender, nil
	}
	password, err := c.password(project, sealed)
	if err != nil {
		return nil, err
	}
	if ok {
		go now.sender.Close() // says good-bye to its server, which may take a second
	}
	sender := NewSender(s, password, c.Options)
	c.senders[project] = &current{sender: sender, updatedAt: s.UpdatedAt, sealed: sealed}
	return sender, nil
}

func (c *Channel) password(project, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	password, err := c.Sealer.Open(place(project), sealed)
	if err != nil {
		return "", fault.Wrap(fault.Conflict, err, "the stored e-mail password cannot be read; enter it again in the settings")
	}
	return password, nil
}

// Close ends all connections that are not in use.
func (c *Channel) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for project, now := range c.senders {
		now.sender.Close()
		delete(c.senders, project)
	}
}

// Test sends a short message to an address, with the stored settings or, when
// given, with others that are not stored. The fault's sentence holds the server's answer.
func (c *Channel) Test(ctx context.Context, project, to string, other *Settings) error {
	address, err := channel.CleanAddress(to)
	if err != nil {
		return fault.New(fault.Invalid, "give the address that the test goes to: %v", err)
	}
	sender, err := c.testSender(ctx, project, other)
	if err != nil {
		return err
	}
	defer sender.Close()
	now := c.Clock.Now()
	receipt, err := sender.Send(ctx, &channel.Message{
		ID: id.New("test", now), To: address, Date: now,
		Subject: "Weir 测试邮件 · Weir test message",
		Text:    "邮件通道工作正常。\n\nThe e-mail channel works.\n",
	}, func() error { return nil })
	if err != nil {
		// The answer of a mail server tends to repeat the address: it is for the
		// one who asked and not for the log, where the fault's cause would go.
		why := channel.Failure(err)
		c.Logger.WarnContext(ctx, "e-mail test was not sent", "project", project, "class", why.Class)
		return fault.New(fault.Unavailable, "the test was not sent: %s", why.Answer)
	}
	c.Logger.InfoContext(ctx, "e-mail test was sent", "project", project, "answer_bytes", len(receipt.Answer))
	return nil
}

func (c *Channel) testSender(ctx context.Context, project string, other *Settings) (*Sender, error) {
	if other == nil {
		s, sealed, err := c.read(ctx, project)
		if err != nil {
			return nil, err
		}
		password, err := c.password(project, sealed)
		return NewSender(s, password, c.Options), err
	}
	s := *other
	if err := s.check(); err != nil {
		return nil, err
	}
	if s.Password != nil {
		return NewSender(s, *s.Password, c.Options), nil
	}
	sealed, err := c.sealedPassword(ctx, project, s)
	if err != nil {
		return nil, err
	}
	password, err := c.password(project, sealed)
	if err != nil {
		return nil, fmt.Errorf("open the stored password: %w", err)
	}
	return NewSender(s, password, c.Options), nil
}
