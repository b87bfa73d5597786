package segment

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

// The limits of texts, in characters.
const (
	maxName        = 100
	maxDescription = 2000
)

// Segment is a definition and how many persons meet it. Exactly one of
// Condition and Question is set.
type Segment struct {
	ID          string           `json:"id"`
	Name        string           `json:"name"`
	Description string           `json:"description"`
	Condition   *query.Condition `json:"condition"`
	Question    *query.Request   `json:"question"` // with Actors: the persons behind one cell
	Persons     int              `json:"persons"`
	CreatedAt   time.Time        `json:"created_at"`
	UpdatedAt   time.Time        `json:"updated_at"`
	UsedBy      []User           `json:"used_by"`
	Problem     string           `json:"problem,omitempty"` // why it cannot be computed now; Persons is then the last known
}

// User is what refers to a segment.
type User struct {
	Kind string `json:"kind"` // «segment», «campaign»
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Draft is a segment that is to be made or estimated.
type Draft struct {
	Name        string
	Description string
	Condition   *query.Condition
	Question    *query.Request
}

// Change changes the fields that are not nil. A new condition takes the place of
// a question, and the other way round.
type Change struct {
	Name        *string
	Description *string
	Condition   *query.Condition
	Question    *query.Request
}

// ParseDraft reads {"name","description"?} with one of "condition", "question",
// or the fields of a question themselves beside the name.
func ParseDraft(data []byte) (Draft, error) {
	c, err := ParseChange(data)
	if err != nil {
		return Draft{}, err
	}
	d := Draft{Condition: c.Condition, Question: c.Question}
	if c.Name != nil {
		d.Name = *c.Name
	}
	if c.Description != nil {
		d.Description = *c.Description
	}
	return d, nil
}

// ParseChange reads the same as ParseDraft, of which any field may be missing.
func ParseChange(data []byte) (Change, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil || fields == nil {
		return Change{}, fault.Wrap(fault.Invalid, err, "a segment is a JSON object")
	}
	var f fault.List
	var c Change
	c.Name, c.Description = takeText(&f, fields, "name"), takeText(&f, fields, "description")
	condition, question := take(fields, "condition"), take(fields, "question")
	if question == nil && fields["kind"] != nil {
		// What is left is the question itself, as it was sent to the query address.
		inline, err := json.Marshal(fields)
		if err != nil {
			return c, fault.Wrap(fault.Invalid, err, "the question cannot be read")
		}
		question, fields = inline, nil
	}
	for name := range fields {
		f.Add(name, "is not a field of a segment")
	}
	if condition != nil && question != nil {
		f.Add("condition", "stands beside a question; a segment has one of them")
	}
	if err := f.Err("the segment cannot be read"); err != nil {
		return c, err
	}
	return c, c.read(condition, question)
}

func (c *Change) read(condition, question json.RawMessage) error {
	if condition != nil {
		parsed, err := query.ParseCondition(condition)
		if err != nil {
			return err
		}
		c.Condition = parsed
	}
	if question != nil {
		parsed, err := query.Parse(question)
		if err != nil {
			return err
		}
		c.Question = &parsed
	}
	return nil
}

// take removes a field and gives its JSON, nil when it is missing or null.
func take(fields map[string]json.RawMessage, name string) json.RawMessage {
	raw := fields[name]
	delete(fields, name)
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return nil
	}
	return raw
}

func takeText(f *fault.List, fields map[string]json.RawMessage, name string) *string {
	raw := take(fields, name)
	if raw == nil {
		return nil
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		f.Add(name, "must be a text")
		return nil
	}
	return &text
}

// check puts the draft in its stored form and reports every fault of it.
func (d *Draft) check(named bool) error {
	var f fault.List
	d.Name, d.Description = strings.TrimSpace(d.Name), strings.TrimSpace(d.Description)
	if named && d.Name == "" {
		f.Add("name", "give the segment a name")
	}
	if utf8.RuneCountInString(d.Name) > maxName {
		f.Add("name", "has more than %d characters", maxName)
	}
	if utf8.RuneCountInString(d.Description) > maxDescription {
		f.Add("description", "has more than %d characters", maxDescription)
	}
	switch {
	case d.Condition == nil && d.Question == nil:
		f.Add("condition", "say who belongs: a condition, or a question with the cell whose persons are meant")
	case d.Condition != nil && d.Question != nil:
		f.Add("condition", "stands beside a question; a segment has one of them")
	case d.Question != nil && d.Question.Actors == nil:
		f.Add("question.actors", "say which cell of the answer is meant")
	}
	if err := f.Err("the segment cannot be kept as it is"); err != nil {
		return err
	}
	if d.Condition != nil {
		return d.Condition.Check()
	}
	// A page of the list of persons is no part of who they are.
	whole := *d.Question
	whole.Limit, whole.Offset = 0, 0
	d.Question = &whole
	return whole.Check()
}

// refers lists the segments that a definition refers to, each once.
func (d *Draft) refers() ([]string, error) {
	var text []byte
	var err error
	if d.Condition != nil {
		text, err = json.Marshal(d.Condition)
	} else {
		text, err = json.Marshal(d.Question)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the definition cannot be written")
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the definition cannot be read")
	}
	ids := references(tree, nil)
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// references finds the segments in the JSON of a checked definition. Within it
// the key "segment" with a text, and "segments" with a list of texts, mean nothing else: every
// other name that users choose (events, properties) is a value, not a key.
func references(tree any, found []string) []string {
	switch tree := tree.(type) {
	case []any:
		for _, e := range tree {
			found = references(e, found)
		}
	case map[string]any:
		for key, value := range tree {
			switch id, isText := value.(string); {
			case key == "segment" && isText:
				found = append(found, id)
			case key == "segments":
				list, _ := value.([]any)
				for _, e := range list {
					if id, ok := e.(string); ok {
						found = append(found, id)
					}
				}
			default:
				found = references(value, found)
			}
		}
	}
	return found
}

// publicText is what users may read of an error.
func publicText(err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return "an internal error; see the log"
	}
	text := f.Public
	for _, d := range f.Details {
		text += "; " + d.Where + ": " + d.What
	}
	return text
}
