package campaign

import (
	"context"
	"sync"
	"time"

	"github.com/weirhq/weir/reach/limit"
)

// limits are the buckets that the campaigns of a project share.
type limits struct {
	Config
	mu      sync.Mutex
	buckets map[string]*shared
}

type shared struct {
	bucket *limit.Bucket
	rate   int
}

func newLimits(c Config) *limits { return &limits{Config: c, buckets: make(map[string]*shared)} }

// channel gives the project's bucket at the rate that its settings have now. The
// first time it continues from the project's last message, so that a restart
// grants no burst.
func (l *limits) channel(ctx context.Context, project string, perMinute int) (*limit.Bucket, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.buckets[project]
	switch {
	case perMinute <= 0:
		delete(l.buckets, project)
		return nil, nil
	case ok && s.rate == perMinute:
	case ok:
		s.bucket.SetRate(perMinute)
		s.rate = perMinute
	default:
		last, err := l.lastSent(ctx, project)
		if err != nil {
			return nil, err
		}
		s = &shared{bucket: limit.New(l.Clock, perMinute, last), rate: perMinute}
		l.buckets[project] = s
	}
	return s.bucket, nil
}

func (l *limits) lastSent(ctx context.Context, project string) (time.Time, error) {
	var last int64
	if err := l.DB.QueryRow(ctx, "reach.last_sent", project).Scan(&last); err != nil {
		return time.Time{}, err
	}
	if last == 0 {
		return time.Time{}, nil
	}
	return time.UnixMilli(last), nil
}
