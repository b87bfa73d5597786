package ingest

import "context"

// Keys finds the project that a write key belongs to. Package account keeps the
// keys; app joins the two.
type Keys interface {
	ProjectByKey(ctx context.Context, key string) (projectID string, ok bool, err error)
}
