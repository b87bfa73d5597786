// Package jsontext reads the JSON of SDKs in one pass, straight into event
// properties.
//
// A Parser walks the text; the wire formats consume each value with the method
// that fits: Object, Array, Text, Properties or Skip. Two kinds of failure are
// kept apart: broken syntax ends the whole request (Err), while a value that is
// well-formed but unfit costs one event only (a ValueError, after which the
// parser stands behind the value).
//
// Strings are copied out of the request's text, so that one that is kept for
// long does not keep the whole request in memory; frequent short strings share
// one copy. A Parser is for one goroutine; Get and Put recycle it.
package jsontext

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/weirhq/weir/ingest"
)

// SyntaxError says where the text stops being JSON.
type SyntaxError struct {
	Offset int
	What   string
}

// Error tells the place in bytes from the start.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid JSON at byte %d: %s", e.Offset, e.What)
}

// ValueError says why a well-formed value cannot be used.
type ValueError struct {
	Field  string // the property inside the value, or ""
	Reason string
}

// Error gives the field and the reason.
func (e *ValueError) Error() string {
	if e.Field == "" {
		return e.Reason
	}
	return e.Field + " " + e.Reason
}

// Parser reads one text. Get makes one.
type Parser struct {
	text  string
	at    int
	depth int
	usual int // properties of the last object; the next is likely to have as many
	known cache
}

var parsers = sync.Pool{New: func() any { return &Parser{} }}

// Get gives a parser that stands at the start of the text.
func Get(text string) *Parser {
	p, _ := parsers.Get().(*Parser)
	p.text, p.at, p.depth = text, 0, 0
	return p
}

// Put gives the parser back; it must not be used afterwards.
func (p *Parser) Put() {
	p.text = ""
	parsers.Put(p)
}

// Peek gives the first byte of the next value, 0 at the end: '{', '[', '"', 't', 'f', 'n', '-' or a digit.
func (p *Parser) Peek() byte {
	for p.at < len(p.text) {
		switch b := p.text[p.at]; b {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return b
		}
	}
	return 0
}

// End checks that nothing follows the value.
func (p *Parser) End() error {
	if p.Peek() != 0 || p.at < len(p.text) {
		return p.fail("text after the end of the value")
	}
	return nil
}

func (p *Parser) fail(what string) error { return &SyntaxError{Offset: p.at, What: what} }

func (p *Parser) expect(b byte) error {
	if p.Peek() != b || p.at >= len(p.text) {
		return p.fail(fmt.Sprintf("expected %q", b))
	}
	p.at++
	return nil
}

func (p *Parser) descend() error {
	if p.depth++; p.depth > ingest.MaxNesting {
		return p.fail("nested too deeply")
	}
	return nil
}

// Object calls visit for each member; visit must consume the member's value.
func (p *Parser) Object(visit func(name string) error) error {
	if err := p.expect('{'); err != nil {
		return err
	}
	if err := p.descend(); err != nil {
		return err
	}
	defer func() { p.depth-- }()
	if p.Peek() == '}' {
		p.at++
		return nil
	}
	for {
		name, err := p.quoted()
		if err != nil {
			return err
		}
		if err := p.expect(':'); err != nil {
			return err
		}
		if err := visit(name); err != nil {
			return err
		}
		if p.Peek() == ',' {
			p.at++
			continue
		}
		return p.expect('}')
	}
}

// Array calls visit for each element; visit must consume it.
func (p *Parser) Array(visit func(index int) error) error {
	if err := p.expect('['); err != nil {
		return err
	}
	if err := p.descend(); err != nil {
		return err
	}
	defer func() { p.depth-- }()
	if p.Peek() == ']' {
		p.at++
		return nil
	}
	for i := 0; ; i++ {
		if err := visit(i); err != nil {
			return err
		}
		if p.Peek() == ',' {
			p.at++
			continue
		}
		return p.expect(']')
	}
}

// Text consumes a scalar as text: a number as it is written, null as "". An
// object or array is a ValueError.
func (p *Parser) Text() (string, error) {
	switch p.Peek() {
	case '"':
		return p.quoted()
	case '{', '[':
		if err := p.Skip(); err != nil {
			return "", err
		}
		return "", &ValueError{Reason: "must be text, not an object or a list"}
	case 'n':
		return "", p.Skip()
	}
	raw, err := p.Raw()
	return strings.Clone(raw), err
}

