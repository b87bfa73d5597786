package analyse

import (
	"encoding/json"
	"time"
)

// Instant is a time in UTC milliseconds, written to JSON as RFC 3339; 0 is never, null in JSON.
type Instant int64

const instantLayout = "2006-01-02T15:04:05.000Z"

// MarshalJSON writes the instant in UTC with milliseconds.
func (i Instant) MarshalJSON() ([]byte, error) {
	if i == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(time.UnixMilli(int64(i)).UTC().Format(instantLayout))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (i *Instant) UnmarshalJSON(data []byte) error {
	var t *time.Time
	if err := json.Unmarshal(data, &t); err != nil || t == nil {
		*i = 0
		return err
	}
	*i = Instant(t.UnixMilli())
	return nil
}
