package ingest

import (
	"context"
	"fmt"
	"strings"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store"
)

// A person is erased by renaming. Each id that no other person has becomes a
// token wherever it stands in the log up to the deletion, and the person's events
// lose the rest. An id that somebody else has had, too (a shared device), keeps
// its name, and only the person's events under it are emptied.
//
// Who is who follows from which ids are equal and from nothing else about them,
// so the log up to the deletion gives the same persons with the same ordinals as
// before. The deletion then forgets the tokens as it forgot the ids; after it the
// same ids are new in both. So a log erased at any time, in any order, is replayed
// to what is live.

// tokenPrefix begins every token. No SDK may send such an id.
const tokenPrefix = event.NameErased + ":"

// eraseLog is what planning an erasure reads.
type eraseLog interface {
	Mentions(ctx context.Context, m store.Mention, yield func(*event.Event) error) error
}

// maxTogether is how many deletions, and how many of their ids and events, are
// erased together at most.
const (
	maxTogether      = 1000
	maxTogetherItems = 200_000
)

// planBatch says what the log must lose for the first of the orders, at least for
// one. Those erased together have no ids in common, for what one finds in the log
// must not depend on the other's being carried out.
func planBatch(ctx context.Context, log eraseLog, orders []*event.Event) ([]store.Erasure, error) {
	type owned struct{ project, id string }
	taken := map[owned]bool{}
	var batch []store.Erasure
	items := 0
	for _, order := range orders[:min(len(orders), maxTogether)] {
		erasure, ids, err := plan(ctx, log, order)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if taken[owned{order.Project, id}] {
				return batch, nil
			}
		}
		for _, id := range ids {
			taken[owned{order.Project, id}] = true
		}
		batch = append(batch, erasure)
		if items += len(ids) + len(erasure.Seqs); items > maxTogetherItems {
			break
		}
	}
	return batch, nil
}

// plan says what the log must lose for a deletion, and which ids that depends on.
func plan(ctx context.Context, log eraseLog, order *event.Event) (store.Erasure, []string, error) {
	erasure := store.Erasure{Project: order.Project, By: order.Seq, Seqs: event.DeletedSeqs(order)}
	if order.Name != event.NameDeletePerson {
		return erasure, nil, nil
	}
	ids, err := connected(ctx, log, order)
	if err != nil {
		return erasure, nil, err
	}
	t := tracer{graph: person.NewGraph()}
	err = log.Mentions(ctx, store.Mention{Project: order.Project, IDs: ids, UpTo: order.Seq - 1}, func(e *event.Event) error {
		t.add(e)
		return nil
	})
	if err != nil {
		return erasure, nil, err
	}
	erasure.Tokens, erasure.Seqs = t.outcome(order)
	return erasure, ids, nil
}

// connected gives all ids that joins connect with that of the deletion, directly
// or through others. What the graph makes of them does not depend on any other id.
func connected(ctx context.Context, log eraseLog, order *event.Event) ([]string, error) {
	all := []string{order.DistinctID}
	seen := map[string]bool{order.DistinctID: true}
	for next := all; len(next) > 0; {
		ask := store.Mention{Project: order.Project, IDs: next, UpTo: order.Seq - 1, Joins: true}
		next = nil
		err := log.Mentions(ctx, ask, func(e *event.Event) error {
			if !person.Joinable(e.DistinctID) || !person.Joinable(e.Join.Other) {
				return nil
			}
			for _, id := range []string{e.DistinctID, e.Join.Other} {
				if !seen[id] {
					seen[id] = true
					next = append(next, id)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		all = append(all, next...)
	}
	return all, nil
}

// tracer follows which event belongs to whom, as the columns do.
type tracer struct {
	graph *person.Graph
	rows  []tracedRow
}

type tracedRow struct {
	seq    uint64
	person person.Ordinal
	id     uint32
}

func (t *tracer) add(e *event.Event) {
	r := t.graph.Resolve(e)
	if r.Row {
		t.rows = append(t.rows, tracedRow{seq: e.Seq, person: r.Person, id: r.ID})
	}
	if s := r.Split; s != nil {
		for i := range t.rows {
			if row := &t.rows[i]; row.id == s.ID && t.graph.Canonical(row.person) == s.From {
				row.person = s.To
			}
		}
	}
}

// outcome gives the tokens of the person's own ids, and its events under ids
// that others have, too.
func (t *tracer) outcome(order *event.Event) (tokens map[string]string, seqs []uint64) {
	deleted, ok := t.graph.Find(order.DistinctID)
	if !ok {
		return nil, nil
	}
	snapshot := t.graph.Snapshot()
	shared := map[string]bool{}
	for i := range snapshot.Len() {
		if o := person.Ordinal(i); o != deleted && snapshot.Canonical(o) == o {
			for _, identity := range snapshot.Identities(o) {
				shared[identity.ID] = true
			}
		}
	}
	tokens = map[string]string{}
	for n, identity := range snapshot.Identities(deleted) {
		switch id := identity.ID; {
		case shared[id]:
		case !person.Joinable(id) || strings.HasPrefix(id, tokenPrefix):
			tokens[id] = id // says nothing about anybody
		default:
			tokens[id] = fmt.Sprintf("%s%d:%d", tokenPrefix, order.Seq, n)
		}
	}
	for _, row := range t.rows {
		if t.graph.Canonical(row.person) == deleted && shared[snapshot.Text(row.id)] {
			seqs = append(seqs, row.seq)
		}
	}
	return tokens, seqs
}
