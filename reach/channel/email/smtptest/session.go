package smtptest

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"
)

// errDropped ends a session without a word.
var errDropped = errors.New("dropped")

// session is one line's dialog.
type session struct {
	server *Server
	line   net.Conn
	text   *textproto.Conn
	tls    bool
	user   string
	from   string
	to     []string
	sent   int
}

func (s *session) serve() {
	o := &s.server.options
	if o.ImplicitTLS {
		s.line, s.tls = tls.Server(s.line, o.TLS), true
	}
	s.text = textproto.NewConn(s.line)
	greeting := Reply{}
	if o.Greeting != nil {
		greeting = o.Greeting()
	}
	if s.reply(greeting, 220, "smtptest ready") != nil || greeting.Code >= 400 {
		return
	}
	for {
		command, err := s.text.ReadLine()
		if err != nil {
			return
		}
		if err := s.handle(command); err != nil {
			return
		}
	}
}

// reply sends a hook's reply, or the usual one.
func (s *session) reply(r Reply, code int, text string) error {
	switch {
	case r.Drop:
		return errDropped
	case r.Code != 0:
		code, text = r.Code, r.Text
	}
	return s.text.PrintfLine("%d %s", code, text)
}

func (s *session) handle(command string) error {
	verb, rest, _ := strings.Cut(command, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		return s.hello()
	case "STARTTLS":
		return s.startTLS()
	case "AUTH":
		return s.auth(rest)
	case "MAIL":
		return s.mail(rest)
	case "RCPT":
		return s.rcpt(rest)
	case "DATA":
		return s.data()
	case "RSET":
		s.from, s.to = "", nil
		return s.reply(Reply{}, 250, "ok")
	case "NOOP":
		return s.reply(Reply{}, 250, "ok")
	case "QUIT":
		_ = s.reply(Reply{}, 221, "bye")
		return io.EOF
	}
	return s.reply(Reply{}, 502, "not implemented")
}

func (s *session) hello() error {
	o := &s.server.options
	lines := []string{"smtptest", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"}
	if o.TLS != nil && !s.tls {
		lines = append(lines, "STARTTLS")
	}
	if o.Username != "" {
		lines = append(lines, "AUTH "+o.Mechanisms)
	}
	for i, line := range lines {
		separator := "-"
		if i == len(lines)-1 {
			separator = " "
		}
		if err := s.text.PrintfLine("250%s%s", separator, line); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) startTLS() error {
	if s.server.options.TLS == nil {
		return s.reply(Reply{}, 502, "no TLS here")
	}
	if err := s.reply(Reply{}, 220, "go ahead"); err != nil {
		return err
	}
	s.line, s.tls = tls.Server(s.line, s.server.options.TLS), true
	s.text = textproto.NewConn(s.line)
	return nil
}

func (s *session) auth(rest string) error {
	mechanism, initial, _ := strings.Cut(rest, " ")
	var user, password string
	switch strings.ToUpper(mechanism) {
	case "PLAIN":
		raw, err := base64.StdEncoding.DecodeString(initial)
		if parts := strings.Split(string(raw), "\x00"); err == nil && len(parts) == 3 {
			user, password = parts[1], parts[2]
		}
	case "LOGIN":
		var err error
		if user, err = s.ask("Username:"); err != nil {
			return err
		}
		if password, err = s.ask("Password:"); err != nil {
			return err
		}
	}
	if user != s.server.options.Username || password != s.server.options.Password {
		return s.reply(Reply{}, 535, "5.7.8 wrong user name or password")
	}
	s.user = user
	return s.reply(Reply{}, 235, "welcome")
}

func (s *session) ask(prompt string) (string, error) {
	if err := s.text.PrintfLine("334 %s", base64.StdEncoding.EncodeToString([]byte(prompt))); err != nil {
		return "", err
	}
	line, err := s.text.ReadLine()
	if err != nil {
		return "", err
	}
	raw, err := base64.StdEncoding.DecodeString(line)
	return string(raw), err
}

// path takes the address out of «FROM:<a@b> …».
func path(rest string) string {
	_, after, _ := strings.Cut(rest, "<")
	address, _, _ := strings.Cut(after, ">")
	return address
}

func (s *session) mail(rest string) error {
	o := &s.server.options
	switch {
	case o.Username != "" && s.user == "":
		return s.reply(Reply{}, 530, "5.7.0 log in first")
	case o.PerLine > 0 && s.sent >= o.PerLine:
		_ = s.reply(Reply{}, 421, "4.7.0 enough for one connection")
		return io.EOF
	}
	var r Reply
	if o.OnMail != nil {
		r = o.OnMail(path(rest))
	}
	if r.Code < 400 {
		s.from, s.to = path(rest), nil
	}
	return s.reply(r, 250, "2.1.0 ok")
}

func (s *session) rcpt(rest string) error {
	var r Reply
	if s.server.options.OnRcpt != nil {
		r = s.server.options.OnRcpt(path(rest))
	}
	if r.Code < 400 {
		s.to = append(s.to, path(rest))
	}
	return s.reply(r, 250, "2.1.5 ok")
}

func (s *session) data() error {
	o := &s.server.options
	if len(s.to) == 0 {
		return s.reply(Reply{}, 503, "5.5.1 nobody to send to")
	}
	if err := s.reply(Reply{}, 354, "go ahead"); err != nil {
		return err
	}
	data, err := readData(s.text.R)
	if err != nil {
		return err // the dot never came: nothing was delivered
	}
	to := strings.Join(s.to, ",")
	if o.OnData != nil {
		if r := o.OnData(to); r != (Reply{}) {
			return s.reply(r, 0, "")
		}
	}
	if err := s.server.record(Delivery{From: s.from, To: to, Data: data, User: s.user, TLS: s.tls}); err != nil {
		return s.reply(Reply{}, 451, "4.3.0 disk")
	}
	s.sent++
	if o.Delay > 0 {
		<-time.After(o.Delay)
	}
	var r Reply
	if o.AfterData != nil {
		r = o.AfterData(to)
	}
	return s.reply(r, 250, fmt.Sprintf("2.0.0 taken as %d", s.server.Count()))
}

// readData reads up to the dot; it fails when the line ends before. Bytes stay as they came, but for stuffed dots.
func readData(r *bufio.Reader) (string, error) {
	var out strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", err
		}
		if line == ".\r\n" {
			return out.String(), nil
		}
		out.WriteString(strings.TrimPrefix(line, "."))
	}
}
