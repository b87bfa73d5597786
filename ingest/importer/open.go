package importer

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/weirhq/weir/fault"
)

// counter tells how much of a file has been read, compressed as it lies there.
type counter struct {
	io.Reader
	size int64
	read atomic.Int64
}

// Read counts what the file gives.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read.Add(int64(n))
	return n, err
}

// set tells the share that has been read, for readers that jump.
func (c *counter) set(share float64) { c.read.Store(int64(math.Round(share * float64(c.size)))) }

// closers closes in reverse order of opening.
type closers []io.Closer

// Close closes all and gives the first error.
func (c closers) Close() (err error) {
	for i := len(c) - 1; i >= 0; i-- {
		if e := c[i].Close(); e != nil && err == nil {
			err = e
		}
	}
	return err
}

// open opens a file with the format that the mapping says or the file shows.
func open(path string, m *Mapping) (reader, *counter, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, fault.Wrap(fault.NotFound, err, "The file %s cannot be opened.", filepath.Base(path))
	}
	r, count, err := openFile(file, m)
	if err != nil {
		_ = file.Close() // the fault of reading is the one to tell
		return nil, nil, fault.Wrap(fault.Invalid, err, "The file %s cannot be read: %v.", filepath.Base(path), err)
	}
	return r, count, nil
}

func openFile(file *os.File, m *Mapping) (reader, *counter, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	count := &counter{Reader: file, size: info.Size()}
	base := strings.ToLower(file.Name())
	if m.Format == "parquet" || (m.Format == "" && strings.HasSuffix(base, ".parquet")) {
		r, err := newColumnar(file, info.Size(), count)
		return r, count, err
	}
	text, closer, err := decompress(file, count)
	if err != nil {
		return nil, nil, err
	}
	if m.Encoding == "gb18030" {
		text = simplifiedchinese.GB18030.NewDecoder().Reader(text)
	}
	buffered := bufio.NewReaderSize(text, 1<<16)
	r, err := openText(buffered, closer, m, strings.TrimSuffix(strings.TrimSuffix(base, ".gz"), ".zst"))
	return r, count, err
}

func openText(text *bufio.Reader, closer io.Closer, m *Mapping, name string) (reader, error) {
	format := m.Format
	if format == "" {
		format = formatOf(text, name)
	}
	switch format {
	case "jsonl":
		return newObjects(text, closer), nil
	case "tsv":
		return newTable(newCSV(text, '\t'), closer, m.Columns)
	case "spaces":
		return newTable(newSpaces(text), closer, m.Columns)
	}
	comma := ','
	if line := firstLine(text); strings.Count(line, ";") > strings.Count(line, ",") {
		comma = ';'
	}
	return newTable(newCSV(text, comma), closer, m.Columns)
}

// formatOf goes by the name, and where that says little by the first line.
func formatOf(text *bufio.Reader, name string) string {
	switch filepath.Ext(name) {
	case ".csv":
		return "csv"
	case ".tsv", ".tab":
		return "tsv"
	case ".jsonl", ".ndjson":
		return "jsonl"
	}
	line := firstLine(text)
	switch {
	case strings.HasPrefix(strings.TrimSpace(line), "{"):
		return "jsonl"
	case strings.Contains(line, "\t"):
		return "tsv"
	case strings.ContainsAny(line, ",;"):
		return "csv"
	}
	return "spaces"
}

func firstLine(text *bufio.Reader) string {
	head, _ := text.Peek(1 << 14) // less at the end of a short file
	line, _, _ := strings.Cut(strings.TrimLeft(string(head), "\uFEFF\r\n"), "\n")
	return line
}

// decompress goes by the first bytes, not by the name.
func decompress(file *os.File, count *counter) (io.Reader, io.Closer, error) {
	var magic [4]byte
	if _, err := file.ReadAt(magic[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	switch {
	case magic[0] == 0x1f && magic[1] == 0x8b:
		z, err := gzip.NewReader(count)
		if err != nil {
			return nil, nil, fmt.Errorf("gzip: %w", err)
		}
		return z, closers{file, z}, nil
	case magic == [4]byte{0x28, 0xb5, 0x2f, 0xfd}:
		z, err := zstd.NewReader(count, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, nil, fmt.Errorf("zstd: %w", err)
		}
		closer := z.IOReadCloser()
		return z, closers{file, closer}, nil
	}
	return count, closers{file}, nil
}
