package ingest

import (
	"net/url"
	"strings"

	"github.com/weirhq/weir/event"
)

// campaignParameters are the query parameters that become properties.
var campaignParameters = [...]string{"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"}

// enrich adds what follows from the event itself, where the sender did not say
// it: campaign parameters and path from $url, the host of $referrer, and
// platform, system and browser from $user_agent, which is not kept.
func enrich(p event.Properties) {
	if page := p["$url"].Str; page != "" {
		enrichPage(p, page)
	}
	if referrer := p["$referrer"].Str; referrer != "" {
		if u, err := url.Parse(referrer); err == nil && u.Host != "" {
			setMissing(p, "$referrer_host", u.Hostname())
		}
	}
	if agent := p["$user_agent"].Str; agent != "" {
		os, browser, platform := userAgent(agent)
		setMissing(p, "$os", os)
		setMissing(p, "$browser", browser)
		setMissing(p, "$platform", platform)
		delete(p, "$user_agent")
	}
}

func enrichPage(p event.Properties, page string) {
	u, err := url.Parse(page)
	if err != nil {
		return
	}
	setMissing(p, "$url_path", u.Path)
	if !strings.Contains(u.RawQuery, "utm_") {
		return
	}
	query := u.Query()
	for _, name := range campaignParameters {
		setMissing(p, "$"+name, query.Get(name))
	}
}

func setMissing(p event.Properties, name, text string) {
	if _, ok := p[name]; !ok && text != "" {
		p[name] = event.Text(text)
	}
}

// rule finds a word in a user agent.
type rule struct{ word, name string }

// The first match wins; the order puts the imitated behind the imitators.
var (
	systems = []rule{
		{"HarmonyOS", "HarmonyOS"},
		{"OpenHarmony", "HarmonyOS"},
		{"Android", "Android"},
		{"iPhone", "iOS"},
		{"iPad", "iOS"},
		{"Windows", "Windows"},
		{"Mac OS X", "macOS"},
		{"CrOS", "ChromeOS"},
		{"Linux", "Linux"},
	}
	browsers = []rule{
		{"MicroMessenger", "WeChat"},
		{"AlipayClient", "Alipay"},
		{"DingTalk", "DingTalk"},
		{"MQQBrowser", "QQ Browser"},
		{"UCBrowser", "UC Browser"},
		{"HuaweiBrowser", "Huawei Browser"},
		{"MiuiBrowser", "Miui Browser"},
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser", "Samsung Internet"},
		{"Firefox", "Firefox"},
		{"FxiOS", "Firefox"},
		{"CriOS", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
)

func userAgent(agent string) (os, browser, platform string) {
	os, browser = first(systems, agent), first(browsers, agent)
	switch {
	case browser == "":
	case os == "Android" || os == "iOS" || os == "HarmonyOS":
		platform = "mobile web"
	default:
		platform = "web"
	}
	return os, browser, platform
}

func first(rules []rule, agent string) string {
	for _, r := range rules {
		if strings.Contains(agent, r.word) {
			return r.name
		}
	}
	return ""
}
