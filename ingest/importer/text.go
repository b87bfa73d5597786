package importer

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/ingest/protocol"
)

// table reads separated text. Its cells are strings; an empty cell is missing.
type table struct {
	fields func() ([]string, error)
	closer io.Closer
	names  []string
	first  []string // the first line, when it is data
	row    row
}

// newCSV reads RFC 4180 text, and quotes a little beyond it.
func newCSV(r io.Reader, comma rune) func() ([]string, error) {
	c := csv.NewReader(r)
	c.Comma = comma
	c.FieldsPerRecord = -1
	c.LazyQuotes = true
	c.ReuseRecord = true
	return func() ([]string, error) {
		fields, err := c.Read()
		if parse, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, unfit("", "line %d: %v", parse.Line, parse.Err)
		}
		return fields, err
	}
}

// newSpaces reads columns that are separated by any number of spaces or tabs.
func newSpaces(r io.Reader) func() ([]string, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, ingest.MaxBatchBytes)
	return func() ([]string, error) {
		for lines.Scan() {
			if fields := strings.Fields(lines.Text()); len(fields) > 0 {
				return fields, nil
			}
		}
		return nil, errors.Join(lines.Err(), io.EOF)
	}
}

// newTable reads the header, unless the names are given; then the first line is
// a header only when it repeats them.
func newTable(fields func() ([]string, error), closer io.Closer, names []string) (*table, error) {
	t := &table{fields: fields, closer: closer, names: names}
	first, err := fields()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	first = append([]string(nil), first...)
	for i := range first {
		first[i] = strings.TrimSpace(strings.TrimPrefix(first[i], "\uFEFF"))
	}
	switch {
	case names != nil:
		if !equal(first, names) {
			t.first = first
		}
	case looksLikeData(first):
		t.first = first
		for i := range first {
			t.names = append(t.names, "column_"+strconv.Itoa(i+1))
		}
	default:
		t.names = first
	}
	t.row.columns = make(map[string]int, len(t.names))
	for i, name := range t.names {
		t.row.columns[name] = i
	}
	return t, nil
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// looksLikeData says whether a first line is no header: headers have no numbers and times.
func looksLikeData(fields []string) bool {
	for _, f := range fields {
		if _, err := strconv.ParseFloat(f, 64); err == nil {
			return true
		}
		if layoutOf(f) != "" {
			return true
		}
	}
	return false
}

func (t *table) header() []string { return t.names }

func (t *table) close() error { return t.closer.Close() }

func (t *table) next() (*row, error) {
	fields, err := t.first, error(nil)
	if fields == nil {
		fields, err = t.fields()
	}
	t.first = nil
	if errors.Is(err, io.EOF) {
		return nil, err
	}
	t.row.number++
	if err != nil {
		return &t.row, err
	}
	if len(fields) > len(t.names) {
		return &t.row, unfit("", "has %d cells; the header has %d", len(fields), len(t.names))
	}
	t.row.values = t.row.values[:0]
	for _, f := range fields {
		if f = strings.TrimSpace(f); f == "" {
			t.row.values = append(t.row.values, event.Value{})
			continue
		}
		t.row.values = append(t.row.values, event.Text(f))
	}
	return &t.row, nil
}

// objects reads JSON lines.
type objects struct {
	lines  *bufio.Scanner
	closer io.Closer
	row    row
}

func newObjects(r io.Reader, closer io.Closer) *objects {
	o := &objects{lines: bufio.NewScanner(r), closer: closer}
	o.lines.Buffer(nil, ingest.MaxBatchBytes)
	return o
}

func (o *objects) header() []string { return nil }

func (o *objects) close() error { return o.closer.Close() }

func (o *objects) next() (*row, error) {
	for o.lines.Scan() {
		line := strings.TrimSpace(strings.TrimPrefix(o.lines.Text(), "\uFEFF"))
		if line == "" {
			continue
		}
		o.row.number++
		var err error
		if o.row.object, err = protocol.ParseObject(line); err != nil {
			o.row.object = nil
			return &o.row, unfit("", "is not a JSON object: %s", protocol.Public(protocol.SyntaxFault(err)))
		}
		return &o.row, nil
	}
	if err := o.lines.Err(); err != nil {
		return nil, err
	}
	return nil, io.EOF
}
