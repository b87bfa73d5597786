package importer

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest"
)

// Options of one import.
type Options struct {
	File    string
	Mapping Mapping
	Poster  Poster
	Clock   clock.Clock
	// Target identifies the project and server in the state, so that the same
	// file can be imported into several.
	Target string
	// Folder is where the state and the rejects are kept. Default: that of the
	// file, or the working folder where that one cannot be written.
	Folder string
	// BatchRows is how many rows go into a batch. Default 1,000.
	BatchRows int
	// Restart forgets an interrupted import and begins at the first row.
	Restart bool
	// Again imports a file once more although the intake no longer knows the ids
	// of the first time: everything is stored a second time.
	Again bool
	// Progress is told after each batch; it may be nil.
	Progress func(Progress)
}

const defaultBatchRows = 1000

// Progress is how far an import is.
type Progress struct {
	Report
	Bytes int64 // of the file, as it lies there, that have been read
	Total int64 // bytes of the file
}

// Report says what an import did, over all its runs.
type Report struct {
	Rows       int64  // read and settled
	Accepted   int64  // events stored
	Duplicates int64  // stored before
	Rejected   int64  // rows that are no events, and events that were refused
	Skipped    int64  // rows that the mapping leaves out
	Resumed    int64  // rows that an earlier run had settled
	Rejects    string // the file with the reasons; "" when nothing was rejected
}

// importing is an import under way.
type importing struct {
	options Options
	path    string // of the state
	state   state
	resumed int64
	reader  reader
	counter *counter
	mapper  *mapper
	rejects *rejects
	read    int64 // rows, by the goroutine that reads
}

// Run imports a file. When it returns an error, a further Run goes on where
// this one stopped.
func Run(ctx context.Context, options Options) (report Report, err error) {
	im, err := prepare(options)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, im.reader.close(), im.rejects.close()) }()
	if err := im.skipSettled(); err != nil {
		return im.report(), err
	}
	return im.run(ctx)
}

func prepare(options Options) (*importing, error) {
	if err := options.Mapping.Check(); err != nil {
		return nil, err
	}
	if options.BatchRows <= 0 || options.BatchRows > ingest.MaxBatchEvents {
		options.BatchRows = defaultBatchRows
	}
	if options.Folder == "" {
		options.Folder = filepath.Dir(options.File)
		if !writable(options.Folder) {
			options.Folder = "."
		}
	} else if err := os.MkdirAll(options.Folder, 0o750); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "The folder %s for progress and rejects cannot be made.", options.Folder)
	}
	im := &importing{options: options, path: filepath.Join(options.Folder, filepath.Base(options.File)+".import.json")}
	mark, err := fingerprint(options.File)
	if err != nil {
		return nil, err
	}
	im.state = state{Version: stateVersion, Fingerprint: mark, Mapping: options.Mapping.hash(), Target: options.Target}
	if err := im.resume(); err != nil {
		return nil, err
	}
	if im.reader, im.counter, err = open(options.File, &im.options.Mapping); err != nil {
		return nil, err
	}
	im.mapper, err = newMapper(&im.options.Mapping, options.File, im.reader.header())
	if err == nil {
		im.rejects, err = openRejects(im.rejectsPath(), im.state.RejectsBytes)
	}
	if err != nil {
		return nil, errors.Join(err, im.reader.close())
	}
	return im, nil
}

func writable(folder string) bool {
	probe, err := os.CreateTemp(folder, ".weir-import-*")
	if err != nil {
		return false
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name())) == nil
}

func (im *importing) rejectsPath() string {
	return filepath.Join(im.options.Folder, filepath.Base(im.options.File)+".rejects.jsonl")
}

// resume takes over the state of an interrupted run of the same import. After a
// finished one everything is sent again, and the intake drops what it knows;
// when it knows no longer, that would store everything twice, and is refused.
func (im *importing) resume() error {
	old, err := loadState(im.path)
	if err != nil || old == nil || im.options.Restart || !old.sameImport(&im.state) {
		return err
	}
	if old.FinishedAt == 0 {
		im.state, im.resumed = *old, old.Rows
		return nil
	}
	finished := time.UnixMilli(old.FinishedAt).UTC()
	if im.options.Clock.Now().Sub(finished) > ingest.Horizon-24*time.Hour && !im.options.Again {
		return fault.New(fault.Conflict, "This file was imported on %s with the same mapping. Importing it again would store everything twice; say --again if that is wanted.", finished.Format(time.DateOnly))
	}
	return nil
}

