package event

import (
	"slices"
	"strconv"
)

// Names of the events that correct the log. They are made by Weir alone, when
// somebody asks for it: no SDK may send them. They are not activity and belong
// to no timeline.
const (
	NameDetach       = "$detach"        // Join of kind Detach: the id Join.Other leaves the person of DistinctID
	NameDeletePerson = "$delete_person" // the person of DistinctID is forgotten, with all events so far
	NameDeleteEvents = "$delete_events" // the events named by DeletedSeqs never happened
	NameErased       = "$erased"        // what is left of an event that was deleted: its place and its joins
)

// A deletion is carried out in two steps: the control event says it, from which
// moment on nobody sees what was deleted, and then the log loses the data. The
// property below is there until the second step is done.
const (
	pendingProperty = "pending"
	seqsProperty    = "seqs"
)

// ControlID is the distinct id of control events that are about no person.
const ControlID = "$weir"

// MaxDeletedSeqs is how many events one NameDeleteEvents names at most.
const MaxDeletedSeqs = 10_000

// Reserved says whether a name is kept for the events that correct the log.
func Reserved(name string) bool {
	switch name {
	case NameDetach, NameDeletePerson, NameDeleteEvents, NameErased:
		return true
	}
	return false
}

// IsControl says whether an event of that name gives an order instead of
// telling what somebody did.
func IsControl(name string) bool { return Reserved(name) && name != NameErased }

// NewDetach makes the event by which the id other leaves the person of the id
// of. The caller adds ID, Project and Time.
func NewDetach(of, other string) *Event {
	return &Event{Name: NameDetach, DistinctID: of, Join: &Join{Kind: Detach, Other: other}, Properties: Properties{}}
}

// NewDeletePerson makes the event by which the person of an id is deleted. The
// caller adds ID, Project and Time.
func NewDeletePerson(of string) *Event {
	return &Event{Name: NameDeletePerson, DistinctID: of, Properties: Properties{pendingProperty: Flag(true)}}
}

// NewDeleteEvents makes the event by which at most MaxDeletedSeqs events are
// deleted. The caller adds ID, Project and Time.
func NewDeleteEvents(seqs []uint64) *Event {
	texts := make([]string, len(seqs))
	for i, seq := range seqs {
		texts[i] = strconv.FormatUint(seq, 10)
	}
	return &Event{
		Name: NameDeleteEvents, DistinctID: ControlID,
		Properties: Properties{pendingProperty: Flag(true), seqsProperty: Strings(texts...)},
	}
}

// DeletedSeqs gives the Seqs of the events that e deletes, ascending and each
// once. It is empty once the log has lost them: they are NameErased then.
func DeletedSeqs(e *Event) []uint64 {
	if e.Name != NameDeleteEvents {
		return nil
	}
	list := e.Properties[seqsProperty].List
	seqs := make([]uint64, 0, len(list))
	for _, text := range list {
		if seq, err := strconv.ParseUint(text, 10, 64); err == nil {
			seqs = append(seqs, seq)
		}
	}
	slices.Sort(seqs)
	return slices.Compact(seqs)
}

// ErasurePending says whether e deletes something that the log has not lost yet.
// Once it has, the properties of e are empty.
func ErasurePending(e *Event) bool {
	return (e.Name == NameDeletePerson || e.Name == NameDeleteEvents) && len(e.Properties) > 0
}
