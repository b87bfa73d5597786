package chdb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"
	"unsafe"
)

// Engine is a connection to the ClickHouse of this process.
type Engine struct {
	lib  *library
	conn uintptr // chdb_connection *
}

// Open connects to the data in a folder, which is made when it is absent; "" is
// a database in memory. Close it in the end.
func Open(folder string) (*Engine, error) {
	lib, err := load()
	if err != nil {
		return nil, err
	}
	args := []string{"clickhouse", "--query_profiler_real_time_period_ns=0", "--query_profiler_cpu_time_period_ns=0"}
	if folder != "" {
		args = append(args, "--path="+folder)
	}
	conn := lib.connect(cArguments(args...))
	if conn == 0 {
		return nil, fmt.Errorf("open the ClickHouse database %s: the engine refused; another folder may be open in this process", folder)
	}
	return &Engine{lib: lib, conn: conn}, nil
}

// cArguments makes argc and argv of a C program. The library copies them.
func cArguments(args ...string) (argc int32, argv **byte) {
	pointers := make([]*byte, len(args)+1)
	for i, a := range args {
		pointers[i] = &append([]byte(a), 0)[0]
	}
	return int32(len(args)), &pointers[0]
}

// Close ends the connection. Closing twice is harmless.
func (e *Engine) Close() {
	if e.conn != 0 {
		e.lib.closeConn(e.conn)
		e.conn = 0
	}
}

// Result is what a statement gave.
type Result struct {
	Data      []byte        // in the format asked for
	Elapsed   time.Duration // measured by the engine, the making of Data included
	RowsRead  uint64        // from tables
	BytesRead uint64        // from tables
}

// Query runs a statement and gives its rows in a ClickHouse format («JSONEachRow», «TSV», …).
func (e *Engine) Query(sql, format string) (Result, error) {
	if e.conn == 0 {
		return Result{}, errors.New("the ClickHouse connection is closed")
	}
	text, name := []byte(sql), []byte(format)
	result := e.lib.query(e.handle(), unsafe.SliceData(text), uintptr(len(text)), unsafe.SliceData(name), uintptr(len(name)))
	runtime.KeepAlive(text)
	runtime.KeepAlive(name)
	return e.take(result)
}

// handle is the chdb_connection that chdb_connect gave a pointer to.
func (e *Engine) handle() uintptr { return *(*uintptr)(foreign(e.conn)) }

// take copies a result into Go's memory and frees it.
func (e *Engine) take(result uintptr) (Result, error) {
	if result == 0 {
		return Result{}, errors.New("clickhouse gave no result")
	}
	defer e.lib.destroyResult(result)
	if message := cText(e.lib.failure(result)); message != "" {
		return Result{}, fmt.Errorf("clickhouse: %s", message)
	}
	r := Result{
		Elapsed:  time.Duration(e.lib.elapsed(result) * float64(time.Second)),
		RowsRead: e.lib.rowsRead(result), BytesRead: e.lib.bytesRead(result),
	}
	if n := e.lib.length(result); n > 0 {
		r.Data = bytes.Clone(unsafe.Slice((*byte)(foreign(e.lib.buffer(result))), n))
	}
	return r, nil
}

// foreign makes a pointer into the library's memory, which Go's collector neither moves nor frees.
func foreign(address uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&address)) }

// cText copies a C string; "" for NULL.
func cText(address uintptr) string {
	if address == 0 {
		return ""
	}
	p := foreign(address)
	n := 0
	for *(*byte)(unsafe.Add(p, n)) != 0 {
		n++
	}
	return string(unsafe.Slice((*byte)(p), n))
}

// Exec runs a statement without rows.
func (e *Engine) Exec(sql string) error {
	_, err := e.Query(sql, "Null")
	return err
}

// Rows runs a statement and reads its rows: per row its values in order, each a
// string, json.Number, bool, nil or []any. Numbers keep all their digits.
func (e *Engine) Rows(sql string) ([][]any, Result, error) {
	r, err := e.Query(sql, "JSONCompactEachRow")
	if err != nil {
		return nil, r, err
	}
	var rows [][]any
	d := json.NewDecoder(bytes.NewReader(r.Data))
	d.UseNumber()
	for {
		var row []any
		if err := d.Decode(&row); errors.Is(err, io.EOF) {
			return rows, r, nil
		} else if err != nil {
			return nil, r, fmt.Errorf("read the rows of ClickHouse: %w", err)
		}
		rows = append(rows, row)
	}
}
