package importer

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/weirhq/weir/event"
)

// columnar reads Parquet. Columns inside groups have dotted names; the elements
// of repeated columns become a list.
type columnar struct {
	file    *os.File
	counter *counter
	groups  []parquet.RowGroup
	rows    parquet.Rows
	names   []string
	convert []func(parquet.Value) event.Value
	repeats []bool
	buffer  [256]parquet.Row
	at, n   int
	row     row
	read    int64
	total   int64
}

func newColumnar(file *os.File, size int64, counter *counter) (*columnar, error) {
	f, err := parquet.OpenFile(file, size)
	if err != nil {
		return nil, err
	}
	c := &columnar{file: file, counter: counter, groups: f.RowGroups(), total: max(1, f.NumRows())}
	c.row.columns = map[string]int{}
	for i, path := range f.Schema().Columns() {
		leaf, _ := f.Schema().Lookup(path...)
		name := columnName(path)
		c.names = append(c.names, name)
		c.row.columns[name] = i
		c.convert = append(c.convert, converter(leaf.Node.Type()))
		c.repeats = append(c.repeats, leaf.MaxRepetitionLevel > 0)
	}
	c.row.values = make([]event.Value, len(c.names))
	return c, nil
}

// columnName leaves out the groups that Parquet's lists are made of.
func columnName(path []string) string {
	if n := len(path); n > 2 && path[n-2] == "list" {
		path = path[:n-2]
	}
	return strings.Join(path, ".")
}

func (c *columnar) header() []string { return c.names }

func (c *columnar) close() error {
	var err error
	if c.rows != nil {
		err = c.rows.Close()
	}
	return errors.Join(err, c.file.Close())
}

func (c *columnar) next() (*row, error) {
	if c.at == c.n {
		if err := c.fill(); err != nil {
			return nil, err
		}
	}
	values := c.buffer[c.at]
	c.at++
	c.row.number++
	c.read++
	// Progress is by rows, because a column file is not read from front to back.
	c.counter.set(float64(c.read) / float64(c.total))
	clear(c.row.values)
	for _, v := range values {
		i := v.Column()
		if i < 0 || i >= len(c.names) || v.IsNull() {
			continue
		}
		value := c.convert[i](v)
		if !c.repeats[i] {
			c.row.values[i] = value
			continue
		}
		list := append(c.row.values[i].List, value.Text())
		c.row.values[i] = event.Strings(list...)
	}
	return &c.row, nil
}

// fill reads the next rows, from the next row group when one ends.
func (c *columnar) fill() error {
	for {
		if c.rows == nil {
			if len(c.groups) == 0 {
				return io.EOF
			}
			c.rows, c.groups = c.groups[0].Rows(), c.groups[1:]
		}
		n, err := c.rows.ReadRows(c.buffer[:])
		if c.at, c.n = 0, n; n > 0 {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read parquet: %w", err)
		}
		if err := c.rows.Close(); err != nil {
			return fmt.Errorf("read parquet: %w", err)
		}
		c.rows = nil
	}
}

// converter gives how the values of a column become event values.
func converter(t parquet.Type) func(parquet.Value) event.Value {
	scale := 1.0
	if logical := t.LogicalType(); logical != nil {
		switch l := logical.Value.(type) {
		case *format.TimestampType:
			unit := l.Unit.Value.Duration()
			return func(v parquet.Value) event.Value {
				return instant(time.Unix(0, 0).Add(time.Duration(v.Int64()) * unit))
			}
		case *format.DateType:
			return func(v parquet.Value) event.Value {
				return event.Text(time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly))
			}
		case *format.UUIDType:
			return func(v parquet.Value) event.Value { return uuid(v.ByteArray()) }
		case *format.DecimalType:
			scale = math.Pow10(int(l.Scale))
			if kind := t.Kind(); kind == parquet.ByteArray || kind == parquet.FixedLenByteArray {
				return func(v parquet.Value) event.Value { return event.Num(wide(v.ByteArray()) / scale) }
			}
		}
	}
	return func(v parquet.Value) event.Value { return plain(v, scale) }
}

// uuid writes the 16 bytes as people and other systems do.
func uuid(b []byte) event.Value {
	const size = 16
	if len(b) != size {
		return event.Value{}
	}
	return event.Text(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}

// wide reads the digits of a decimal that may be longer than 64 bits: an integer
// in two's complement, the highest byte first.
func wide(b []byte) float64 {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
	}
	f, _ := new(big.Float).SetInt(n).Float64()
	return f
}

func instant(t time.Time) event.Value {
	return event.Text(t.UTC().Format(time.RFC3339Nano))
}

func plain(v parquet.Value, scale float64) event.Value {
	switch v.Kind() {
	case parquet.Boolean:
		return event.Flag(v.Boolean())
	case parquet.Int32:
		return event.Num(float64(v.Int32()) / scale)
	case parquet.Int64:
		if n := v.Int64(); scale == 1 && (n > 1<<53 || n < -1<<53) {
			return event.Text(strconv.FormatInt(n, 10)) // an id; a float64 would not keep it
		}
		return event.Num(float64(v.Int64()) / scale)
	case parquet.Int96:
		// The old form of times: nanoseconds of the day, and the Julian day.
		n := v.Int96()
		nanos := int64(n[1])<<32 | int64(n[0])
		return instant(time.Unix((int64(n[2])-2440588)*86400, nanos))
	case parquet.Float:
		return finite(float64(v.Float()))
	case parquet.Double:
		return finite(v.Double())
	case parquet.ByteArray, parquet.FixedLenByteArray:
		return event.Text(string(v.ByteArray()))
	}
	return event.Value{}
}

// finite takes NaN, which data frames write for «no value», as missing.
func finite(f float64) event.Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return event.Value{}
	}
	return event.Num(f)
}
