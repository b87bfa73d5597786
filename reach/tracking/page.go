package tracking

import (
	"fmt"
	"html"
	"strconv"
	"strings"
)

// words are the texts of the unsubscription page.
type words struct{ lang, title, ask, button, doneTitle, done string }

func chinese() words {
	return words{
		lang: "zh-CN", title: "退订邮件", ask: "确认后，此邮箱将不再收到我们的营销邮件。", button: "确认退订",
		doneTitle: "已退订", done: "此邮箱不会再收到我们的营销邮件。您可以关闭本页面。",
	}
}

func english() words {
	return words{
		lang: "en", title: "Unsubscribe", ask: "Once you confirm, this address will receive no more mailings from us.", button: "Unsubscribe me",
		doneTitle: "You are unsubscribed", done: "This address will receive no more mailings from us. You can close this page.",
	}
}

// style is the page's whole style: it loads nothing from anywhere.
const style = `body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f4f6f8;color:#1b2733;font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:26rem;margin:1rem;padding:2rem;background:#fff;border-radius:12px;box-shadow:0 1px 4px rgba(0,0,0,.12)}
h1{font-size:1.4rem;margin:0 0 .75rem}p{margin:0 0 1.25rem}
button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:8px;background:#0b63c5;color:#fff;cursor:pointer}
button:focus-visible{outline:3px solid #8ec1ff;outline-offset:2px}
@media(prefers-color-scheme:dark){body{background:#11161c;color:#e6edf3}main{background:#1b222b}}`

// page writes the page. The form posts to the page's own address, which holds the token.
func page(acceptLanguage string, done bool) []byte {
	w := english()
	if prefersChinese(acceptLanguage) {
		w = chinese()
	}
	title, body := w.title, fmt.Sprintf("<p>%s</p>\n<form method=\"post\"><button type=\"submit\">%s</button></form>", html.EscapeString(w.ask), html.EscapeString(w.button))
	if done {
		title, body = w.doneTitle, fmt.Sprintf("<p role=\"status\">%s</p>", html.EscapeString(w.done))
	}
	return fmt.Appendf(nil, `<!doctype html>
<html lang="%s">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>%s</title>
<style>%s</style>
</head>
<body>
<main>
<h1>%s</h1>
%s
</main>
</body>
</html>
`, w.lang, html.EscapeString(title), style, html.EscapeString(title), body)
}

// prefersChinese reads an Accept-Language header: whether Chinese stands above
// English. With neither, the answer is no.
func prefersChinese(header string) bool {
	zh, en := 0.0, 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, parameter, _ := strings.Cut(strings.TrimSpace(part), ";")
		quality := 1.0
		if q, ok := strings.CutPrefix(strings.TrimSpace(parameter), "q="); ok {
			if parsed, err := strconv.ParseFloat(q, 64); err == nil {
				quality = parsed
			}
		}
		switch language, _, _ := strings.Cut(strings.ToLower(tag), "-"); language {
		case "zh":
			zh = max(zh, quality)
		case "en":
			en = max(en, quality)
		}
	}
	return zh > en
}
