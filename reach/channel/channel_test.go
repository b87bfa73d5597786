package channel_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/reach/channel"
)

func TestCleanAddress(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		" li.lei@Example.COM ":  "li.lei@example.com",
		"a+b@mail.example.org":  "a+b@mail.example.org",
		"李雷@例子.中国":              "李雷@例子.中国",
		"o'neil@example.com":    "o'neil@example.com",
		"UPPER@Sub.Example.com": "UPPER@sub.example.com",
	} {
		got, err := channel.CleanAddress(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got)
	}
	for _, in := range []string{
		"", "nobody", "@example.com", "a@", "a@localhost", "a@b..com", "a@-b.com", "a b@example.com",
		"a@example.com\r\nBcc: x@example.com", "a@example.com\nRCPT TO:<x@y.z>", "Li <a@example.com>", "<a@example.com>",
		"a@example.com,b@example.com", "a@[127.0.0.1]", "\"a b\"@example.com", "a\x00@example.com", "a@exa\u2028mple\x7f.com",
		strings.Repeat("a", 65) + "@example.com", "a@" + strings.Repeat("b.", 130) + "com", "a@b@example.com", "\xff@example.com",
	} {
		_, err := channel.CleanAddress(in)
		require.Error(t, err, "%q", in)
	}
}

func TestMaskAndKey(t *testing.T) {
	t.Parallel()
	require.Equal(t, "l…@example.com", channel.MaskAddress("lilei@example.com"))
	require.Equal(t, "李…@example.com", channel.MaskAddress("李雷@example.com"))
	require.Equal(t, "…", channel.MaskAddress("broken"))
	require.Equal(t, "a@b.com", channel.AddressKey(" A@B.com"))
}

func TestFailure(t *testing.T) {
	t.Parallel()
	inner := &channel.Error{Class: channel.Permanent, Answer: "550 no such user"}
	require.Same(t, inner, channel.Failure(fmt.Errorf("send: %w", inner)))
	cause := errors.New("odd")
	got := channel.Failure(cause)
	require.Equal(t, channel.Temporary, got.Class)
	require.ErrorIs(t, got, cause)
	require.Equal(t, "permanent: 550 no such user", inner.Error())
	require.Equal(t, "unreachable: odd", (&channel.Error{Class: channel.Unreachable, Cause: cause}).Error())
}
