package chdb

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"
)

// Insert is a stream of rows into a table. The connection takes no other
// statement until Done or Cancel.
type Insert struct {
	engine *Engine
	stream uintptr
}

// Insert begins to put rows into a table; sql is an INSERT without data, format
// that of the chunks («RowBinary»).
func (e *Engine) Insert(sql, format string) (*Insert, error) {
	if e.conn == 0 {
		return nil, errors.New("the ClickHouse connection is closed")
	}
	text, name := []byte(sql), []byte(format)
	stream := e.lib.insert(e.handle(), unsafe.SliceData(text), uintptr(len(text)), unsafe.SliceData(name), uintptr(len(name)))
	runtime.KeepAlive(text)
	runtime.KeepAlive(name)
	in := &Insert{engine: e, stream: stream}
	if err := in.failure("begin to insert"); err != nil {
		in.Cancel()
		return nil, err
	}
	return in, nil
}

// Append hands over a chunk, which may end inside a row. It waits while the engine is behind.
func (in *Insert) Append(chunk []byte) error {
	if len(chunk) == 0 {
		return nil
	}
	state := in.engine.lib.appendChunk(in.stream, unsafe.SliceData(chunk), uintptr(len(chunk)))
	runtime.KeepAlive(chunk)
	if state == 0 {
		return nil
	}
	if err := in.failure("insert"); err != nil {
		return err
	}
	return errors.New("clickhouse: the insert was refused")
}

// Done ends the stream; the rows are in the table when it returns without an error.
func (in *Insert) Done() error {
	defer in.free()
	_, err := in.engine.take(in.engine.lib.done(in.stream))
	return err
}

// Cancel gives up. It is harmless after Done.
func (in *Insert) Cancel() {
	if in.stream != 0 {
		in.engine.lib.cancel(in.stream)
	}
	in.free()
}

func (in *Insert) free() {
	if in.stream != 0 {
		in.engine.lib.destroyInsert(in.stream)
		in.stream = 0
	}
}

func (in *Insert) failure(doing string) error {
	if message := cText(in.engine.lib.insertFailure(in.stream)); message != "" {
		return fmt.Errorf("%s: clickhouse: %s", doing, message)
	}
	return nil
}
