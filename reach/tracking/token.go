package tracking

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"

	"github.com/weirhq/weir/fault"
)

// kind is what a link does.
type kind string

const (
	open        kind = "o"
	click       kind = "c"
	unsubscribe kind = "u"
)

// TestMessage stands for the message in links of test mails: they work and record nothing.
const TestMessage = "msg_test"

const (
	prefix  = "msg_"
	macSize = 16
)

// tokenShape is id, kind and number, and signature. Ids are what package id makes.
var tokenShape = regexp.MustCompile(`^([0-9a-z]{1,40})([ocu])(\d{0,6})-([A-Za-z0-9_-]{22})$`)

// Signer makes links into messages. It is safe for concurrent use.
type Signer struct{ key []byte }

// NewSigner takes the installation's signing key; when it changes, links that were sent stop working.
func NewSigner(key []byte) *Signer { return &Signer{key: append([]byte(nil), key...)} }

// OpenURL is the address of the message's invisible picture.
func (s *Signer) OpenURL(publicURL, messageID string) string {
	return publicURL + "/t/o/" + s.token(messageID, open, "") + ".gif"
}

// ClickURL is the address that records a click on the campaign's link number idx and leads there.
func (s *Signer) ClickURL(publicURL, messageID string, idx int) string {
	return publicURL + "/t/c/" + s.token(messageID, click, strconv.Itoa(idx))
}

// UnsubscribeURL is the address where the addressee can say no to further messages.
func (s *Signer) UnsubscribeURL(publicURL, messageID string) string {
	return publicURL + "/u/" + s.token(messageID, unsubscribe, "")
}

func (s *Signer) token(messageID string, k kind, number string) string {
	body := strings.TrimPrefix(messageID, prefix) + string(k) + number
	return body + "-" + base64.RawURLEncoding.EncodeToString(s.mac(body))
}

func (s *Signer) mac(body string) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(body))
	return mac.Sum(nil)[:macSize]
}

// read checks a token of a kind and gives the message and, for clicks, the link's number.
func (s *Signer) read(token string, want kind) (messageID string, idx int, err error) {
	m := tokenShape.FindStringSubmatch(token)
	if m == nil || kind(m[2]) != want || (want == click) != (m[3] != "") {
		return "", 0, errToken()
	}
	given, err := base64.RawURLEncoding.Strict().DecodeString(m[4])
	if err != nil || !hmac.Equal(given, s.mac(m[1]+m[2]+m[3])) {
		return "", 0, errToken()
	}
	if want == click {
		if idx, err = strconv.Atoi(m[3]); err != nil {
			return "", 0, errToken()
		}
	}
	return prefix + m[1], idx, nil
}

func errToken() error {
	return fault.New(fault.NotFound, "this link is not valid, or its message is gone")
}
