package vector_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/store/columns/vector"
)

func TestCodesAreKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]uint32{0, 1, 255, 256, 65535, 65536, math.MaxUint32}).Draw(t, "most")
		values := rapid.SliceOf(rapid.Uint32Range(0, most)).Draw(t, "values")
		c := vector.NewCodes(slices.Clone(values))
		require.Equal(t, len(values), c.Slots())
		for row, v := range values {
			require.Equal(t, v, c.At(uint32(row)))
		}
		rows, some := sparse(values)
		c = vector.SparseCodes(rows, some, len(values))
		for row, v := range values {
			require.Equal(t, v, c.At(uint32(row)))
		}
	})
}

// sparse lists the values that are not 0.
func sparse(values []uint32) (rows, some []uint32) {
	for row, v := range values {
		if v != 0 {
			rows, some = append(rows, uint32(row)), append(some, v)
		}
	}
	return rows, some
}

func TestIntsAreKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]int64{1, 1000}).Draw(t, "unit")
		offset := rapid.Int64Range(-1<<45, 1<<45).Draw(t, "offset")
		span := rapid.SampledFrom([]int64{0, 1, math.MaxUint32, math.MaxUint32 + 1, 1 << 43}).Draw(t, "span")
		values := rapid.SliceOf(rapid.Custom(func(t *rapid.T) int64 {
			return offset + rapid.Int64Range(0, span).Draw(t, "v")*unit
		})).Draw(t, "values")
		slices.Sort(values)
		v := vector.NewInts(slices.Clone(values))
		require.Equal(t, len(values), v.Len())
		for row, want := range values {
			require.Equal(t, want, v.At(uint32(row)))
			first, _ := slices.BinarySearch(values, want)
			require.Equal(t, first, int(v.FirstAtOrAfter(0, uint32(len(values)), want)))
		}
		require.Equal(t, values, append([]int64{}, v.Append(nil, 0, uint32(len(values)))...))
	})
	require.Equal(t, int64(math.MinInt64), ptr(vector.NewInts([]int64{math.MinInt64, math.MaxInt64})).At(0))
}

func ptr[T any](v T) *T { return &v }

func TestFloatsAreKept(t *testing.T) {
	t.Parallel()
	one := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) float64 {
			return float64(rapid.Int64Range(-300, 300).Draw(t, "n")) / rapid.SampledFrom([]float64{1, 10, 100, 1000}).Draw(t, "scale")
		}),
		rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.Int64().Draw(t, "n")) / 100 }),
		rapid.Float64(), rapid.Just(math.NaN()), rapid.Just(math.Copysign(0, -1)),
		rapid.SampledFrom([]float64{math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), 1 << 53, 19.99, 0.1}),
	)
	rapid.Check(t, func(t *rapid.T) {
		var values []float64
		if rapid.Bool().Draw(t, "alike") {
			scale := rapid.SampledFrom([]float64{1, 10, 100, 1000}).Draw(t, "scale")
			from := rapid.Int64Range(-1<<40, 1<<40).Draw(t, "from")
			span := rapid.SampledFrom([]int64{1, 254, 255, 65534, 65535, 1 << 31}).Draw(t, "span")
			values = rapid.SliceOf(rapid.Custom(func(t *rapid.T) float64 {
				return float64(from+rapid.Int64Range(0, span).Draw(t, "n")) / scale
			})).Draw(t, "values")
		} else {
			values = rapid.SliceOf(one).Draw(t, "values")
		}
		f := vector.NewFloats(slices.Clone(values))
		require.Equal(t, len(values), f.Slots())
		var rows []uint32
		var some []float64
		for row, v := range values {
			require.True(t, same(v, f.At(uint32(row))), "%v became %v", v, f.At(uint32(row)))
			if !math.IsNaN(v) {
				rows, some = append(rows, uint32(row)), append(some, v)
			}
		}
		f = vector.SparseFloats(rows, some, len(values))
		for row, v := range values {
			require.True(t, same(v, f.At(uint32(row))))
		}
	})
	money := vector.NewFloats([]float64{19.99, 0.01, math.NaN(), 655.35})
	require.NotNil(t, money.U16)
	require.NotNil(t, ptr(vector.NewFloats([]float64{-1e9, 1e9})).U32)
	require.NotNil(t, ptr(vector.NewFloats([]float64{math.Copysign(0, -1)})).F64)
}

func same(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Float64bits(a) == math.Float64bits(b)
}

func TestPresent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 2000).Draw(t, "n")
		rows := rapid.SliceOfNDistinct(rapid.Uint32Range(0, uint32(n-1)), 0, min(n, 300), rapid.ID).Draw(t, "rows")
		slices.Sort(rows)
		p := vector.NewPresent(rows, n)
		lo := rapid.Uint32Range(0, uint32(n)).Draw(t, "lo")
		hi := rapid.Uint32Range(lo, uint32(n)).Draw(t, "hi")
		var got []uint32
		p.Each(lo, hi, func(row, at uint32) {
			require.Equal(t, rows[at], row)
			got = append(got, row)
		})
		var want []uint32
		for _, row := range rows {
			if row >= lo && row < hi {
				want = append(want, row)
			}
		}
		require.Equal(t, want, got)
		for row := range uint32(n) {
			at, has := slices.BinarySearch(rows, row)
			require.Equal(t, has, p.Has(row))
			require.Equal(t, uint32(at), p.Rank(row))
		}
	})
}
