//go:build !unix

package campaign

func openRegion(path string, _ int) (region, error) { return openWritten(path) }
