package template

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Track prepares rendered HTML for measuring: every web link goes through link,
// which gives its replacement, except links to keep; and the pixel's address,
// when there is one, is shown as an invisible picture at the end of the body.
// Everything else stays byte for byte.
func Track(source string, keep []string, link func(url string) string, pixel string) string {
	picture := ""
	if pixel != "" {
		picture = `<img src="` + html.EscapeString(pixel) + `" width="1" height="1" alt="" style="display:block;width:1px;height:1px;border:0">`
	}
	var out strings.Builder
	out.Grow(len(source) + len(source)/4)
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			out.Write(z.Raw())
			break
		}
		raw := string(z.Raw())
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			raw = trackTag(z.Token(), raw, keep, link)
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "body" && picture != "" {
				out.WriteString(picture)
				picture = ""
			}
		default: // text and comments stay as they are
		}
		out.WriteString(raw)
	}
	out.WriteString(picture)
	return out.String()
}

// trackTag gives an <a> or <area> with its address replaced; other tags as they were.
func trackTag(t html.Token, raw string, keep []string, link func(string) string) string {
	if t.DataAtom != atom.A && t.DataAtom != atom.Area {
		return raw
	}
	changed := false
	for i, a := range t.Attr {
		if a.Key != "href" {
			continue
		}
		target := strings.TrimSpace(a.Val)
		switch scheme(target) {
		case "http", "https":
			if !slices.Contains(keep, target) {
				t.Attr[i].Val = link(target)
			}
		case "mailto", "tel", "sms", "":
		default:
			t.Attr[i].Val = "#"
		}
		changed = changed || t.Attr[i].Val != a.Val
	}
	if !changed {
		return raw
	}
	return t.String()
}

// scheme gives the lower-case scheme of an address; what cannot be read has the scheme «?».
func scheme(target string) string {
	// Mail programs drop these before they look for a scheme.
	target = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f {
			return -1
		}
		return r
	}, target)
	head, _, ok := strings.Cut(target, ":")
	if !ok || strings.ContainsAny(head, "/?#") {
		return ""
	}
	u, err := url.Parse(target)
	if err != nil {
		return "?"
	}
	return strings.ToLower(u.Scheme)
}

// blocks are elements that begin on a new line in plain text.
var blocks = []atom.Atom{
	atom.P, atom.Div, atom.Table, atom.Tr, atom.Ul, atom.Ol, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
	atom.Blockquote, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Hr, atom.Pre, atom.Body, atom.Center,
}

// spaced are blocks with an empty line around them.
var spaced = []atom.Atom{atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Table}

// hidden are elements whose content nobody sees.
var hidden = []atom.Atom{atom.Head, atom.Style, atom.Script, atom.Title, atom.Template}

// Text derives plain text from HTML: one line per block, list marks, and links as «words (address)».
func Text(source string) string {
	w := textWriter{}
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.TrimSpace(w.out.String())
		case html.TextToken:
			if w.skip == 0 {
				w.text(string(z.Text()))
			}
		case html.StartTagToken:
			w.open(z.Token(), false)
		case html.SelfClosingTagToken:
			w.open(z.Token(), true)
		case html.EndTagToken:
			w.close(z.Token())
		default: // comments and the doctype are nothing to read
		}
	}
}

// textWriter joins words and lines.
type textWriter struct {
	out    strings.Builder
	breaks int    // line breaks that are due before the next word
	space  bool   // a space is due before the next word
	skip   int    // depth inside hidden elements
	href   string // of the link we are in
	label  int    // where that link's words began
}

func (w *textWriter) text(s string) {
	for i, word := range strings.FieldsFunc(s, isSpace) {
		if i > 0 || isSpace(rune(s[0])) {
			w.space = true
		}
		w.word(word)
	}
	if s != "" && isSpace(rune(s[len(s)-1])) {
		w.space = true
	}
}

func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' }

func (w *textWriter) word(s string) {
	switch {
	case w.breaks > 0 && w.out.Len() > 0:
		w.out.WriteString(strings.Repeat("\n", w.breaks))
	case w.space && w.out.Len() > 0:
		w.out.WriteByte(' ')
	}
	w.breaks, w.space = 0, false
	w.out.WriteString(s)
}

func (w *textWriter) open(t html.Token, selfClosing bool) {
	if slices.Contains(hidden, t.DataAtom) && !selfClosing {
		w.skip++
	}
	if w.skip > 0 {
		return
	}
	w.line(t.DataAtom)
	switch t.DataAtom {
	case atom.Br:
		w.breaks = min(w.breaks+1, 2)
	case atom.Li:
		w.word("-")
		w.space = true
	case atom.Td, atom.Th:
		w.space = true
	case atom.A:
		w.href, w.label = attribute(t, "href"), w.out.Len()
	case atom.Img:
		if alt := attribute(t, "alt"); alt != "" {
			w.text(alt)
		}
	default: // marks up words that are written as they come
	}
}

func (w *textWriter) close(t html.Token) {
	if slices.Contains(hidden, t.DataAtom) {
		w.skip = max(w.skip-1, 0)
		return
	}
	if w.skip > 0 {
		return
	}
	if t.DataAtom == atom.A {
		label := ""
		if w.label <= w.out.Len() {
			label = strings.TrimSpace(w.out.String()[w.label:])
		}
		if s := scheme(w.href); (s == "http" || s == "https") && label != w.href {
			w.space = true
			w.word("(" + w.href + ")")
		}
		w.href = ""
	}
	w.line(t.DataAtom)
}

func (w *textWriter) line(a atom.Atom) {
	if slices.Contains(blocks, a) {
		w.breaks = max(w.breaks, 1)
	}
	if slices.Contains(spaced, a) {
		w.breaks = max(w.breaks, 2)
	}
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}
