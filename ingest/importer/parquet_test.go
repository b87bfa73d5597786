package importer_test

import (
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/ingest/importer"
	"github.com/weirhq/weir/ingest/ingesttest"
)

// The bytes of these types are not their text: ids would run together, and money be lost.
func TestParquetTypesOfBytes(t *testing.T) {
	t.Parallel()
	type order struct {
		Customer [16]byte `parquet:"customer,uuid"`
		At       string   `parquet:"at"`
		Amount   [16]byte `parquet:"amount,decimal(2:38)"`
		Back     [16]byte `parquet:"back,decimal(2:38)"`
	}
	one := order{
		Customer: [16]byte{0x06, 0xb8, 0xf1, 0xff, 0xfe, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xfd}, At: "2026-01-31",
		Amount: [16]byte{14: 0x30, 15: 0x39}, Back: [16]byte{},
	}
	for i := range one.Back {
		one.Back[i] = 0xff // -1
	}
	path := filepath.Join(t.TempDir(), "orders.parquet")
	require.NoError(t, parquet.WriteFile(path, []order{one}))
	b := ingesttest.New(t)
	_, err := importer.Run(t.Context(), options(t, b, path, "name=order,distinct_id=customer,time=at,*=*"))
	require.NoError(t, err)
	e := b.Stored(t)[0]
	require.Equal(t, "06b8f1ff-fe05-0607-0809-0a0b0c0d0efd", e.DistinctID)
	require.Equal(t, event.Properties{"amount": event.Num(123.45), "back": event.Num(-0.01)}, e.Properties)
}
