package container

import (
	"encoding/binary"
	"errors"
	"unsafe"
)

// This file is the only place that looks at numbers as bytes and at bytes as
// numbers. Both are the same where the processor is little-endian, as the format
// is, and a section is aligned.

// checkByteOrder refuses processors on which bytes and numbers are not the same.
func checkByteOrder() error {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		return errors.New("column files need a little-endian processor")
	}
	return nil
}

func widthOf[T any]() int {
	var zero T
	return int(unsafe.Sizeof(zero))
}

// Bytes are the bytes of numbers. They share memory.
func Bytes[T any](values []T) []byte {
	if len(values) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), len(values)*widthOf[T]())
}

// numbers are bytes as numbers. They share memory, which is aligned for T: it
// begins at a page of the mapping, plus a multiple of 64, or was made as numbers.
func numbers[T any](b []byte, count int) []T {
	if count == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), count)
}

func textBytes(text string) []byte {
	return unsafe.Slice(unsafe.StringData(text), len(text))
}

// textOf is bytes as a text. They share memory and must not change any more.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
