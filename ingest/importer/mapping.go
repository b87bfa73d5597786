package importer

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/fault"
)

// Mapping says how the rows of a file become events.
type Mapping struct {
	// Format is csv, tsv, spaces, jsonl or parquet. Default: by the file's name and beginning.
	Format string `json:"format,omitempty"`
	// Encoding of text files: utf-8 (default) or gb18030 (which includes GBK and GB2312).
	Encoding string `json:"encoding,omitempty"`
	// Columns names the columns of a text file without a header line.
	Columns []string `json:"columns,omitempty"`
	// Timezone (IANA) of times that do not say theirs. Default UTC.
	Timezone string `json:"timezone,omitempty"`
	// Name of the event: a text in which {column} stands for the row's value, or just a column.
	Name string `json:"name"`
	// Names are names for some rows; the first that holds wins over Name.
	Names []NameRule `json:"names,omitempty"`
	// DistinctID is the column, or a text with {column}s, that says who did it.
	DistinctID string `json:"distinct_id"`
	// Anonymous says that DistinctID is not the id of a signed-in user.
	Anonymous bool `json:"anonymous,omitempty"`
	// Time is when it happened. A profile change ($profile) needs none.
	Time Time `json:"time,omitzero"`
	// ID are the columns that together tell events apart. Default: file, row and content.
	ID []string `json:"id,omitempty"`
	// Properties of the event.
	Properties []Property `json:"properties,omitempty"`
	// User are properties that are set on the person.
	User []Property `json:"user,omitempty"`
	// Rest takes every column that is not named anywhere as a property of its own name.
	Rest bool `json:"rest,omitempty"`
	// Skip leaves out rows for which any of these holds. They are counted, not rejected.
	Skip []Rule `json:"skip,omitempty"`
}

// Time is where and in which form a row says its time.
type Time struct {
	Column string `json:"column"`
	// Layout is that of Go («20060102», «2006-01-02 15:04:05»), unix, unix_ms, or
	// empty for the usual forms.
	Layout string `json:"layout,omitempty"`
}

// Property is one property made of a row: of a column, of the product of
// several, or the same for all rows.
type Property struct {
	Name     string   `json:"name"`
	Column   string   `json:"column,omitempty"`
	Multiply []string `json:"multiply,omitempty"`
	Value    *string  `json:"value,omitempty"`
	// Type is string, number, bool, time or list (elements separated by «|»).
	// Default: as the file has it; text files have strings.
	Type string `json:"type,omitempty"`
}

// Rule is a condition on one column of a row.
type Rule struct {
	Column string `json:"column"`
	Op     string `json:"op"` // empty, not_empty, equals, not_equals, starts_with, contains, less, greater
	Value  string `json:"value,omitempty"`
}

// NameRule gives a name to the rows for which the rule holds.
type NameRule struct {
	Rule
	Name string `json:"name"`
}

var (
	formats   = []string{"", "csv", "tsv", "spaces", "jsonl", "parquet"}
	encodings = []string{"", "utf-8", "gb18030"}
	types     = []string{"", "string", "number", "bool", "time", "list"}
	operators = []string{"empty", "not_empty", "equals", "not_equals", "starts_with", "contains", "less", "greater"}
)

// Check gives every fault of the mapping that shows without a file.
func (m *Mapping) Check() error {
	var faults fault.List
	oneOf(&faults, "format", m.Format, formats)
	oneOf(&faults, "encoding", m.Encoding, encodings)
	if m.Name == "" {
		faults.Add("name", "is missing: the event's name, or the column that has it")
	}
	if m.DistinctID == "" {
		faults.Add("distinct_id", "is missing: the column that says who did it")
	}
	if m.Time.Column == "" && m.Name != "$profile" {
		faults.Add("time", "is missing: the column that says when")
	}
	if _, err := time.LoadLocation(m.Timezone); err != nil {
		faults.Add("timezone", "%q is not a known time zone", m.Timezone)
	}
	for i, p := range append(slices.Clone(m.Properties), m.User...) {
		checkProperty(&faults, fmt.Sprintf("properties[%d]", i), p)
	}
	for i, r := range m.Skip {
		oneOf(&faults, fmt.Sprintf("skip[%d].op", i), r.Op, operators)
	}
	for i, r := range m.Names {
		oneOf(&faults, fmt.Sprintf("names[%d].op", i), r.Op, operators)
	}
	return faults.Err("The mapping is not complete.")
}

func checkProperty(faults *fault.List, where string, p Property) {
	if p.Name == "" {
		faults.Add(where+".name", "is missing")
	}
	oneOf(faults, where+".type", p.Type, types)
	sources := 0
	for _, given := range []bool{p.Column != "", len(p.Multiply) > 0, p.Value != nil} {
		if given {
			sources++
		}
	}
	if sources != 1 {
		faults.Add(where, "%q needs exactly one of column, multiply and value", p.Name)
	}
}

func oneOf(faults *fault.List, where, value string, allowed []string) {
	if !slices.Contains(allowed, value) {
		faults.Add(where, "%q is not one of %s", value, strings.Join(slices.DeleteFunc(slices.Clone(allowed), func(s string) bool { return s == "" }), ", "))
	}
}

// ParseMapping reads a mapping from JSON or from the short form of ParseFlag.
func ParseMapping(text string) (Mapping, error) {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return ParseFlag(text)
	}
	var m Mapping
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return m, fault.Wrap(fault.Invalid, err, "The mapping is not valid JSON: %v.", err)
	}
	return m, m.Check()
}

// String gives the mapping as indented JSON, which ParseMapping reads.
func (m *Mapping) String() string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(b.String())
}

// hash identifies the mapping in the state of an interrupted import.
func (m *Mapping) hash() string {
	sum := sha256.Sum256([]byte(m.String()))
	return hex.EncodeToString(sum[:8])
}
