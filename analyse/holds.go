package analyse

import "math"

// forEver is the end of an answer's time that no passing of time changes.
const forEver = math.MaxInt64

// passed says whether an instant is not after now. Whatever compares with the
// present goes through it, so that the answer knows until when it holds: the
// comparison would come out differently at that instant.
func (s *asking) passed(at int64) bool {
	if at <= s.cal.Now.UnixMilli() {
		return true
	}
	s.until = min(s.until, at)
	return false
}

// slides notes that the answer can change at any moment: it looks back from now.
func (s *asking) slides() { s.until = math.MinInt64 }
