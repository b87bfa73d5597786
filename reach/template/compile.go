package template

import (
	"errors"
	"fmt"
	"html"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/osteele/liquid"
	"github.com/osteele/liquid/expressions"
	"github.com/osteele/liquid/parser"
	"github.com/osteele/liquid/render"
)

// reserved starts the names that compile adds; no template may write one.
const (
	reserved   = "weir_"
	budgetName = reserved + "budget"
)

var (
	errTooLarge  = errors.New("the message became larger than 1 MiB")
	errTooLong   = fmt.Errorf("the template took more than %d steps", maxSteps)
	errVariable  = errors.New("a variable became larger than 256 KiB")
	errList      = fmt.Errorf("a list became longer than %d", maxList)
	errNoRange   = errors.New("a range (1..n) can only be used directly in «for»")
	errNoInclude = errors.New("files cannot be included")
)

// budget counts the steps of one rendering, and the bytes that it makes, also
// those that are captured and never shown.
type budget struct{ steps, bytes int }

// spend takes from the budget; x is what a template passes as its budget.
func spend(x any, steps, bytes int) error {
	b, ok := x.(*budget)
	if !ok {
		return errTooLong
	}
	b.steps += steps
	b.bytes += bytes
	switch {
	case b.steps > maxSteps:
		return errTooLong
	case b.bytes > 2*maxOutput:
		return errTooLarge
	}
	return nil
}

// trusted is what the filter raw makes: text that is printed as it is.
type trusted string

// newEngine gives Liquid without file access and with bounded filters. Each
// template has its own: the library's engines are not made for sharing.
func newEngine() *liquid.Engine {
	e := liquid.NewEngine()
	e.RegisterFilter("raw", func(v any) any { return trusted(printed(v)) })
	e.RegisterFilter("weir_html", func(v, b any) (string, error) {
		out := printed(v)
		if _, ok := v.(trusted); !ok {
			out = html.EscapeString(out)
		}
		return out, spend(b, 0, len(out))
	})
	e.RegisterFilter("weir_plain", func(v, b any) (string, error) {
		out := printed(v)
		return out, spend(b, 0, len(out))
	})
	boundFilters(e)
	e.RegisterTag("include", func(render.Context) (string, error) { return "", errNoInclude })
	e.RegisterTag("weir_step", func(ctx render.Context) (string, error) {
		bytes, err := strconv.Atoi(strings.TrimSpace(ctx.TagArgs()))
		if err != nil {
			return "", errTooLong
		}
		return "", spend(ctx.Get(budgetName), 1, bytes)
	})
	e.RegisterTag("weir_size", func(ctx render.Context) (string, error) {
		if size(ctx.Get(strings.TrimSpace(ctx.TagArgs())), 0) > maxVariable {
			return "", errVariable
		}
		return "", nil
	})
	return e
}

// boundFilters replaces those filters whose result can be much larger than what
// goes in, so that a few of them in a row cannot fill the memory.
func boundFilters(e *liquid.Engine) {
	join := func(a, b string) (string, error) {
		if len(a)+len(b) > maxVariable {
			return "", errVariable
		}
		return a + b, nil
	}
	e.RegisterFilter("append", join)
	e.RegisterFilter("prepend", func(a, b string) (string, error) { return join(b, a) })
	replace := func(times int) func(s, from, to string) (string, error) {
		return func(s, from, to string) (string, error) {
			n := strings.Count(s, from)
			if times > 0 {
				n = min(n, times)
			}
			if len(s)+n*len(to) > maxVariable {
				return "", errVariable
			}
			return strings.Replace(s, from, to, times), nil
		}
	}
	e.RegisterFilter("replace", replace(-1))
	e.RegisterFilter("replace_first", replace(1))
	e.RegisterFilter("newline_to_br", func(s string) (string, error) {
		if len(s)+6*strings.Count(s, "\n") > maxVariable {
			return "", errVariable
		}
		return strings.ReplaceAll(s, "\n", "<br />\n"), nil
	})
	e.RegisterFilter("split", func(s, separator string) ([]string, error) {
		if separator != "" && strings.Count(s, separator) >= maxList || separator == "" && len(s) > maxList {
			return nil, errList
		}
		parts := strings.Split(s, separator)
		for len(parts) > 0 && parts[len(parts)-1] == "" { // as Ruby does
			parts = parts[:len(parts)-1]
		}
		return parts, nil
	})
	e.RegisterFilter("concat", func(a, b []any) ([]any, error) {
		if len(a)+len(b) > maxList {
			return nil, errList
		}
		if size(a, 0)+size(b, 0) > maxVariable {
			return nil, errVariable
		}
		return slices.Concat(a, b), nil
	})
}

