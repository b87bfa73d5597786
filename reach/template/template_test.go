package template_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/reach/template"
)

func person(properties event.Properties) template.Variables {
	return template.Variables{
		Person:     template.Person{ID: "p_1", DistinctID: "u1", Name: "李雷", Email: "lilei@example.com", Properties: properties},
		CampaignID: "cmp_1", CampaignName: "Spring & more", UnsubscribeURL: "https://weir.example.com/u/abc",
	}
}

func render(t *testing.T, c template.Content, v template.Variables) template.Content {
	t.Helper()
	compiled, problems := template.Compile(c)
	require.Empty(t, problems)
	out, problem := compiled.Render(v)
	require.Nil(t, problem)
	return out
}

func html(t *testing.T, source string, properties event.Properties) string {
	t.Helper()
	return render(t, template.Content{Subject: "s", HTML: source}, person(properties)).HTML
}

func TestRendering(t *testing.T) {
	t.Parallel()
	out := render(t, template.Content{
		Subject: "{{ person.name }}, {{ campaign.name }}",
		HTML:    `<p>{{ person.name }} {{ person.city | default: "you" | upcase }} {{ person.orders }} {% if person.vip %}VIP{% endif %} {{ person.tags }} {{ person["address.city"] }} {{ person.address.city }}</p><a href="{{ unsubscribe_url }}">x</a>`,
		Text:    "{{ person.name }} & {{ person.city | default: 'you' }}",
	}, person(event.Properties{"orders": event.Num(3), "vip": event.Flag(true), "tags": event.Strings("a", "b"), "address.city": event.Text("杭州")}))
	require.Equal(t, "李雷, Spring & more", out.Subject)
	require.Equal(t, `<p>李雷 YOU 3 VIP a, b 杭州 杭州</p><a href="https://weir.example.com/u/abc">x</a>`, out.HTML)
	require.Equal(t, "李雷 & you", out.Text)
	require.Equal(t, "1500000 0.25", html(t, "{{ person.a }} {{ person.b }}", event.Properties{"a": event.Num(1.5e6), "b": event.Num(.25)}))
}

func TestHostileValuesAreEscaped(t *testing.T) {
	t.Parallel()
	evil := `"><script>alert('1')</script><a href='x'>&{{ campaign.id }}{% include "/etc/passwd" %}`
	for _, source := range []string{
		`{{ person.x }}`, `{{person.x}}`, `{{- person.x -}}`, `<a title="{{ person.x }}">`, `{{ person.x | strip }}`, `{{ person.x | raw | append: "" }}`,
		`{% assign y = person.x %}{{ y }}`, `{% capture y %}{{ person.x }}{% endcapture %}{{ y }}`, `{% for y in person.list %}{{ y }}{% endfor %}`,
		`{{ person.list }}`, `{{ person.list | join: ", " }}`, `{{ person.list | first }}`, `{{ nil | default: person.x }}`, `{% if true %}{{ person.x }}{% endif %}`,
		`{% case 1 %}{% when 1 %}{{ person.x }}{% endcase %}`, `{% unless false %}{{ person["x"] }}{% endunless %}`, "{{\nperson.x\n}}",
	} {
		out := html(t, source, event.Properties{"x": event.Text(evil), "list": event.Strings(evil)})
		for _, bad := range []string{"<script", "<a href", `'1'`, "cmp_1"} {
			require.NotContains(t, out, bad, source)
		}
		require.Contains(t, out, "script", source)
	}
	require.Equal(t, "<b>&lt;i&gt;", html(t, `{{ person.x | raw }}{{ person.y }}`, event.Properties{"x": event.Text("<b>"), "y": event.Text("<i>")}))
	require.Equal(t, "{{ person.x }}", html(t, `{% raw %}{{ person.x }}{% endraw %}`, nil))
	require.Equal(t, "", html(t, `{% comment %}{{ nonsense | nothing }}{% endcomment %}`, nil))
}

func TestTrimming(t *testing.T) {
	t.Parallel()
	require.Equal(t, "<ul><li>a<li>b</ul>1", html(t, "<ul>{% for x in person.l -%}  <li>{{- x -}}  {%- endfor -%}  </ul>{% assign n = 1 -%}  {{ n }}", event.Properties{"l": event.Strings("a", "b")}))
}

