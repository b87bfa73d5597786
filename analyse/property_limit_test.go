package analyse_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

func TestPropertyLimit(t *testing.T) {
	t.Parallel()
	table := columns.NewTable()
	properties := event.Properties{}
	for i := range columns.DefaultPropertyLimit + 30 {
		properties[fmt.Sprintf("p%04d", i)] = event.Num(1)
	}
	for range 2 {
		table.Apply([]*event.Event{{Name: "odd", DistinctID: "u", Properties: properties, Profile: &event.Profile{Set: event.Properties{"city": event.Text("x")}}}})
	}
	a := analyse.New(func(string) *columns.Table { return table }, &fixedSets{}, clock.NewManual(time.Unix(0, 0)))
	limit := a.PropertyLimit(analyse.Project{}, query.EventProperty)
	require.Equal(t, columns.DefaultPropertyLimit, limit.Kept)
	require.Equal(t, 30, limit.NamesLeftOut)
	require.EqualValues(t, 60, limit.ValuesLeftOut)
	require.Len(t, limit.LeftOut, 20)
	require.Equal(t, "p2000", limit.LeftOut[0])
	require.Equal(t, analyse.PropertyLimit{Limit: columns.DefaultPropertyLimit, Kept: 1, LeftOut: []string{}}, a.PropertyLimit(analyse.Project{}, query.UserProperty))
}
