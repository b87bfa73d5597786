package channel

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"
)

// Message is one rendered message to one addressee.
type Message struct {
	ID             string // stable over attempts; providers that deduplicate see the same id
	To             string // the address alone
	ToName         string // may be empty; hostile like everything that users typed
	Subject        string
	HTML           string // empty when the message is plain text
	Text           string
	UnsubscribeURL string    // empty for messages that nobody can unsubscribe from
	Date           time.Time // what the addressee sees as the time of sending
}

// Receipt is the provider's word that it took the message.
type Receipt struct {
	Answer string // for people: the server's last line
}

// Sender carries messages. It is safe for concurrent use.
type Sender interface {
	// Send hands one message to the provider; see the package comment for handover.
	Send(ctx context.Context, m *Message, handover func() error) (Receipt, error)
}

// Outlet is a project's channel, ready to send.
type Outlet struct {
	Sender        Sender
	Name          string // «email», as in the events' property «channel»
	RatePerMinute int    // shared by all campaigns of the project; 0 is no limit
	PublicURL     string // where addressees reach Weir: scheme://host, without a slash at the end
	Connections   int    // messages that the sender carries at the same time
}

// Class says what a failed attempt means for the message and the campaign.
type Class string

// The classes of failure.
const (
	Temporary   Class = "temporary"   // try this message again later
	Permanent   Class = "permanent"   // never try this message again
	Settings    Class = "settings"    // no message can leave until the settings are mended
	Unreachable Class = "unreachable" // the provider cannot be reached; wait, then go on
	Uncertain   Class = "uncertain"   // handed over, answer not heard; never send again
)

// Error is a failed attempt.
type Error struct {
	Class   Class
	Bounced bool   // the address itself was refused for good and should be suppressed
	Answer  string // the provider's words, or ours when it said nothing; no personal data of ours
	Cause   error
}

// Error gives the class and the answer.
func (e *Error) Error() string {
	if e.Cause != nil && e.Answer == "" {
		return fmt.Sprintf("%s: %v", e.Class, e.Cause)
	}
	return fmt.Sprintf("%s: %s", e.Class, e.Answer)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Failure gives the *Error in err's chain. An error without one counts as
// Temporary: it came from somewhere that does not know better.
func Failure(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Class: Temporary, Answer: err.Error(), Cause: err}
}

// maxAddress is the longest forward-path of RFC 5321 without its brackets.
const maxAddress = 254

// CleanAddress checks an e-mail address as users type it and gives it without
// surrounding space, with its domain in lower case. It refuses what could break
// out of a header or an SMTP command, display names, and domains without a dot.
func CleanAddress(address string) (string, error) {
	address = strings.TrimSpace(address)
	if len(address) > maxAddress {
		return "", errors.New("the address is too long")
	}
	if !utf8.ValidString(address) || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`<>,;:"()[]\`, r) }) {
		return "", errors.New("the address has characters that are not allowed")
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address {
		return "", errors.New("this is not an e-mail address")
	}
	at := strings.LastIndexByte(address, '@')
	local, domain := address[:at], strings.ToLower(address[at+1:])
	if len(local) > 64 || !validDomain(domain) {
		return "", errors.New("this is not an e-mail address")
	}
	return local + "@" + domain, nil
}

func validDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return true
}

// AddressKey is the address as it is compared: two spellings that differ in case
// only are one mailbox in practice, for suppression and against sending twice.
func AddressKey(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// MaskAddress hides most of an address, for screens: «l…@example.com».
func MaskAddress(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 {
		return "…"
	}
	_, size := utf8.DecodeRuneInString(address)
	return address[:size] + "…" + address[at:]
}
