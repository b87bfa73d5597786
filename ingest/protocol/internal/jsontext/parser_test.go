package jsontext_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/ingest/protocol/internal/jsontext"
)

func parse(text string) (event.Properties, error) {
	p := jsontext.Get(text)
	defer p.Put()
	properties, err := p.Properties()
	if err == nil {
		err = p.End()
	}
	return properties, err
}

func TestPropertiesFollowTheRulesOfPackageEvent(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{}`, ` { "a" : 1 , "b" : "x" } `, `{"a":null,"b":true,"c":false}`, `{"a":{"b":{"c":1}},"d":[]}`,
		`{"list":["x",1,2.50,true,null,{"k":[1]},["y"]]}`, `{"deep":{"1":{"2":{"3":{"4":{"5":{"6":1}}}}}}}`,
		`{"text":"\u4f60\n\"\\\/\ud83d\ude00 \ud83d"}`, `{"n":-0.5e-3,"m":1E+2,"z":-0,"big":12345678901234567890,"i":123456789012345}`,
		`{"a":1,"a":2}`, `{"a":1,"a":null}`, `{"中文":"堰"}`,
	} {
		var want event.Properties
		require.NoError(t, json.Unmarshal([]byte(text), &want), text)
		got, err := parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}

func TestUnfitValuesAreNotSyntaxErrors(t *testing.T) {
	t.Parallel()
	for text, field := range map[string]string{`[1]`: "", `"x"`: "", `12`: "", `{"a":{"b":1e999}}`: "a.b", `{"a":[1],"b":-1e999}`: "b"} {
		_, err := parse(text)
		unfit, ok := errors.AsType[*jsontext.ValueError](err)
		require.True(t, ok, text)
		require.Equal(t, field, unfit.Field)
	}
}

func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,}`, `{,}`, `{"a":01}`, `{"a":1.}`, `{"a":.5}`, `{"a":+1}`, `{"a":1e}`, `{"a":tru}`, `{"a":nul}`,
		`{"a":"x}`, `{"a":"\x"}`, `{"a":"\u12g4"}`, `{"a":"` + "\n" + `"}`, `{"a":1}x`, `{'a':1}`, `{a:1}`, `{"a":[1,]}`, `{"a":[1`, `{"a":NaN}`, "{}\x00",
		strings.Repeat(`{"a":`, 100) + `1` + strings.Repeat(`}`, 100), strings.Repeat(`[`, 100_000),
	} {
		_, err := parse(text)
		require.Error(t, err, text)
	}
}

// FuzzProperties compares with encoding/json: what one takes the other takes,
// and both mean the same.
func FuzzProperties(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"x",null],"b":{"c":1.5e3}}`, `{"a":"\ud800x"}`, `{"a":1e400}`, `{"":{"":0}}`, "{\"a\":\"\xff\"}", `{"a":1,"a":{"b":2}}`, `{"":0,"":{}}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parse(text)
		var syntax *jsontext.SyntaxError
		var want event.Properties
		reference := json.Unmarshal([]byte(text), &want)
		switch {
		case errors.As(err, &syntax) && strings.Contains(syntax.What, "deeply"):
		case errors.As(err, &syntax):
			require.False(t, json.Valid([]byte(text)), "%q refused: %v", text, err)
		case err == nil && reference == nil && !repeats(text):
			require.Equal(t, len(want), len(got), "%q", text)
			for name, v := range want {
				require.Equal(t, v.Kind, got[name].Kind, "%q %q", text, name)
				require.InDelta(t, v.Num, got[name].Num, 0, "%q %q", text, name)
			}
		case err == nil:
			require.True(t, json.Valid([]byte(text)), "%q taken", text)
		}
	})
}

// repeats says whether some object may have two members of one name: which of
// them counts in flattened names is not the same everywhere. Nor is how many
// replacement characters a broken name gets.
func repeats(text string) bool {
	if !utf8.ValidString(text) {
		return true
	}
	names := map[string]bool{}
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	for {
		token, err := dec.Token()
		if err != nil {
			return false
		}
		name, ok := token.(string)
		if ok && (names[name] || strings.Contains(name, ".")) {
			return true
		}
		if ok {
			names[name] = true
		}
	}
}