// skipSettled reads over the rows that an earlier run settled.
func (im *importing) skipSettled() error {
	for n := int64(0); n < im.resumed; n++ {
		_, err := im.reader.next()
		im.read++
		if errors.Is(err, io.EOF) {
			return nil
		}
		if _, bad := errors.AsType[*rowError](err); err != nil && !bad {
			return im.unreadable(err)
		}
	}
	return nil
}

func (im *importing) unreadable(err error) error {
	return fault.Wrap(fault.Invalid, err, "The file %s cannot be read behind row %d: %v.", filepath.Base(im.options.File), im.read, err)
}

// chunk is what was read and is not yet settled.
type chunk struct {
	events   []*event.Event
	rows     []int64 // of the events
	rejected []rejection
	read     int64
	skipped  int64
}

func (im *importing) run(ctx context.Context) (Report, error) {
	chunks := make(chan *chunk, 2) // the next is read while one is posted
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var readErr error
	go func() {
		defer close(chunks)
		readErr = im.readAll(ctx, chunks)
	}()
	for c := range chunks {
		if err := im.settle(ctx, c); err != nil {
			cancel(err)
			for range chunks { // the reader must have left before the file is closed
			}
			return im.report(), err
		}
	}
	if readErr != nil {
		return im.report(), readErr
	}
	im.state.FinishedAt = im.options.Clock.Now().UnixMilli()
	return im.report(), im.state.save(im.path)
}

func (im *importing) readAll(ctx context.Context, chunks chan<- *chunk) error {
	for done := false; !done; {
		c := &chunk{events: make([]*event.Event, 0, im.options.BatchRows)}
		for !done && c.read < int64(im.options.BatchRows) {
			var err error
			if done, err = im.take(c); err != nil {
				return err
			}
		}
		if c.read == 0 {
			return nil
		}
		select {
		case chunks <- c:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// take reads one row into the chunk.
func (im *importing) take(c *chunk) (done bool, err error) {
	r, err := im.reader.next()
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	var e *event.Event
	if err == nil {
		e, err = im.mapper.event(r)
	}
	bad, rejected := errors.AsType[*rowError](err)
	switch {
	case rejected:
		c.rejected = append(c.rejected, rejection{Row: r.number, Field: bad.field, Reason: bad.reason})
	case err != nil:
		return false, im.unreadable(err)
	case e == nil:
		c.skipped++
	default:
		c.events, c.rows = append(c.events, e), append(c.rows, r.number)
	}
	c.read++
	im.read++
	return false, nil
}

// settle posts a chunk, writes its rejects and then the state. A kill in
// between makes the next run post the chunk again, which changes nothing.
func (im *importing) settle(ctx context.Context, c *chunk) error {
	var result ingest.Result
	if len(c.events) > 0 {
		var err error
		if result, err = im.options.Poster.Post(ctx, c.events); err != nil {
			return err
		}
	}
	for _, r := range result.Rejected {
		if r.Index < 0 || r.Index >= len(c.rows) {
			return fault.New(fault.Internal, "The server rejected an event that was not sent.")
		}
		c.rejected = append(c.rejected, rejection{Row: c.rows[r.Index], Field: r.Field, Reason: r.Reason})
	}
	if err := im.rejects.write(c.rejected); err != nil {
		return err
	}
	s := &im.state
	s.Rows += c.read
	s.Accepted += int64(result.Accepted)
	s.Duplicates += int64(result.Duplicates)
	s.Rejected += int64(len(c.rejected))
	s.Skipped += c.skipped
	s.RejectsBytes = im.rejects.size
	if err := s.save(im.path); err != nil {
		return err
	}
	if im.options.Progress != nil {
		im.options.Progress(Progress{Report: im.report(), Bytes: im.counter.read.Load(), Total: im.counter.size})
	}
	return nil
}

func (im *importing) report() Report {
	r := Report{
		Rows: im.state.Rows, Accepted: im.state.Accepted, Duplicates: im.state.Duplicates,
		Rejected: im.state.Rejected, Skipped: im.state.Skipped, Resumed: im.resumed,
	}
	if r.Rejected > 0 {
		r.Rejects = im.rejectsPath()
	}
	return r
}