// size estimates the bytes that a value takes.
func size(v any, depth int) int {
	switch v := v.(type) {
	case nil:
		return 0
	case string:
		return len(v)
	case trusted:
		return len(v)
	}
	rv := reflect.ValueOf(v)
	if depth > 8 || (rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array) {
		return 8
	}
	total := 16
	for i := range rv.Len() {
		if total += size(rv.Index(i).Interface(), depth+1) + 16; total > maxVariable {
			break
		}
	}
	return total
}

// printed gives a value as the library would print it.
func printed(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case trusted:
		return string(v)
	case []byte:
		return string(v)
	case time.Time:
		return v.Format("2006-01-02 15:04:05 -0700")
	case float64:
		if v == float64(int64(v)) { // 3 and not 3e+06
			return fmt.Sprint(int64(v))
		}
	}
	rv := reflect.ValueOf(v)
	if rv.Kind() == reflect.Slice || rv.Kind() == reflect.Array {
		parts := make([]string, rv.Len())
		for i := range parts {
			parts[i] = printed(rv.Index(i).Interface())
		}
		return strings.Join(parts, ", ")
	}
	return fmt.Sprint(v)
}

// compile checks one text and turns it into Liquid in which every output passes
// the escaping filter and every loop turn and assignment passes a check.
func compile(where, source string, escape bool) (*part, []Problem) {
	if len(source) > maxSource {
		return nil, []Problem{{Where: where, What: "the text is larger than 512 KiB", Line: 1}}
	}
	engine := newEngine()
	c := checker{where: where, engine: engine, known: map[string]bool{"person": true, "campaign": true, "unsubscribe_url": true, "forloop": true}}
	tokens := parser.Scan(source, parser.SourceLoc{LineNo: 1}, nil)
	out := c.rewrite(tokens, escape)
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	template, err := engine.ParseTemplateLocation([]byte(out), "", 1)
	if err != nil {
		return nil, []Problem{{Where: where, What: publicCause(err), Line: max(err.LineNumber(), 1)}}
	}
	return &part{where: where, template: template}, nil
}

// checker walks the tokens of one text.
type checker struct {
	where    string
	engine   *liquid.Engine
	known    map[string]bool // variables that may be named
	problems []Problem
	skip     string      // the tag that ends a raw or comment block we are in
	bodies   map[int]int // by the index of a loop's token: bytes that one turn may write
	captured []string    // variables of the capture blocks we are in
}

func (c *checker) add(line int, format string, args ...any) {
	c.problems = append(c.problems, Problem{Where: c.where, What: fmt.Sprintf(format, args...), Line: max(line, 1)})
}

func (c *checker) rewrite(tokens []parser.Token, escape bool) string {
	filter := " | weir_plain: " + budgetName
	if escape {
		filter = " | weir_html: " + budgetName
	}
	c.collectVariables(tokens)
	c.bodies = bodies(tokens)
	var out strings.Builder
	for i, t := range tokens {
		if strings.Contains(t.Source, reserved) && t.Type != parser.TextTokenType {
			c.add(t.SourceLoc.LineNo, "names that start with «%s» are reserved", reserved)
		}
		switch {
		case t.Type == parser.TrimLeftTokenType || t.Type == parser.TrimRightTokenType:
			// The dash is part of the neighbour's source.
		case c.skip != "":
			if t.Type == parser.TagTokenType && t.Name == c.skip {
				c.skip = ""
			}
			out.WriteString(t.Source)
		case t.Type == parser.ObjTokenType:
			c.checkExpression(t.SourceLoc.LineNo, t.Args)
			out.WriteString(insertAfter(t.Source, t.Args, filter))
		case t.Type == parser.TagTokenType:
			c.tag(&out, i, t)
		default:
			c.checkText(t)
			out.WriteString(t.Source)
		}
	}
	return out.String()
}

func insertAfter(source, args, addition string) string {
	at := strings.LastIndex(source, args) + len(args)
	return source[:at] + addition + source[at:]
}

// bodies gives, for each loop, how much source one turn runs through: an upper
// bound of the fixed text that a turn writes. Loops inside count for themselves.
func bodies(tokens []parser.Token) map[int]int {
	sizes := make(map[int]int)
	var open []int
	for i, t := range tokens {
		isTag := t.Type == parser.TagTokenType
		switch {
		case isTag && (t.Name == "for" || t.Name == "tablerow"):
			open = append(open, i)
			sizes[i] = 0
		case isTag && (t.Name == "endfor" || t.Name == "endtablerow") && len(open) > 0:
			open = open[:len(open)-1]
		case len(open) > 0:
			sizes[open[len(open)-1]] += len(t.Source)
		}
	}
	return sizes
}

