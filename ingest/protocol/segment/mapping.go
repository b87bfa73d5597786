package segment

import (
	"strings"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/ingest/protocol"
)

// contextNames gives the properties that members of «context» become; "" is not kept.
var contextNames = map[string]string{
	"app.name": "$app_name", "app.version": "$app_version", "app.build": "$app_build", "app.namespace": "$app_namespace",
	"campaign.name": "$utm_campaign", "campaign.source": "$utm_source", "campaign.medium": "$utm_medium",
	"campaign.term": "$utm_term", "campaign.content": "$utm_content",
	"device.id": "$device_id", "device.manufacturer": "$manufacturer", "device.model": "$device_model",
	"device.name": "$device_name", "device.type": "$device_type", "device.advertisingId": "$advertising_id",
	"groupId": "$group_id", "ip": "",
	"library.name": "$lib", "library.version": "$lib_version", "locale": "$locale",
	"location.city": "$city", "location.country": "$country", "location.region": "$region",
	"network.carrier": "$carrier", "network.wifi": "$wifi",
	"os.name": "$os", "os.version": "$os_version",
	"page.url": "$url", "page.path": "$url_path", "page.search": "$url_query", "page.title": "$title", "page.referrer": "$referrer",
	"referrer.url": "$referrer", "screen.width": "$screen_width", "screen.height": "$screen_height",
	"timezone": "$timezone", "userAgent": "$user_agent",
}

// pageNames gives the properties that those of a page call become.
var pageNames = map[string]string{
	"url": "$url", "path": "$url_path", "search": "$url_query", "title": "$title", "referrer": "$referrer",
	"name": "$page_name", "category": "$page_category",
}

// finish adds the call's event to the batch, or says why there is none.
func (c *call) finish(b *protocol.Batch, position int) {
	e := &event.Event{ID: c.id, Time: c.time, Properties: c.properties}
	if e.Properties == nil {
		e.Properties = event.Properties{}
	}
	if c.kind != "alias" {
		c.user = protocol.SignedIn(c.user, c.anonymous)
	}
	e.DistinctID, e.Known = c.user, true
	if c.user == "" {
		e.DistinctID, e.Known = c.anonymous, false
	}
	c.fill(e)
	if c.reason != "" {
		b.Reject(position, c.id, c.field, c.reason)
		return
	}
	c.describe(e.Properties)
	b.Add(position, e)
}

// fill makes the event of the call's kind.
func (c *call) fill(e *event.Event) {
	switch c.kind {
	case "track":
		e.Name = c.event
		if e.Name == "" {
			c.fault("event", "is missing")
		}
	case "identify":
		c.identify(e)
	case "page":
		e.Name = event.NamePage
		e.Properties = renamed(e.Properties, pageNames)
		set(e.Properties, "$page_name", c.name)
		set(e.Properties, "$page_category", c.category)
	case "screen":
		e.Name = event.NameScreen
		set(e.Properties, "$screen_name", c.name)
		set(e.Properties, "$screen_category", c.category)
	case "group":
		e.Name = event.NameGroup
		for name, v := range c.traits {
			e.Properties[name] = v
		}
		set(e.Properties, "$group_id", c.group)
		if c.group == "" {
			c.fault("groupId", "is missing")
		}
	case "alias":
		c.alias(e)
	case "":
		c.fault("type", "is missing")
	default:
		c.fault("type", "is not a kind of call")
	}
	if e.DistinctID == "" {
		c.fault("userId", "is missing, and so is anonymousId")
	}
}

// identify sets the traits. Mobile SDKs put them under the context as well.
func (c *call) identify(e *event.Event) {
	e.Name = event.NameIdentify
	traits := c.traits
	for name, v := range c.context {
		trait, ok := strings.CutPrefix(name, "traits.")
		if !ok {
			continue
		}
		if traits == nil {
			traits = event.Properties{}
		}
		if _, given := traits[trait]; !given {
			traits[trait] = v
		}
	}
	delete(traits, "anonymousId") // some SDKs repeat the ids among the traits
	delete(traits, "userId")
	if len(traits) > 0 {
		e.Profile = &event.Profile{Set: traits}
	}
	if c.user != "" && c.anonymous != "" && c.user != c.anonymous {
		e.Join = &event.Join{Kind: event.Identify, Other: c.anonymous}
	}
}

func (c *call) alias(e *event.Event) {
	e.Name = event.NameAlias
	previous := c.previous
	if previous == "" && c.user != "" {
		previous = c.anonymous
	}
	switch {
	case previous == "":
		c.fault("previousId", "is missing")
	case previous != e.DistinctID:
		e.Join = &event.Join{Kind: event.Alias, Other: previous}
	}
}

// describe adds the context, where the call's own properties do not say it.
func (c *call) describe(p event.Properties) {
	for name, v := range c.context {
		to, known := contextNames[name]
		switch {
		case known && to == "", strings.HasPrefix(name, "traits."):
			continue
		case !known:
			to = "$context." + name
		}
		if _, given := p[to]; !given {
			p[to] = v
		}
	}
}

func renamed(p event.Properties, names map[string]string) event.Properties {
	out := make(event.Properties, len(p))
	for name, v := range p {
		if to, ok := names[name]; ok {
			name = to
		}
		out[name] = v
	}
	return out
}

func set(p event.Properties, name, text string) {
	if _, given := p[name]; !given && text != "" {
		p[name] = event.Text(text)
	}
}
