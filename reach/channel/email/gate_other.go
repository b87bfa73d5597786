//go:build !unix

package email

import "net"

// writeThrough asks the gate and then writes.
func writeThrough(conn net.Conn, p []byte, gate func() error) (int, error) {
	if err := gate(); err != nil {
		return 0, err
	}
	return conn.Write(p)
}
