package api

import (
	"context"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/reach/channel/email"
)

type emailView struct {
	Host           string         `json:"host"`
	Port           int            `json:"port"`
	Security       email.Security `json:"security" enum:"none,starttls,tls"`
	Username       string         `json:"username"`
	HasPassword    bool           `json:"has_password"`
	FromName       string         `json:"from_name"`
	FromAddress    string         `json:"from_address"`
	ReplyTo        string         `json:"reply_to"`
	RatePerMinute  int            `json:"rate_per_minute" doc:"0: no limit"`
	PublicURL      string         `json:"public_url" doc:"Where addressees reach Weir; links and unsubscribing need it"`
	TestRecipients []string       `json:"test_recipients"`
	UpdatedAt      instant        `json:"updated_at" doc:"Null when e-mail was never set up"`
}

func viewEmail(s email.Settings) emailView {
	v := emailView{
		Host: s.Host, Port: s.Port, Security: s.Security, Username: s.Username, HasPassword: s.HasPassword,
		FromName: s.FromName, FromAddress: s.FromAddress, ReplyTo: s.ReplyTo, RatePerMinute: s.RatePerMinute,
		PublicURL: s.PublicURL, TestRecipients: s.TestRecipients, UpdatedAt: instant(s.UpdatedAt),
	}
	if v.TestRecipients == nil {
		v.TestRecipients = []string{}
	}
	return v
}

// getEmail gives the settings, or the proposal that a form starts from.
func (s *Server) getEmail(ctx context.Context, _ *projectOnly) (emailView, error) {
	settings, err := s.deps.Email.Settings(ctx, projectOf(ctx).ID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return emailView{}, err
	}
	if err != nil {
		settings = email.Settings{Port: 587, Security: email.StartTLS}
	}
	return viewEmail(settings), nil
}

// emailBody is the settings as they are written.
type emailBody struct {
	Host           string         `json:"host"`
	Port           int            `json:"port,omitempty" doc:"Default by security: 465, 587 or 25"`
	Security       email.Security `json:"security,omitempty" enum:"none,starttls,tls" doc:"Default starttls"`
	Username       string         `json:"username,omitempty" doc:"Empty: no log-in"`
	Password       *string        `json:"password,omitempty" doc:"Left out: the stored one stays; empty: it is removed"`
	FromName       string         `json:"from_name,omitempty"`
	FromAddress    string         `json:"from_address"`
	ReplyTo        string         `json:"reply_to,omitempty"`
	RatePerMinute  int            `json:"rate_per_minute,omitempty"`
	PublicURL      string         `json:"public_url,omitempty"`
	TestRecipients []string       `json:"test_recipients,omitempty"`

	// What is read may be sent back as it is.
	HasPassword bool    `json:"has_password,omitempty" doc:"Ignored"`
	UpdatedAt   *string `json:"updated_at,omitempty" doc:"Ignored"`
}

func (b emailBody) settings() email.Settings {
	return email.Settings{
		Host: b.Host, Port: b.Port, Security: b.Security, Username: b.Username, Password: b.Password, FromName: b.FromName,
		FromAddress: b.FromAddress, ReplyTo: b.ReplyTo, RatePerMinute: b.RatePerMinute, PublicURL: b.PublicURL, TestRecipients: b.TestRecipients,
	}
}

type emailInput struct {
	InProject

	Body emailBody
}

func (s *Server) putEmail(ctx context.Context, in *emailInput) (emailView, error) {
	settings, err := s.deps.Email.Save(ctx, projectOf(ctx).ID, in.Body.settings())
	return viewEmail(settings), err
}

type emailTestInput struct {
	InProject

	Body struct {
		To       string     `json:"to"`
		Settings *emailBody `json:"settings,omitempty" doc:"To try out; left out: the stored ones"`
	}
}

func (s *Server) postEmailTest(ctx context.Context, in *emailTestInput) (done, error) {
	var other *email.Settings
	if in.Body.Settings != nil {
		settings := in.Body.Settings.settings()
		other = &settings
	}
	return done{OK: true}, s.deps.Email.Test(ctx, projectOf(ctx).ID, in.Body.To, other)
}
