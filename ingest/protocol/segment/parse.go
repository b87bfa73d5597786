package segment

import (
	"errors"
	"strconv"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest/protocol"
	"github.com/weirhq/weir/ingest/protocol/internal/jsontext"
)

// Parsed is what a body said.
type Parsed struct {
	Batch    *protocol.Batch
	SentAt   int64  // UTC milliseconds; 0 when it is not said
	WriteKey string // "" when it is not said
}

// Parse reads a body: one call of a kind, or, when kind is "", a list of calls
// under «batch». On an error what was read before it is still in the result.
func Parse(text, kind string) (Parsed, error) {
	p := jsontext.Get(text)
	defer p.Put()
	b := body{Parsed: Parsed{Batch: &protocol.Batch{Protocol: Protocol}}}
	b.self.kind = kind
	err := p.Object(func(name string) error { return b.member(p, name) })
	if err == nil {
		err = p.End()
	}
	if err != nil {
		return b.Parsed, protocol.SyntaxFault(err)
	}
	switch {
	case b.listed:
	case kind != "" || b.self.kind != "":
		b.list = append(b.list, b.self)
	default: // «success» would lose in silence whatever was meant
		return b.Parsed, fault.New(fault.Invalid, "The body has no list of calls under «batch».")
	}
	for i := range b.list {
		c := &b.list[i]
		if c.id == "" && b.self.id != "" && b.listed {
			c.id = b.self.id + ":" + strconv.Itoa(i)
		}
		if b.listed {
			c.inherit(b.self.context)
		}
		c.finish(b.Batch, i)
	}
	return b.Parsed, nil
}

// body is a request while it is read. Self collects the members that a lone
// call has, and those that a list of calls shares.
type body struct {
	Parsed
	self   call
	list   []call
	listed bool
}

func (b *body) member(p *jsontext.Parser, name string) error {
	switch name {
	case "batch":
		if p.Peek() != '[' {
			return p.Skip()
		}
		b.listed = true
		return p.Array(func(int) error { return b.element(p) })
	case "sentAt":
		text, err := p.Text()
		if _, unfit := errors.AsType[*jsontext.ValueError](err); unfit {
			return nil
		}
		// A time of sending that cannot be read corrects nothing.
		b.SentAt, _ = protocol.ParseTime(text)
		return err
	case "writeKey":
		text, err := p.Text()
		if _, unfit := errors.AsType[*jsontext.ValueError](err); unfit {
			return nil
		}
		b.WriteKey = text
		return err
	}
	return b.self.member(p, name)
}

func (b *body) element(p *jsontext.Parser) error {
	var c call
	defer func() { b.list = append(b.list, c) }()
	if p.Peek() != '{' {
		c.fault("", "must be a JSON object")
		return p.Skip()
	}
	return p.Object(func(name string) error { return c.member(p, name) })
}

// call is one call of an SDK while it is read.
type call struct {
	kind, id, user, anonymous string
	event, name, category     string
	group, previous           string
	time                      int64
	properties, traits        event.Properties
	context                   event.Properties
	field, reason             string // the first fault
}

func (c *call) fault(field, reason string) {
	if c.reason == "" {
		c.field, c.reason = field, reason
	}
}

// member reads one member of a call. A value that is unfit costs the call only.
func (c *call) member(p *jsontext.Parser, name string) error {
	err := c.read(p, name)
	unfit, ok := errors.AsType[*jsontext.ValueError](err)
	if !ok {
		return err
	}
	if unfit.Field != "" {
		name += "." + unfit.Field
	}
	c.fault(name, unfit.Reason)
	return nil
}

func (c *call) read(p *jsontext.Parser, name string) (err error) {
	var into *string
	switch name {
	case "type":
		into = &c.kind
	case "messageId":
		into = &c.id
	case "userId":
		into = &c.user
	case "anonymousId":
		into = &c.anonymous
	case "event":
		into = &c.event
	case "name":
		into = &c.name
	case "category":
		into = &c.category
	case "groupId":
		into = &c.group
	case "previousId":
		into = &c.previous
	case "properties":
		c.properties, err = p.Properties()
		return err
	case "traits":
		c.traits, err = p.Properties()
		return err
	case "context":
		c.context, err = p.Properties()
		return err
	case "timestamp":
		return c.moment(p)
	default:
		return p.Skip() // integrations, _metadata, channel and what SDKs may add
	}
	*into, err = p.Text()
	return err
}

func (c *call) moment(p *jsontext.Parser) error {
	text, err := p.Text()
	if err != nil || text == "" {
		return err
	}
	var ok bool
	if c.time, ok = protocol.ParseTime(text); !ok {
		return &jsontext.ValueError{Reason: "must be an RFC 3339 time"}
	}
	return nil
}

// inherit fills in what the list's shared context says and the call's does not.
func (c *call) inherit(shared event.Properties) {
	if len(shared) == 0 {
		return
	}
	if c.context == nil {
		c.context = make(event.Properties, len(shared))
	}
	for name, v := range shared {
		if _, ok := c.context[name]; !ok {
			c.context[name] = v
		}
	}
}
