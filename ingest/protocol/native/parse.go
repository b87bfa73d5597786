package native

import (
	"errors"
	"strconv"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/ingest/protocol"
	"github.com/weirhq/weir/ingest/protocol/internal/jsontext"
)

// The names that events of this door carry.
const (
	Protocol = "native"
	Imported = "import" // sent by an import of files
)

// Parse reads a request's body: one event, a list of events, or an object with
// «events» or «batch» and optionally «sent_at» and «id». sentAt is 0 when it is
// not said. An error means that nothing could be read.
func Parse(text string) (batch *protocol.Batch, sentAt int64, err error) {
	p := jsontext.Get(text)
	defer p.Put()
	r := request{batch: &protocol.Batch{Protocol: Protocol}}
	if p.Peek() == '[' {
		err = r.list(p)
	} else {
		err = r.object(p)
	}
	if err == nil {
		err = p.End()
	}
	if err != nil {
		return nil, 0, protocol.SyntaxFault(err)
	}
	return r.batch, r.sentAt, nil
}

// request is a body while it is read.
type request struct {
	batch  *protocol.Batch
	sentAt int64
	listed bool // events came in a list
}

// object reads a body that is an object: which kind it is shows only at its end.
func (r *request) object(p *jsontext.Parser) error {
	var self item
	err := p.Object(func(name string) error {
		switch name {
		case "events", "batch":
			if p.Peek() == '[' {
				return r.list(p)
			}
			return p.Skip()
		case "sent_at", "sentAt":
			return self.guard(name, func() (err error) {
				r.sentAt, err = moment(p)
				return err
			})
		}
		return self.member(p, name)
	})
	switch {
	case err != nil:
		return err
	case !r.listed:
		self.finish(r.batch, 0)
	case self.id != "":
		r.number(self.id)
	}
	return nil
}

func (r *request) list(p *jsontext.Parser) error {
	r.listed = true
	return p.Array(func(i int) error {
		position := r.batch.Len()
		if p.Peek() != '{' {
			r.batch.Reject(position, "", "", "must be a JSON object")
			return p.Skip()
		}
		var it item
		if err := p.Object(func(name string) error { return it.member(p, name) }); err != nil {
			return err
		}
		it.finish(r.batch, position)
		return nil
	})
}

// number gives the events without an id one that follows from the request's, so
// that the same request sent again is recognised.
func (r *request) number(id string) {
	for i, e := range r.batch.Events {
		if e.ID == "" {
			e.ID = id + ":" + strconv.Itoa(r.batch.Positions[i])
		}
	}
}

// item is one event while it is read.
type item struct {
	id, name, distinct, user, anonymous string
	time                                int64
	properties                          event.Properties
	profile                             event.Profile
	changes                             bool   // of the profile
	field, reason                       string // the first fault
}

// guard notes a value that is unfit and goes on; broken syntax ends the request.
func (it *item) guard(field string, read func() error) error {
	err := read()
	unfit, ok := errors.AsType[*jsontext.ValueError](err)
	if !ok {
		return err
	}
	if unfit.Field != "" {
		field += "." + unfit.Field
	}
	it.fault(field, unfit.Reason)
	return nil
}

func (it *item) fault(field, reason string) {
	if it.reason == "" {
		it.field, it.reason = field, reason
	}
}

// member reads one member of an event.
func (it *item) member(p *jsontext.Parser, name string) error {
	return it.guard(name, func() (err error) {
		switch name {
		case "id", "message_id", "messageId", "insert_id", "$insert_id", "uuid":
			it.id, err = p.Text()
		case "name", "event":
			it.name, err = p.Text()
		case "distinct_id":
			it.distinct, err = p.Text()
		case "user_id", "userId":
			it.user, err = p.Text()
		case "anonymous_id", "anonymousId":
			it.anonymous, err = p.Text()
		case "time", "timestamp":
			it.time, err = moment(p)
		case "properties":
			it.properties, err = p.Properties()
		default:
			return it.change(p, name)
		}
		return err
	})
}

// change reads a member that changes the profile.
func (it *item) change(p *jsontext.Parser, name string) (err error) {
	it.changes = true
	switch name {
	case "set":
		it.profile.Set, err = p.Properties()
	case "set_once":
		it.profile.SetOnce, err = p.Properties()
	case "add":
		it.profile.Add, err = p.Numbers()
	case "append":
		it.profile.Append, err = p.Properties()
	case "remove":
		it.profile.Remove, err = p.Properties()
	case "unset":
		it.profile.Unset, err = p.Texts()
	default:
		if err := p.Skip(); err != nil {
			return err
		}
		return &jsontext.ValueError{Reason: "is not a known field of an event"}
	}
	return err
}

func moment(p *jsontext.Parser) (int64, error) {
	text, err := p.Text()
	if err != nil || text == "" {
		return 0, err
	}
	ms, ok := protocol.ParseTime(text)
	if !ok {
		return 0, &jsontext.ValueError{Reason: "must be RFC 3339 text or milliseconds since 1970"}
	}
	return ms, nil
}

// finish adds the event to the batch, or says why not.
func (it *item) finish(b *protocol.Batch, position int) {
	if it.reason != "" {
		b.Reject(position, it.id, it.field, it.reason)
		return
	}
	e := &event.Event{ID: it.id, Name: it.name, Time: it.time, Properties: it.properties}
	if e.Properties == nil {
		e.Properties = event.Properties{}
	}
	if it.changes {
		e.Profile = &it.profile
		if e.Name == "" {
			e.Name = event.NameProfile
		}
	}
	it.user = protocol.SignedIn(it.user, it.anonymous)
	switch {
	case it.user != "":
		e.DistinctID, e.Known = it.user, true
		if it.anonymous != "" && it.anonymous != it.user {
			e.Join = &event.Join{Kind: event.Identify, Other: it.anonymous}
		}
	case it.distinct != "":
		e.DistinctID = it.distinct
	default:
		e.DistinctID = it.anonymous
	}
	b.Add(position, e)
}