func TestSubjectIsOneLine(t *testing.T) {
	t.Parallel()
	out := render(t, template.Content{Subject: "Hi {{ person.x }}", Text: "t"}, person(event.Properties{"x": event.Text("a\r\nBcc: b@example.com\u2028c\x85d")}))
	require.Equal(t, "Hi a Bcc: b@example.com c d", out.Subject)
	long := render(t, template.Content{Subject: "{{ person.x }}", Text: "t"}, person(event.Properties{"x": event.Text(strings.Repeat("长", 1000))}))
	require.LessOrEqual(t, len(long.Subject), 998)
}

func TestEveryProblemIsListedWithItsLine(t *testing.T) {
	t.Parallel()
	_, problems := template.Compile(template.Content{
		Subject: "{{ persn.name }}",
		HTML:    "<p>\n{{ person.name | shout }}\n{{ person. }}\n{% include 'x' %}\n{{ open\n</p>{{ x.y }}",
		Text:    "ok\n{% nonsense %}",
	})
	got := map[string][]int{}
	for _, p := range problems {
		require.NotEmpty(t, p.What)
		got[p.Where] = append(got[p.Where], p.Line)
	}
	require.Equal(t, []int{1}, got["subject"])
	require.Subset(t, got["html"], []int{2, 3, 4, 5})
	require.Equal(t, []int{2}, got["text"])
	require.Contains(t, problems[0].What, "persn")

	for name, c := range map[string]template.Content{
		"empty":             {},
		"no message":        {Subject: "s"},
		"unclosed block":    {Subject: "s", HTML: "{% if person.a %}x"},
		"stray end":         {Subject: "s", HTML: "x{% endif %}"},
		"stray else":        {Subject: "s", HTML: "{% else %}"},
		"too large":         {Subject: "s", HTML: strings.Repeat("x", 600<<10)},
		"range":             {Subject: "s", HTML: "{{ (1..1000000000) | join }}"},
		"assigned range":    {Subject: "s", HTML: "{% assign r = (1..1000000000) %}{{ r | join }}"},
		"our own tags":      {Subject: "s", HTML: "{% weir_step %}"},
		"our own filters":   {Subject: "s", HTML: "{{ person.a | weir_plain: 1 }}"},
		"our own budget":    {Subject: "s", HTML: "{% assign weir_budget = 1 %}"},
		"our own loop":      {Subject: "s", HTML: "{% for weir_budget in (1..9) %}x{% endfor %}"},
		"break without for": {Subject: "s", HTML: "{% break %}"},
	} {
		_, problems := template.Compile(c)
		require.NotEmpty(t, problems, name)
	}
}

// TestRenderingIsBounded: whatever is written, a rendering ends soon and small.
func TestRenderingIsBounded(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"silent loop":     `{% for i in (1..1000000000) %}{% endfor %}`,
		"nested loops":    `{% for i in (1..100000) %}{% for j in (1..100000) %}{% endfor %}{% endfor %}`,
		"tablerow":        `{% tablerow i in (1..1000000000) %}{% endtablerow %}`,
		"output":          `{% for i in (1..99999) %}` + strings.Repeat("x", 100) + `{% endfor %}`,
		"doubling":        `{% assign s = "x" %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}`,
		"captured":        `{% assign s = "x" %}{% for i in (1..60) %}{% capture s %}{{ s }}{{ s }}{% endcapture %}{% endfor %}`,
		"squaring":        `{% assign s = "aaaaaaaaaaaaaaaa" %}{% for i in (1..60) %}{% assign s = s | replace: "a", s %}{% endfor %}`,
		"growing list":    `{% assign l = "a b" | split: " " %}{% for i in (1..60) %}{% assign l = l | concat: l %}{% endfor %}`,
		"captured text":   `{% capture s %}{% for i in (1..9999) %}` + strings.Repeat("x", 100_000) + `{% endfor %}{% endcapture %}`,
		"captured values": `{% assign v = "` + strings.Repeat("x", 100_000) + `" %}{% capture s %}{% for i in (1..9999) %}{{ v }}{% endfor %}{% endcapture %}`,
		"captured raw":    `{% capture s %}{% for i in (1..9999) %}{% raw %}` + strings.Repeat("x", 100_000) + `{% endraw %}{% endfor %}{% endcapture %}`,
		"long list":       `{% assign v = "` + strings.Repeat("x ", 100_000) + `" %}{{ v | split: " " | uniq | size }}`,
	} {
		compiled, problems := template.Compile(template.Content{Subject: "s", HTML: source})
		require.Nil(t, compiled, name)
		require.Len(t, problems, 1, name)
		require.Equal(t, "html", problems[0].Where, name)
	}
}

