package ingest

// Result says what became of a batch.
type Result struct {
	Accepted   int      `json:"accepted"`   // stored now
	Duplicates int      `json:"duplicates"` // stored before, within the Horizon
	Rejected   []Reject `json:"rejected"`   // never nil
}

// Reject says why one event of a batch was not taken.
type Reject struct {
	Index  int    `json:"index"` // in the request's order, from 0
	ID     string `json:"id"`    // as sent, possibly empty
	Field  string `json:"field"` // such as «name» or «properties.amount»
	Reason string `json:"reason"`
}
