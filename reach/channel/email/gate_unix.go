//go:build unix

package email

import (
	"errors"
	"net"
	"syscall"
)

// writeThrough asks the gate and then writes, with nothing in between but the
// system call itself: what the gate has noted is true some ten nanoseconds later,
// and a process that is killed has hardly a moment to die in.
func writeThrough(conn net.Conn, p []byte, gate func() error) (written int, err error) {
	open, ok := conn.(syscall.Conn)
	if !ok {
		if err := gate(); err != nil {
			return 0, err
		}
		return conn.Write(p)
	}
	raw, err := open.SyscallConn()
	if err != nil {
		return 0, err
	}
	asked := false
	waitErr := raw.Write(func(fd uintptr) bool {
		if !asked {
			asked = true
			if err = gate(); err != nil {
				return true
			}
		}
		for written < len(p) {
			n, failure := syscall.Write(int(fd), p[written:])
			written += max(n, 0)
			switch {
			case errors.Is(failure, syscall.EAGAIN):
				return false // called again when there is room
			case failure != nil && !errors.Is(failure, syscall.EINTR):
				err = failure
				return true
			}
		}
		return true
	})
	if err == nil && written < len(p) {
		err = waitErr
	}
	return written, err
}