func TestConcurrentRendering(t *testing.T) {
	t.Parallel()
	compiled, problems := template.Compile(template.Content{Subject: "{{ person.n }}", HTML: `{% assign a = person.n %}{% for i in (1..5) %}{{ a }}{% endfor %}`})
	require.Empty(t, problems)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			digit := string(rune('0' + i))
			for range 50 {
				out, problem := compiled.Render(person(event.Properties{"n": event.Text(digit)}))
				if problem != nil || out.Subject != digit || out.HTML != strings.Repeat(digit, 5) {
					t.Errorf("got %q %q %v", out.Subject, out.HTML, problem)
					return
				}
			}
		})
	}
	group.Wait()
}

func TestTrack(t *testing.T) {
	t.Parallel()
	source := `<!doctype html><HTML><body class=a>
<a href="https://shop.example.com/?a=1&amp;b=2" target='_blank'>one</a><A HREF=http://x.example.com>two</A>
<a href="https://weir.example.com/u/abc">no</a><a href="mailto:a@b.c">mail</a><a href="#top">top</a><a href="/local">local</a><a name=x>anchor</a>
<a href="javascript:alert(1)">evil</a><a href=" java&#10;script:alert(1)">evil</a><a href="data:text/html,x">evil</a>
<!-- <a href="https://comment.example.com"> --><img src="https://cdn.example.com/x.png"></body></HTML>`
	var seen []string
	out := template.Track(source, []string{"https://weir.example.com/u/abc"}, func(url string) string {
		seen = append(seen, url)
		return "https://t/" + string(rune('0'+len(seen)))
	}, "https://weir.example.com/t/o/x.gif")
	require.Equal(t, []string{"https://shop.example.com/?a=1&b=2", "http://x.example.com"}, seen)
	require.Contains(t, out, `<a href="https://t/1" target="_blank">one</a>`)
	require.Contains(t, out, `<a href="https://t/2">two</A>`)
	for _, kept := range []string{
		"<!doctype html><HTML><body class=a>", `<a href="https://weir.example.com/u/abc">no</a>`, `<a href="mailto:a@b.c">`, `<a href="#top">`, `<a href="/local">`, "<a name=x>",
		`<!-- <a href="https://comment.example.com"> -->`, `<img src="https://cdn.example.com/x.png">`,
	} {
		require.Contains(t, out, kept)
	}
	require.NotContains(t, strings.ToLower(out), "script:")
	require.NotContains(t, out, "data:text")
	require.Equal(t, 3, strings.Count(out, `<a href="#">evil`))
	require.Regexp(t, `<img src="https://weir.example.com/t/o/x.gif"[^>]*></body></HTML>$`, out)
	require.Regexp(t, `^hi<img src="p"`, template.Track("hi", nil, nil, "p"))
	require.Equal(t, "hi", template.Track("hi", nil, nil, ""))
}

func TestText(t *testing.T) {
	t.Parallel()
	require.Equal(t, strings.TrimSpace(`
Spring sale

Hello Li & co <3, see the shop (https://shop.example.com).
Second line

- one
- two

a b

logo`), template.Text(`<html><head><title>T</title><style>p{}</style></head><body><h1>Spring   sale</h1>
<p>Hello <b>Li</b> &amp; co &lt;3, see <a href="https://shop.example.com">the shop</a>.<br>Second
line</p><script>x()</script><ul><li>one</li><li>two</li></ul><div><table><tr><td>a</td><td>b</td></tr></table></div><img alt="logo" src=x></body></html>`))
	require.Equal(t, "https://x.example.com", template.Text(`<a href="https://x.example.com">https://x.example.com</a>`))
	require.Equal(t, "&lt;", template.Text("&amp;lt;"))
	require.Empty(t, template.Text(""))
}
