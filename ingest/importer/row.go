package importer

import (
	"fmt"

	"github.com/weirhq/weir/event"
)

// row is one row of a file. Its values belong to the reader and change with the next row.
type row struct {
	number  int64 // of the data, from 1
	columns map[string]int
	values  []event.Value
	object  event.Properties // instead of values, where rows have columns of their own
}

func (r *row) value(column string) event.Value {
	if r.object != nil {
		return r.object[column]
	}
	if i, ok := r.columns[column]; ok && i < len(r.values) {
		return r.values[i]
	}
	return event.Value{}
}

// names gives the columns that this row has.
func (r *row) names() []string {
	if r.object != nil {
		return r.object.Names()
	}
	names := make([]string, 0, len(r.columns))
	for name := range r.columns {
		names = append(names, name)
	}
	return names
}

// rowError is a fault of one row; reading goes on behind it.
type rowError struct {
	field  string
	reason string
}

// Error gives the column and what is wrong with it.
func (e *rowError) Error() string {
	if e.field == "" {
		return e.reason
	}
	return e.field + ": " + e.reason
}

func unfit(field, format string, args ...any) error {
	return &rowError{field: field, reason: fmt.Sprintf(format, args...)}
}

// reader gives the rows of one file.
type reader interface {
	// next gives the next row, a rowError, or io.EOF at the end. The row may be
	// used until the following call.
	next() (*row, error)
	// header gives the columns, as far as they are known before the first row.
	header() []string
	close() error
}
