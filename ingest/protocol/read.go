package protocol

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest"
)

// readTimeout is how long a sender may take to send its body.
const readTimeout = 30 * time.Second

// unknownLength is what a body of undeclared or compressed length is taken for
// in the intake's budget.
const unknownLength = 1 << 20

// Read reads a request's body, decompressed, as text. The caller releases the
// budget it takes when it is done with the request.
func Read(w http.ResponseWriter, r *http.Request, in *ingest.Intake) (text string, release func(), err error) {
	expect := r.ContentLength
	if expect < 0 || r.Header.Get("Content-Encoding") != "" {
		expect = max(expect, unknownLength)
	}
	if expect > ingest.MaxBatchBytes {
		return "", nil, tooLarge()
	}
	if release, err = in.Reserve(expect); err != nil {
		return "", nil, err
	}
	// The deadline is set in the past when the time is over, which ends a read
	// that waits; a server without deadlines has its own limits.
	control := http.NewResponseController(w)
	timer := time.AfterFunc(readTimeout, func() { _ = control.SetReadDeadline(time.Unix(1, 0)) })
	defer timer.Stop()
	body, err := decompress(http.MaxBytesReader(w, r.Body, ingest.MaxBatchBytes), r.Header.Get("Content-Encoding"))
	if err == nil {
		text, err = readAll(body, r.ContentLength)
	}
	if err != nil {
		release()
		return "", nil, readFault(err)
	}
	return text, release, nil
}

func readAll(body io.ReadCloser, length int64) (string, error) {
	var b strings.Builder
	if length > 0 {
		b.Grow(int(length))
	}
	n, err := io.Copy(&b, io.LimitReader(body, ingest.MaxBatchBytes+1))
	if err = errors.Join(err, body.Close()); err != nil {
		return "", err
	}
	if n > ingest.MaxBatchBytes {
		return "", tooLarge()
	}
	return b.String(), nil
}

func tooLarge() error {
	return fault.New(fault.TooLarge, "The request has more than %d MiB after decompression. Send smaller batches.", ingest.MaxBatchBytes>>20)
}

func readFault(err error) error {
	if fault.KindOf(err) != fault.Internal {
		return err
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge()
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fault.Wrap(fault.Busy, err, "The request's body did not arrive in time.")
	}
	return fault.Wrap(fault.Invalid, err, "The request's body cannot be read; check its Content-Encoding.")
}

// decompress undoes a Content-Encoding. Gzip is also recognised by its first
// bytes, because some SDKs send it without saying so.
func decompress(body io.Reader, encoding string) (io.ReadCloser, error) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity", "gzip", "x-gzip":
		return sniffGzip(body)
	case "deflate":
		return inflate(body)
	case "br":
		return io.NopCloser(brotli.NewReader(body)), nil
	case "zstd":
		z, err := zstd.NewReader(body, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(2*ingest.MaxBatchBytes), zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		return z.IOReadCloser(), nil
	}
	return nil, fault.New(fault.Invalid, "The Content-Encoding %q is not known; use gzip, deflate, br or zstd.", encoding)
}

func sniffGzip(body io.Reader) (io.ReadCloser, error) {
	head, body, err := head(body)
	if err != nil || head != [2]byte{0x1f, 0x8b} {
		return io.NopCloser(body), err
	}
	return gzip.NewReader(body)
}

// inflate takes both meanings of «deflate»: with the zlib header of the
// standard, and raw, as some clients send it.
func inflate(body io.Reader) (io.ReadCloser, error) {
	head, body, err := head(body)
	if err != nil {
		return nil, err
	}
	if head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(body)
	}
	return flate.NewReader(body), nil
}

// head looks at the first two bytes without consuming them.
func head(body io.Reader) (head [2]byte, whole io.Reader, err error) {
	n, err := io.ReadFull(body, head[:])
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return head, io.MultiReader(bytes.NewReader(head[:n]), body), err
}
