package event_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/event"
)

func read(t *testing.T, text string) event.Properties {
	t.Helper()
	var p event.Properties
	require.NoError(t, json.Unmarshal([]byte(text), &p))
	return p
}

func TestPropertiesBecomeTypedValues(t *testing.T) {
	t.Parallel()
	got := read(t, `{"s":"杭州","n":12.5,"t":true,"f":false,"null":null,"list":["a","b"],"mixed":["a",1,true,null,{"x":1}],"address":{"city":"Xi'an","geo":{"lat":34.3}}}`)
	require.Equal(t, event.Properties{
		"s": event.Text("杭州"), "n": event.Num(12.5), "t": event.Flag(true), "f": event.Flag(false),
		"list": event.Strings("a", "b"), "mixed": event.Strings("a", "1", "true", "null", `{"x":1}`),
		"address.city": event.Text("Xi'an"), "address.geo.lat": event.Num(34.3),
	}, got)
}

func TestDeepObjectsAreKeptAsText(t *testing.T) {
	t.Parallel()
	got := read(t, `{"a":{"b":{"c":{"d":{"e":{"f":1}}}}}}`)
	require.Equal(t, event.Properties{"a.b.c.d.e": event.Text(`{"f":1}`)}, got)
}

func TestWhatIsNoPropertyIsRefused(t *testing.T) {
	t.Parallel()
	var p event.Properties
	for _, text := range []string{`[1]`, `"x"`, `{"n":1e999}`, `{"a":{"n":-1e999}}`, `{`} {
		require.Error(t, json.Unmarshal([]byte(text), &p), text)
	}
	_, err := event.ValueOf(math.NaN())
	require.Error(t, err)
	_, err = event.ValueOf(struct{}{})
	require.Error(t, err)
}

func TestTextOfValues(t *testing.T) {
	t.Parallel()
	require.Equal(t, "12.5", event.Num(12.5).Text())
	require.Equal(t, "1000000", event.Num(1e6).Text())
	require.Equal(t, "true", event.Flag(true).Text())
	require.Equal(t, `["a"]`, event.Strings("a").Text())
	require.Empty(t, event.Value{}.Text())
	require.Equal(t, []string{"a", "b"}, event.Properties{"b": {}, "a": {}}.Names())
}

// What is written is what is read again.
func TestPropertiesRoundTrip(t *testing.T) {
	t.Parallel()
	value := rapid.OneOf(
		rapid.Map(rapid.String(), event.Text), rapid.Map(rapid.Float64Range(-1e300, 1e300), event.Num), rapid.Map(rapid.Bool(), event.Flag),
		rapid.Map(rapid.SliceOfN(rapid.String(), 0, 4), func(s []string) event.Value { return event.Strings(append([]string{}, s...)...) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		p := event.Properties(rapid.MapOfN(rapid.StringMatching(`[a-z$_]{1,8}`), value, 0, 6).Draw(t, "properties"))
		raw, err := json.Marshal(p)
		require.NoError(t, err)
		var again event.Properties
		require.NoError(t, json.Unmarshal(raw, &again))
		require.Equal(t, p, again)
	})
}

func TestActivity(t *testing.T) {
	t.Parallel()
	require.True(t, event.IsActivity("order_paid"))
	require.True(t, event.IsActivity(event.NamePage))
	for _, name := range []string{event.NameIdentify, event.NameProfile, event.NameMessageSent, event.NameMessageOpened, event.NameCampaignEntered} {
		require.False(t, event.IsActivity(name), name)
	}
}

// AppendJSON writes what UnmarshalJSON reads, also for text that JSON must escape.
func TestAppendJSONRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := event.Properties{}
		for name, s := range rapid.MapOfN(rapid.StringMatching(`[a-z"\\\x00-\x1f€]{1,6}`), rapid.String(), 0, 5).Draw(t, "texts") {
			p[name] = event.Text(s)
		}
		p["n"] = event.Num(rapid.Float64().Draw(t, "n"))
		p["list"] = event.Strings("a\"b", "\n")
		raw, err := event.AppendJSON(nil, p)
		require.NoError(t, err)
		var again event.Properties
		require.NoError(t, json.Unmarshal(raw, &again), "%s", raw)
		require.Equal(t, p, again)
	})
	raw, err := event.AppendJSON(nil, event.Properties{"x": event.Text("a\xffb"), "m": {}})
	require.NoError(t, err)
	require.JSONEq(t, `{"x":"a�b"}`, string(raw))
	_, err = event.AppendJSON(nil, event.Properties{"x": event.Num(math.Inf(1))})
	require.Error(t, err)
}
