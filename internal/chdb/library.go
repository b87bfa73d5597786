package chdb

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/ebitengine/purego"
)

// ErrAbsent says that the library is not installed.
var ErrAbsent = errors.New("the ClickHouse engine is not installed: run «make engine», or set WEIR_CHDB to a libchdb.so")

// installed is where `make engine` puts the library, relative to the module's root.
const installed = "bench/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so"

// Library gives the path of libchdb.so, looking upward from the working folder
// for the module's root. The error is ErrAbsent when there is none.
func Library() (string, error) {
	if path := os.Getenv("WEIR_CHDB"); path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("%w (WEIR_CHDB: %w)", ErrAbsent, err)
		}
		return path, nil
	}
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(folder, filepath.FromSlash(installed))
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		above := filepath.Dir(folder)
		if above == folder {
			return "", ErrAbsent
		}
		folder = above
	}
}

// library holds the functions of libchdb. Pointers of the library are uintptr:
// they are not Go's to follow.
type library struct {
	signalHandlers func(enabled int32)
	connect        func(argc int32, argv **byte) uintptr
	closeConn      func(conn uintptr)
	query          func(conn uintptr, sql *byte, sqlLen uintptr, format *byte, formatLen uintptr) uintptr
	destroyResult  func(result uintptr)
	buffer         func(result uintptr) uintptr
	length         func(result uintptr) uintptr
	elapsed        func(result uintptr) float64
	rowsRead       func(result uintptr) uint64
	bytesRead      func(result uintptr) uint64
	failure        func(result uintptr) uintptr

	insert        func(conn uintptr, sql *byte, sqlLen uintptr, format *byte, formatLen uintptr) uintptr
	appendChunk   func(stream uintptr, data *byte, length uintptr) int32
	done          func(stream uintptr) uintptr
	cancel        func(stream uintptr)
	insertFailure func(stream uintptr) uintptr
	destroyInsert func(stream uintptr)
}

// loaded is the library of this process; it cannot be unloaded, its threads outlive every connection.
var loaded struct {
	once sync.Once
	lib  *library
	err  error
}

// load opens the library once per process.
func load() (*library, error) {
	loaded.once.Do(func() { loaded.lib, loaded.err = open() })
	return loaded.lib, loaded.err
}

func open() (*library, error) {
	path, err := Library()
	if err != nil {
		return nil, err
	}
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("load the ClickHouse engine: %w", err)
	}
	lib := &library{}
	for name, fn := range map[string]any{
		"chdb_set_signal_handlers_enabled": &lib.signalHandlers,
		"chdb_connect":                     &lib.connect,
		"chdb_close_conn":                  &lib.closeConn,
		"chdb_query_n":                     &lib.query,
		"chdb_destroy_query_result":        &lib.destroyResult,
		"chdb_result_buffer":               &lib.buffer,
		"chdb_result_length":               &lib.length,
		"chdb_result_elapsed":              &lib.elapsed,
		"chdb_result_storage_rows_read":    &lib.rowsRead,
		"chdb_result_storage_bytes_read":   &lib.bytesRead,
		"chdb_result_error":                &lib.failure,
		"chdb_stream_insert_n":             &lib.insert,
		"chdb_stream_append":               &lib.appendChunk,
		"chdb_stream_done":                 &lib.done,
		"chdb_stream_cancel_insert":        &lib.cancel,
		"chdb_stream_insert_error":         &lib.insertFailure,
		"chdb_destroy_insert_stream":       &lib.destroyInsert,
	} {
		if _, err := purego.Dlsym(handle, name); err != nil {
			return nil, fmt.Errorf("the ClickHouse engine at %s lacks %s: %w", path, name, err)
		}
		purego.RegisterLibFunc(fn, handle, name)
	}
	lib.signalHandlers(0) // before the first connection: Go's runtime keeps its own handlers
	return lib, nil
}
