package protocol

import (
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/ingest/protocol/internal/jsontext"
)

// ParseObject reads one JSON object as properties.
func ParseObject(text string) (event.Properties, error) {
	p := jsontext.Get(text)
	defer p.Put()
	properties, err := p.Properties()
	if err == nil {
		err = p.End()
	}
	return properties, err
}
