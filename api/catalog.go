package api

import (
	"context"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

// displayView is how people call an event.
type displayView struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// displayName names the events to which Weir gives a meaning; those of the
// project are shown as they are.
func displayName(name string) *displayView {
	names := map[string]displayView{
		event.NameIdentify:        {"识别用户", "Identified"},
		event.NameAlias:           {"合并用户标识", "Ids joined"},
		event.NameGroup:           {"加入组织", "Group joined"},
		event.NameProfile:         {"资料变更", "Profile changed"},
		event.NamePage:            {"浏览页面", "Page viewed"},
		event.NameScreen:          {"浏览屏幕", "Screen viewed"},
		event.NameCampaignEntered: {"进入活动", "Entered campaign"},
		event.NameMessageSent:     {"消息已发送", "Message sent"},
		event.NameMessageFailed:   {"消息发送失败", "Message failed"},
		event.NameMessageOpened:   {"打开消息", "Message opened"},
		event.NameMessageClicked:  {"点击消息链接", "Message clicked"},
		event.NameUnsubscribed:    {"退订", "Unsubscribed"},
	}
	if d, ok := names[name]; ok {
		return &d
	}
	return nil
}

type eventNameView struct {
	analyse.EventInfo

	Display *displayView `json:"display,omitempty" doc:"For events that Weir gives a meaning"`
}

type eventNamesView struct {
	Events []eventNameView `json:"events"`
}

func (s *Server) listEventNames(ctx context.Context, _ *projectOnly) (eventNamesView, error) {
	list, err := s.deps.Analyser.Events(ctx, asked(projectOf(ctx)))
	out := eventNamesView{Events: make([]eventNameView, 0, len(list))}
	for _, info := range list {
		out.Events = append(out.Events, eventNameView{EventInfo: info, Display: displayName(info.Name)})
	}
	return out, err
}

// ScopeInput says whose properties are meant.
type ScopeInput struct {
	InProject

	Scope string `query:"scope" enum:"event,user" default:"event" doc:"Properties of events or of persons"`
	Event string `query:"event" doc:"Only events of that name"`
}

func (in ScopeInput) scope() query.Scope {
	if in.Scope == "user" {
		return query.UserProperty
	}
	return query.EventProperty
}

type propertyNamesView struct {
	Properties []analyse.PropertyInfo `json:"properties"`
	Limit      analyse.PropertyLimit  `json:"limit" doc:"How many names are kept, and what was left out beyond that"`
}

func (s *Server) listProperties(ctx context.Context, in *ScopeInput) (propertyNamesView, error) {
	p := asked(projectOf(ctx))
	list, err := s.deps.Analyser.Properties(p, in.scope(), in.Event)
	return propertyNamesView{Properties: list, Limit: s.deps.Analyser.PropertyLimit(p, in.scope())}, err
}

type valuesInput struct {
	ScopeInput

	Property string `query:"property" doc:"Whose values" required:"true"`
	Query    string `query:"query" doc:"Only values whose text contains it, in any case"`
	Limit    int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type valuesView struct {
	Values []analyse.ValueInfo `json:"values"`
}

func (s *Server) listValues(ctx context.Context, in *valuesInput) (valuesView, error) {
	if in.Property == "" {
		return valuesView{}, fault.New(fault.Invalid, "say whose values: property is missing")
	}
	list, err := s.deps.Analyser.Values(ctx, asked(projectOf(ctx)), analyse.ValuesRequest{
		Scope: in.scope(), Property: in.Property, Event: in.Event, Query: in.Query, Limit: in.Limit,
	})
	return valuesView{Values: list}, err
}
