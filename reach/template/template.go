package template

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/osteele/liquid"

	"github.com/weirhq/weir/event"
)

// The limits of one rendering.
const (
	maxSource   = 512 << 10
	maxOutput   = 1 << 20
	maxVariable = 256 << 10
	maxSteps    = 10_000
	maxList     = 2_000
	maxSubject  = 998 // a line of RFC 5322
)

// Content is the written, or the rendered, text of a message.
type Content struct {
	Subject string
	HTML    string // may be empty: the message is then plain text
	Text    string // may be empty: it is then derived from HTML
}

// Problem is one fault of a template.
type Problem struct {
	Where string `json:"where"` // «subject», «html» or «text»
	What  string `json:"what"`
	Line  int    `json:"line"` // from 1
}

// String gives the place and the sentence.
func (p *Problem) String() string { return fmt.Sprintf("%s, line %d: %s", p.Where, p.Line, p.What) }

// Person is the addressee as templates see them.
type Person struct {
	ID         string
	DistinctID string
	Name       string
	Email      string
	Properties event.Properties
}

// Variables are what a template can print.
type Variables struct {
	Person         Person
	CampaignID     string
	CampaignName   string
	UnsubscribeURL string
}

// Template is a compiled Content.
type Template struct {
	subject, html, text *part
}

// part is one compiled text. A nil part renders to nothing.
type part struct {
	where    string
	template *liquid.Template
}

// Compile reads the content and gives every problem found; with any, the Template is nil.
func Compile(c Content) (*Template, []Problem) {
	var problems []Problem
	if strings.TrimSpace(c.Subject) == "" {
		problems = append(problems, Problem{Where: "subject", What: "write a subject", Line: 1})
	}
	if strings.TrimSpace(c.HTML) == "" && strings.TrimSpace(c.Text) == "" {
		problems = append(problems, Problem{Where: "html", What: "write a message", Line: 1})
	}
	t := &Template{}
	for _, p := range []struct {
		into   **part
		where  string
		source string
		escape bool
	}{
		{&t.subject, "subject", c.Subject, false},
		{&t.html, "html", c.HTML, true},
		{&t.text, "text", c.Text, false},
	} {
		if strings.TrimSpace(p.source) == "" {
			continue
		}
		compiled, found := compile(p.where, p.source, p.escape)
		problems = append(problems, found...)
		*p.into = compiled
	}
	if len(problems) > 0 {
		return nil, problems
	}
	// What only shows when a value is printed (a filter's argument, say) shows with nobody's values too.
	if _, err := t.Render(Variables{}); err != nil {
		return nil, []Problem{*err}
	}
	return t, nil
}

// Render makes one person's message. The Problem, when there is one, is the first.
func (t *Template) Render(v Variables) (Content, *Problem) {
	subject, err := t.subject.render(v)
	if err != nil {
		return Content{}, err
	}
	html, err := t.html.render(v)
	if err != nil {
		return Content{}, err
	}
	text, err := t.text.render(v)
	if err != nil {
		return Content{}, err
	}
	if t.text == nil {
		text = Text(html)
	}
	return Content{Subject: oneLine(subject), HTML: html, Text: text}, nil
}

// oneLine makes a header's value of any text.
func oneLine(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, " "), isLineBreak), " ")
	if len(s) > maxSubject {
		s = strings.ToValidUTF8(s[:maxSubject], "")
	}
	return strings.TrimSpace(s)
}

func isLineBreak(r rune) bool {
	return r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029
}

func (p *part) render(v Variables) (out string, problem *Problem) {
	if p == nil {
		return "", nil
	}
	var w limitedBuffer
	// The library panics on some faults of values and when the output is full.
	defer func() {
		if x := recover(); x != nil {
			problem = &Problem{Where: p.where, What: publicCause(fmt.Errorf("%v", x)), Line: 1}
		}
		if w.full {
			problem = &Problem{Where: p.where, What: "the message became larger than 1 MiB", Line: 1}
		}
	}()
	if err := p.template.FRender(&w, bindings(v)); err != nil {
		return "", &Problem{Where: p.where, What: publicCause(err), Line: max(err.LineNumber(), 1)}
	}
	return w.String(), nil
}

// bindings gives the variables to Liquid as plain values, and the budget of this
// rendering under a name that no template can write.
func bindings(v Variables) liquid.Bindings {
	person := make(map[string]any, len(v.Person.Properties)+4)
	for name, value := range v.Person.Properties {
		put(person, name, value.Any())
	}
	person["id"], person["distinct_id"] = v.Person.ID, v.Person.DistinctID
	if v.Person.Name != "" {
		person["name"] = v.Person.Name
	}
	if v.Person.Email != "" {
		person["email"] = v.Person.Email
	}
	return liquid.Bindings{
		"person":          person,
		"campaign":        map[string]any{"id": v.CampaignID, "name": v.CampaignName},
		"unsubscribe_url": v.UnsubscribeURL,
		budgetName:        &budget{},
	}
}

// put stores a flattened property («address.city») under its whole name and as nested objects,
// so that both person["address.city"] and person.address.city find it.
func put(into map[string]any, name string, value any) {
	into[name] = value
	head, rest, nested := strings.Cut(name, ".")
	if !nested || head == "" || rest == "" {
		return
	}
	child, ok := into[head].(map[string]any)
	if !ok {
		if _, taken := into[head]; taken {
			return
		}
		child = make(map[string]any)
		into[head] = child
	}
	put(child, rest, value)
}

// limitedBuffer refuses to grow beyond maxOutput.
type limitedBuffer struct {
	bytes.Buffer
	full bool
}

// Write appends, or fails for good when the output would be too large.
func (b *limitedBuffer) Write(p []byte) (int, error) {
	if b.full || b.Len()+len(p) > maxOutput {
		b.full = true
		return 0, errTooLarge
	}
	return b.Buffer.Write(p)
}