// tag copies one tag and adds the checks that bound it.
func (c *checker) tag(out *strings.Builder, index int, t parser.Token) {
	out.WriteString(t.Source)
	end := " %}" // an added tag trims what follows exactly when its neighbour does
	if strings.HasSuffix(t.Source, "-%}") {
		end = " -%}"
	}
	line := t.SourceLoc.LineNo
	switch t.Name {
	case "raw", "comment":
		c.skip = "end" + t.Name
	case "include":
		c.add(line, "%v", errNoInclude)
	case "for", "tablerow":
		if name, over, ok := strings.Cut(t.Args, " in "); ok && strings.TrimSpace(name) != "" {
			c.checkRoot(line, over)
		}
		fmt.Fprintf(out, "{%% weir_step %d%s", c.bodies[index], end)
	case "assign":
		name, expression, ok := strings.Cut(t.Args, "=")
		if !ok {
			c.add(line, "write «assign name = value»")
			return
		}
		c.checkExpression(line, expression)
		out.WriteString("{% weir_size " + strings.TrimSpace(name) + end)
	case "capture":
		c.captured = append(c.captured, strings.TrimSpace(t.Args))
	case "endcapture":
		if n := len(c.captured); n > 0 {
			out.WriteString("{% weir_size " + c.captured[n-1] + end)
			c.captured = c.captured[:n-1]
		}
	case "if", "elsif", "unless":
		c.checkRoot(line, t.Args)
	}
}

// collectVariables notes what the template itself defines, wherever it does.
func (c *checker) collectVariables(tokens []parser.Token) {
	for _, t := range tokens {
		if t.Type != parser.TagTokenType {
			continue
		}
		fields := strings.FieldsFunc(t.Args, func(r rune) bool { return r == ' ' || r == '=' || r == '\t' || r == '\n' })
		if len(fields) > 0 && slices.Contains([]string{"assign", "capture", "for", "tablerow"}, t.Name) {
			c.known[fields[0]] = true
		}
	}
}

var (
	filterName = regexp.MustCompile(`\|\s*([a-zA-Z_][a-zA-Z0-9_]*)`)
	quoted     = regexp.MustCompile(`"[^"]*"|'[^']*'`)
	rootName   = regexp.MustCompile(`^\s*([a-zA-Z_][a-zA-Z0-9_-]*)`)
)

// words are what may stand at the start of an expression and is no variable.
var words = []string{"true", "false", "nil", "null", "empty", "blank", "not"}

func (c *checker) checkExpression(line int, expression string) {
	expression = strings.TrimSpace(expression)
	if _, err := expressions.Parse(expression); err != nil {
		c.add(line, "«%s» is not understood", expression)
		return
	}
	bare := quoted.ReplaceAllString(expression, `""`)
	if strings.Contains(bare, "..") {
		c.add(line, "%v", errNoRange)
	}
	for _, m := range filterName.FindAllStringSubmatch(bare, -1) {
		if !c.hasFilter(m[1]) {
			c.add(line, "there is no filter «%s»", m[1])
		}
	}
	c.checkRoot(line, expression)
}

// checkRoot reports a first variable that nothing defines: a misspelt one would print nothing.
func (c *checker) checkRoot(line int, expression string) {
	m := rootName.FindStringSubmatch(expression)
	if m == nil || c.known[m[1]] || slices.Contains(words, m[1]) {
		return
	}
	c.add(line, "there is no variable «%s»; use person.…, campaign.… or unsubscribe_url", m[1])
}

// hasFilter asks the engine itself, by using the filter: an unknown one is named in its error.
func (c *checker) hasFilter(name string) (found bool) {
	if strings.HasPrefix(name, reserved) {
		return false
	}
	defer func() {
		if x := recover(); x != nil {
			found = !strings.Contains(fmt.Sprint(x), "undefined filter")
		}
	}()
	_, err := c.engine.ParseAndRenderString("{{ nil | "+name+" }}", nil)
	return err == nil || !strings.Contains(err.Error(), "undefined filter")
}

// checkText finds outputs and tags that were opened and never closed.
func (c *checker) checkText(t parser.Token) {
	for i, text := range strings.Split(t.Source, "\n") {
		for _, open := range []string{"{{", "{%"} {
			if strings.Contains(text, open) {
				c.add(t.SourceLoc.LineNo+i, "«%s» is opened and not closed", open)
			}
		}
	}
}

var position = regexp.MustCompile(`^(Liquid error( \(line \d+\))?: )+`)

// publicCause gives the library's sentence without the library's name and place.
func publicCause(err error) string {
	for _, known := range []error{errTooLarge, errTooLong, errVariable, errList, errNoRange, errNoInclude} {
		if strings.Contains(err.Error(), known.Error()) {
			return known.Error()
		}
	}
	text := position.ReplaceAllString(err.Error(), "")
	if len(text) > 300 {
		text = strings.ToValidUTF8(text[:300], "") + "…"
	}
	return text
}
