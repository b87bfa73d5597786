package email

import (
	"bytes"
	"fmt"
	"net/mail"
	"strings"
	"unicode"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"

	"github.com/weirhq/weir/reach/channel"
)

// build writes the message as it goes over the wire. Whatever users typed, it
// cannot add a header: names and subjects are stripped of control characters and
// encoded, and addresses were checked.
func build(s *Settings, m *channel.Message) ([]byte, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(encoding(m)))
	msg.FromMailAddress(&mail.Address{Name: plain(s.FromName), Address: ascii(s.FromAddress)})
	msg.ToMailAddress(&mail.Address{Name: plain(m.ToName), Address: ascii(m.To)})
	if s.ReplyTo != "" {
		msg.ReplyToMailAddress(&mail.Address{Address: ascii(s.ReplyTo)})
	}
	msg.Subject(plain(m.Subject))
	msg.SetDateWithValue(m.Date)
	msg.SetMessageIDWithValue(m.ID + "@" + domain(ascii(s.FromAddress)))
	if m.UnsubscribeURL != "" {
		msg.SetListUnsubscribe(m.UnsubscribeURL)
		msg.SetListUnsubscribePost()
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	var out bytes.Buffer
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("write the message: %w", err)
	}
	return out.Bytes(), nil
}

// encoding takes the shorter of the two: quoted-printable triples what is not ASCII.
func encoding(m *channel.Message) gomail.Encoding {
	high := 0
	for i := range len(m.HTML) {
		if m.HTML[i] >= 0x80 {
			high++
		}
	}
	for i := range len(m.Text) {
		if m.Text[i] >= 0x80 {
			high++
		}
	}
	if high*6 > len(m.HTML)+len(m.Text) {
		return gomail.EncodingB64
	}
	return gomail.EncodingQP
}

// plain makes a header's value of any text.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
	return strings.TrimSpace(s)
}

func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// ascii writes an international domain as servers know it. The part before the
// @ has no such form and stays.
func ascii(address string) string {
	at := strings.LastIndexByte(address, '@')
	encoded, err := idna.Lookup.ToASCII(address[at+1:])
	if at < 0 || err != nil {
		return address
	}
	return address[:at+1] + encoded
}

// isASCII says whether an address needs no SMTPUTF8.
func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}