// Skip consumes any value.
func (p *Parser) Skip() error {
	switch p.Peek() {
	case '{':
		return p.Object(func(string) error { return p.Skip() })
	case '[':
		return p.Array(func(int) error { return p.Skip() })
	case '"':
		_, _, err := p.span()
		return err
	case 't':
		return p.word("true")
	case 'f':
		return p.word("false")
	case 'n':
		return p.word("null")
	}
	_, err := p.digits()
	return err
}

// Raw consumes any value and gives its text. It shares memory with the request.
func (p *Parser) Raw() (string, error) {
	p.Peek()
	start := p.at
	if err := p.Skip(); err != nil {
		return "", err
	}
	return p.text[start:p.at], nil
}

func (p *Parser) word(w string) error {
	if !strings.HasPrefix(p.text[p.at:], w) {
		return p.fail("expected " + w)
	}
	p.at += len(w)
	return nil
}

// digits consumes a number by the grammar of RFC 8259.
func (p *Parser) digits() (string, error) {
	start := p.at
	if p.at < len(p.text) && p.text[p.at] == '-' {
		p.at++
	}
	whole := p.at
	if n := p.run(); n == 0 {
		return "", p.fail("expected a value")
	} else if n > 1 && p.text[whole] == '0' {
		return "", p.fail("a number must not start with 0")
	}
	if p.at < len(p.text) && p.text[p.at] == '.' {
		p.at++
		if p.run() == 0 {
			return "", p.fail("expected a digit")
		}
	}
	if p.at < len(p.text) && p.text[p.at]|0x20 == 'e' {
		p.at++
		if p.at < len(p.text) && (p.text[p.at] == '+' || p.text[p.at] == '-') {
			p.at++
		}
		if p.run() == 0 {
			return "", p.fail("expected a digit")
		}
	}
	return p.text[start:p.at], nil
}

func (p *Parser) run() int {
	start := p.at
	for p.at < len(p.text) && p.text[p.at]-'0' <= 9 {
		p.at++
	}
	return p.at - start
}

// span consumes a string and gives what is between the quotes, and whether it has escapes.
func (p *Parser) span() (raw string, escaped bool, err error) {
	if err := p.expect('"'); err != nil {
		return "", false, err
	}
	start := p.at
	for p.at < len(p.text) {
		switch b := p.text[p.at]; {
		case b == '"':
			p.at++
			return p.text[start : p.at-1], escaped, nil
		case b == '\\':
			escaped = true
			if err := p.escape(); err != nil {
				return "", false, err
			}
		case b < ' ':
			return "", false, p.fail("a control character in a string must be escaped")
		default:
			p.at++
		}
	}
	return "", false, p.fail("a string has no end")
}

func (p *Parser) escape() error {
	rest := p.text[p.at:]
	if len(rest) < 2 || !strings.ContainsRune(`"\/bfnrtu`, rune(rest[1])) {
		return p.fail("invalid escape")
	}
	if rest[1] != 'u' {
		p.at += 2
		return nil
	}
	if len(rest) < 6 || strings.Trim(rest[2:6], "0123456789abcdefABCDEF") != "" {
		return p.fail("invalid escape")
	}
	p.at += 6
	return nil
}

// quoted consumes a string and gives a copy of its value. Broken UTF-8 becomes U+FFFD.
func (p *Parser) quoted() (string, error) {
	raw, escaped, err := p.span()
	if err != nil {
		return "", err
	}
	if !escaped {
		return p.known.share(raw), nil
	}
	var s string
	if err := json.Unmarshal([]byte(`"`+raw+`"`), &s); err != nil {
		return "", p.fail("invalid string")
	}
	return s, nil
}

// cache shares copies of short strings. Two that meet in a slot drive each
// other out, so it needs no upkeep and cannot grow.
type cache [2048]string

const longestShared = 40

func (c *cache) share(s string) string {
	if len(s) > longestShared {
		return strings.Clone(strings.ToValidUTF8(s, "\uFFFD"))
	}
	h := uint32(2166136261) // FNV-1a
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	slot := &c[(h^h>>16)%uint32(len(c))]
	if *slot == s {
		return *slot
	}
	if !utf8.ValidString(s) {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	*slot = strings.Clone(s)
	return *slot
}
