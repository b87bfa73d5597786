package email

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/reach/channel"
)

// Security is how the connection is protected.
type Security string

// The kinds of protection.
const (
	None     Security = "none"
	StartTLS Security = "starttls"
	TLS      Security = "tls"
)

// Settings are a project's e-mail channel.
type Settings struct {
	Host           string
	Port           int // 0: 465 with tls, 587 with starttls, 25 with none
	Security       Security
	Username       string  // empty: no log-in
	Password       *string // given to Save only; nil keeps the stored one, "" removes it
	HasPassword    bool    // given by Settings only
	FromName       string
	FromAddress    string
	ReplyTo        string   // may be empty
	RatePerMinute  int      // 0: no limit
	PublicURL      string   // where addressees reach Weir: scheme://host[/path]
	TestRecipients []string // offered when a test is sent
	UpdatedAt      int64    // UTC ms; 0 when never saved
}

// check mends what has one right spelling and refuses the rest, with every fault.
func (s *Settings) check() error {
	var faults fault.List
	s.Host = strings.TrimSpace(s.Host)
	if s.Host == "" || len(s.Host) > 253 || strings.ContainsFunc(s.Host, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '/' || r == '@' }) {
		faults.Add("host", "give the mail server's name or address, without a port")
	}
	s.checkTransport(&faults)
	var err error
	if s.FromAddress, err = channel.CleanAddress(s.FromAddress); err != nil {
		faults.Add("from_address", "%v", err)
	}
	if s.ReplyTo = strings.TrimSpace(s.ReplyTo); s.ReplyTo != "" {
		if s.ReplyTo, err = channel.CleanAddress(s.ReplyTo); err != nil {
			faults.Add("reply_to", "%v", err)
		}
	}
	s.FromName = strings.TrimSpace(s.FromName)
	if len(s.FromName) > 200 || strings.ContainsFunc(s.FromName, unicode.IsControl) {
		faults.Add("from_name", "must be one line of at most 200 bytes")
	}
	if s.RatePerMinute < 0 || s.RatePerMinute > 1_000_000 {
		faults.Add("rate_per_minute", "must lie between 0 (no limit) and 1,000,000")
	}
	s.PublicURL = strings.TrimRight(strings.TrimSpace(s.PublicURL), "/")
	if u, err := url.Parse(s.PublicURL); s.PublicURL != "" && (err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil) {
		faults.Add("public_url", "give an address such as https://weir.example.com")
	}
	for i, to := range s.TestRecipients {
		if s.TestRecipients[i], err = channel.CleanAddress(to); err != nil {
			faults.Add(fmt.Sprintf("test_recipients[%d]", i), "%v", err)
		}
	}
	return faults.Err("the e-mail settings cannot be used like this")
}

func (s *Settings) checkTransport(faults *fault.List) {
	defaults := map[Security]int{TLS: 465, StartTLS: 587, None: 25}
	if s.Security == "" {
		s.Security = StartTLS
	}
	if _, ok := defaults[s.Security]; !ok {
		faults.Add("security", "must be none, starttls or tls")
	}
	if s.Port == 0 {
		s.Port = defaults[s.Security]
	}
	if s.Port < 1 || s.Port > 65535 {
		faults.Add("port", "must lie between 1 and 65535")
	}
	if len(s.Username) > 500 || strings.ContainsFunc(s.Username, unicode.IsControl) {
		faults.Add("username", "must be one line of at most 500 bytes")
	}
	if s.Password != nil && (len(*s.Password) > 1000 || strings.ContainsRune(*s.Password, 0)) {
		faults.Add("password", "must have at most 1000 bytes")
	}
}

// Settings gives a project's settings without the password; a NotFound fault when there are none.
func (c *Channel) Settings(ctx context.Context, project string) (Settings, error) {
	s, _, err := c.read(ctx, project)
	return s, err
}

// read gives the settings and the sealed password.
func (c *Channel) read(ctx context.Context, project string) (s Settings, sealed string, err error) {
	var recipients string
	err = c.DB.QueryRow(ctx, "reach.email", project).Scan(&s.Host, &s.Port, &s.Security, &s.Username, &sealed,
		&s.FromName, &s.FromAddress, &s.ReplyTo, &s.RatePerMinute, &s.PublicURL, &recipients, &s.UpdatedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return s, "", fault.New(fault.NotFound, "e-mail is not set up in this project yet")
	}
	if err != nil {
		return s, "", err
	}
	if err := json.Unmarshal([]byte(recipients), &s.TestRecipients); err != nil {
		return s, "", fmt.Errorf("read the e-mail settings: %w", err)
	}
	s.HasPassword = sealed != ""
	return s, sealed, nil
}

// Save stores a project's settings and gives them as Settings does.
func (c *Channel) Save(ctx context.Context, project string, s Settings) (Settings, error) {
	if err := s.check(); err != nil {
		return s, err
	}
	sealed, err := c.sealedPassword(ctx, project, s)
	if err != nil {
		return s, err
	}
	if s.TestRecipients == nil {
		s.TestRecipients = []string{}
	}
	recipients, err := json.Marshal(s.TestRecipients)
	if err != nil {
		return s, err
	}
	if _, err := c.DB.Exec(ctx, "reach.email_put", project, s.Host, s.Port, string(s.Security), s.Username, sealed, s.FromName, s.FromAddress,
		s.ReplyTo, s.RatePerMinute, s.PublicURL, string(recipients), c.Clock.Now().UnixMilli()); err != nil {
		return s, fmt.Errorf("store the e-mail settings: %w", err)
	}
	return c.Settings(ctx, project)
}

// sealedPassword gives what is to be stored: the new password, or the one that is
// there. The stored one goes with the server it was given for: who may edit
// settings must not be able to have it sent to a server of their own.
func (c *Channel) sealedPassword(ctx context.Context, project string, s Settings) (string, error) {
	if s.Password != nil {
		if *s.Password == "" {
			return "", nil
		}
		return c.Sealer.Seal(place(project), *s.Password), nil
	}
	old, sealed, err := c.read(ctx, project)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return "", nil
	case err != nil:
		return "", err
	}
	if sealed != "" && (old.Host != s.Host || old.Username != s.Username) {
		return "", &fault.Error{
			Kind: fault.Invalid, Public: "the e-mail settings cannot be used like this",
			Details: []fault.Detail{{Where: "password", What: "enter the password again: the server or the user name changed"}},
		}
	}
	return sealed, nil
}

// place binds a sealed password to its row.
func place(project string) string { return "email password of " + project }
