package ingest

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/weirhq/weir/event"
)

// problem is the first fault found in an event.
type problem struct{ field, reason string }

func (p *problem) found() bool { return p.reason != "" }

func (p *problem) say(field, format string, args ...any) {
	if p.reason == "" {
		p.field, p.reason = field, fmt.Sprintf(format, args...)
	}
}

// check decides whether an event can be kept, and returns its stored size in
// bytes. It mends what is only formally wrong: broken UTF-8 and missing values.
func check(e *event.Event, now time.Time) (size int, p problem) {
	checkText(&p, "name", &e.Name, MaxNameBytes, true)
	checkText(&p, "id", &e.ID, MaxIDBytes, false)
	checkText(&p, "distinct_id", &e.DistinctID, MaxIDBytes, true)
	checkReserved(&p, e)
	if e.Join != nil {
		checkText(&p, "join", &e.Join.Other, MaxIDBytes, true)
		size += len(e.Join.Other)
	}
	if e.Time < 0 {
		p.say("time", "is before 1970")
	}
	if e.Time > now.Add(MaxFuture).UnixMilli() {
		p.say("time", "%s is more than %d hours in the future; check the sender's clock", time.UnixMilli(e.Time).UTC().Format(time.RFC3339), int(MaxFuture.Hours()))
	}
	size += len(e.Name) + len(e.ID) + len(e.DistinctID) + 40
	size += checkProperties(&p, "properties", e.Properties)
	if e.Profile != nil {
		size += checkProfile(&p, e.Profile)
	}
	if size > MaxEventBytes {
		p.say("", "the event has %d bytes; at most %d are kept", size, MaxEventBytes)
	}
	return size, p
}

// checkReserved refuses what corrects the log: only Weir itself may say that (see
// Intake.Detach and what follows it).
func checkReserved(p *problem, e *event.Event) {
	if event.Reserved(e.Name) {
		p.say("name", "%s is a name that only Weir uses; persons and events are deleted, and joins undone, through the API", e.Name)
	}
	if e.Join != nil && e.Join.Kind == event.Detach {
		p.say("join", "only Weir undoes joins, through the API")
	}
	if strings.HasPrefix(e.DistinctID, tokenPrefix) || e.Join != nil && strings.HasPrefix(e.Join.Other, tokenPrefix) {
		p.say("distinct_id", "begins with %s, which only Weir uses", tokenPrefix)
	}
}

func checkText(p *problem, field string, text *string, limit int, required bool) {
	if !utf8.ValidString(*text) {
		*text = strings.ToValidUTF8(*text, "\uFFFD")
	}
	switch {
	case required && *text == "":
		p.say(field, "is missing")
	case len(*text) > limit:
		p.say(field, "has %d bytes; at most %d are allowed", len(*text), limit)
	}
}

func checkProfile(p *problem, profile *event.Profile) (size int) {
	size += checkProperties(p, "set", profile.Set) + checkProperties(p, "set_once", profile.SetOnce)
	size += checkProperties(p, "append", profile.Append) + checkProperties(p, "remove", profile.Remove)
	for name, f := range profile.Add {
		size += len(name) + 8
		checkPropertyName(p, "add", name)
		checkFinite(p, "add."+name, f)
	}
	for _, name := range profile.Unset {
		size += len(name)
		checkPropertyName(p, "unset", name)
	}
	if n := max(len(profile.Add), len(profile.Unset)); n > MaxProperties {
		p.say("profile", "has %d properties; at most %d are allowed", n, MaxProperties)
	}
	return size
}

func checkProperties(p *problem, field string, properties event.Properties) (size int) {
	if len(properties) > MaxProperties {
		p.say(field, "has %d properties; at most %d are allowed", len(properties), MaxProperties)
		return 0
	}
	for name, v := range properties {
		size += len(name) + 8 + len(v.Str)
		checkPropertyName(p, field, name)
		if v.Kind == event.Number {
			checkFinite(p, field+"."+name, v.Num)
		}
		if len(v.List) > MaxListElements {
			p.say(field+"."+name, "has %d elements; at most %d are allowed", len(v.List), MaxListElements)
		}
		broken := !utf8.ValidString(v.Str) || !utf8.ValidString(name)
		for _, s := range v.List {
			size += len(s) + 3
			broken = broken || !utf8.ValidString(s)
		}
		if broken {
			mend(properties, name, v)
		}
	}
	return size
}

func checkPropertyName(p *problem, field, name string) {
	switch {
	case name == "":
		p.say(field, "has a property without a name")
	case len(name) > MaxPropertyBytes:
		p.say(field, "has a property name of %d bytes; at most %d are allowed", len(name), MaxPropertyBytes)
	}
}

func checkFinite(p *problem, field string, f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		p.say(field, "is not a finite number")
	}
}

// mend replaces broken UTF-8 in one property.
func mend(properties event.Properties, name string, v event.Value) {
	v.Str = strings.ToValidUTF8(v.Str, "\uFFFD")
	for i := range v.List {
		v.List[i] = strings.ToValidUTF8(v.List[i], "\uFFFD")
	}
	delete(properties, name)
	properties[strings.ToValidUTF8(name, "\uFFFD")] = v
}
