package email

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"regexp"

	"github.com/weirhq/weir/reach/channel"
)

// errPlainPassword keeps a password from crossing a network unprotected.
var errPlainPassword = errors.New("the password is not sent over an unprotected connection to another network; choose starttls or tls")

// step is how far the dialog had come.
type step int

const (
	connecting step = iota
	loggingIn
	sender
	addressee
	content
	afterDot
)

// mailboxUnknown are enhanced codes that say that the address itself is wrong.
var mailboxUnknown = regexp.MustCompile(`^5\.(1\.[01236]|2\.1)\b`)

// enhancedCode starts the text of many answers.
var enhancedCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// classify turns what went wrong at a step into the contract's words.
func classify(at step, err error) *channel.Error {
	if e, ok := errors.AsType[*channel.Error](err); ok {
		return e
	}
	if answer, ok := errors.AsType[*textproto.Error](err); ok {
		return classifyAnswer(at, answer)
	}
	e := &channel.Error{Class: channel.Temporary, Answer: describe(at, err), Cause: err}
	switch {
	case at == afterDot:
		e.Class = channel.Uncertain
	case errors.Is(err, errPlainPassword) || isCertificate(err):
		e.Class = channel.Settings
	case at == connecting || at == loggingIn:
		e.Class = channel.Unreachable
	}
	return e
}

func classifyAnswer(at step, answer *textproto.Error) *channel.Error {
	e := &channel.Error{Class: channel.Temporary, Answer: fmt.Sprintf("%d %s", answer.Code, answer.Msg), Cause: answer}
	permanent := answer.Code >= 500
	switch at {
	case connecting:
		e.Class = channel.Unreachable
	case loggingIn:
		e.Class = channel.Unreachable
		if permanent {
			e.Class = channel.Settings
		}
	case sender:
		if permanent {
			e.Class = channel.Settings
		}
	case addressee:
		if permanent {
			e.Class = channel.Permanent
			e.Bounced = isBounce(answer)
		}
	case content, afterDot:
		if permanent {
			e.Class = channel.Permanent
		}
	}
	return e
}

// isBounce tells an address that does not exist from a server that refuses us.
// Without an enhanced code, 550, 551 and 553 speak of the mailbox.
func isBounce(answer *textproto.Error) bool {
	if enhancedCode.MatchString(answer.Msg) {
		return mailboxUnknown.MatchString(answer.Msg)
	}
	return answer.Code == 550 || answer.Code == 551 || answer.Code == 553
}

func isCertificate(err error) bool {
	var unknown x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	return errors.As(err, &unknown) || errors.As(err, &hostname) || errors.As(err, &invalid) || errors.As(err, &verification) || errors.As(err, &record)
}

// describe says in a sentence what people can act on.
func describe(at step, err error) string {
	what := map[step]string{
		connecting: "the mail server cannot be reached",
		loggingIn:  "the mail server broke off while logging in",
		afterDot:   "the mail server took the message and did not answer",
	}[at]
	if what == "" {
		what = "the connection to the mail server was lost"
	}
	var timeout net.Error
	switch {
	case errors.Is(err, errPlainPassword):
		return err.Error()
	case isCertificate(err):
		return "the mail server's certificate or TLS is not accepted: " + err.Error()
	case errors.As(err, &timeout) && timeout.Timeout():
		return what + ": it took too long"
	}
	return what + ": " + err.Error()
}
