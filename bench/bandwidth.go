package main

import (
	"runtime"
	"sync"
	"time"
)

// bandwidth measures how fast all cores together read memory, in GB/s: each sums
// its own quarter gigabyte, several times; the best counts.
func bandwidth() float64 {
	const words, runs = 32 << 20, 5
	cores := runtime.GOMAXPROCS(0)
	parts := make([][]int64, cores)
	for i := range parts {
		parts[i] = make([]int64, words)
		for k := range parts[i] {
			parts[i][k] = int64(k)
		}
	}
	sums := make([]int64, cores)
	best := time.Duration(0)
	for run := range runs {
		started := now()
		var readers sync.WaitGroup
		for i := range parts {
			readers.Go(func() { sums[i] += sum(parts[i]) })
		}
		readers.Wait()
		if elapsed := now().Sub(started); run == 0 || elapsed < best {
			best = elapsed
		}
	}
	runtime.KeepAlive(sums)
	return float64(cores*words*8) / best.Seconds() / 1e9
}

// sum adds up in four chains, so that memory and not the adder is the limit.
func sum(s []int64) int64 {
	var a, b, c, d int64
	for len(s) >= 8 {
		a += s[0] + s[4]
		b += s[1] + s[5]
		c += s[2] + s[6]
		d += s[3] + s[7]
		s = s[8:]
	}
	for _, x := range s {
		a += x
	}
	return a + b + c + d
}
