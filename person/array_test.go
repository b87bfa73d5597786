package person

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Every frozen state keeps showing the state it was taken of.
func TestFrozenArraysKeepTheirState(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var a Array[int]
		var plain []int
		type kept struct {
			frozen Frozen[int]
			want   []int
		}
		var all []kept
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 2).Draw(t, "step") {
			case 0:
				for range rapid.IntRange(1, pageSize).Draw(t, "appends") {
					a.Append(len(plain))
					plain = append(plain, len(plain))
				}
			case 1:
				if len(plain) > 0 {
					i := rapid.IntRange(0, len(plain)-1).Draw(t, "at")
					*a.Edit(uint32(i)) -= 7
					plain[i] -= 7
				}
			case 2:
				all = append(all, kept{a.Freeze(), append([]int(nil), plain...)})
			}
		}
		all = append(all, kept{a.Freeze(), plain})
		for _, k := range all {
			if k.frozen.Len() != len(k.want) {
				t.Fatalf("length %d, want %d", k.frozen.Len(), len(k.want))
			}
			for i, want := range k.want {
				if got := k.frozen.At(uint32(i)); got != want {
					t.Fatalf("element %d is %d, want %d", i, got, want)
				}
			}
		}
	})
}

func TestArrayIsReadableWhileItGrows(t *testing.T) {
	t.Parallel()
	var a Array[string]
	require.Zero(t, a.Len())
	a.Append("a")
	s := a.Freeze()
	a.Append("b")
	*a.Edit(0) = "c"
	require.Equal(t, []string{"c", "b"}, []string{a.At(0), a.At(1)})
	require.Equal(t, 1, s.Len())
	require.Equal(t, "a", s.At(0))
}
