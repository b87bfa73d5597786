package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/fault"
)

func TestKindSurvivesWrapping(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk full")
	err := fmt.Errorf("store event: %w", fault.Wrap(fault.Unavailable, cause, "The log cannot be written."))
	require.Equal(t, fault.Unavailable, fault.KindOf(err))
	require.ErrorIs(t, err, cause)
	require.Equal(t, fault.Internal, fault.KindOf(cause), "an error that is not a fault is our defect")
}

func TestListReportsEverything(t *testing.T) {
	t.Parallel()
	var l fault.List
	require.NoError(t, l.Err("nothing is wrong"))
	l.Add("steps[0].event", "name an event")
	l.Add("window", "give at least %d minute", 1)
	err := l.Err("The question cannot be asked.")
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	require.EqualError(t, err, "The question cannot be asked.; steps[0].event: name an event; window: give at least 1 minute")
}
