package questions_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/bench/questions"
	"github.com/weirhq/weir/query"
)

func TestQuestionsAreAskable(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, q := range questions.All() {
		require.False(t, names[q.Name], q.Name)
		names[q.Name] = true
		require.NotEmpty(t, q.SQL, q.Name)
		if q.Kind == "condition" {
			_, err := query.ParseCondition([]byte(q.Ask))
			require.NoError(t, err, q.Name)
			continue
		}
		r, err := query.Parse([]byte(q.Ask))
		require.NoError(t, err, q.Name)
		require.Equal(t, q.Kind, r.Question.Kind(), q.Name)
	}
}

func TestPropertiesOfQuestions(t *testing.T) {
	t.Parallel()
	found := map[string][]string{}
	for _, q := range questions.All() {
		found[q.Name] = q.Properties()
	}
	require.Empty(t, found["events per day"])
	require.Equal(t, []string{"channel", "amount"}, found["payments by last channel in 7 days"])
}
