package analyse_test

import (
	"testing"

	"pgregory.net/rapid"
)

// fuzzWorlds is checkWorlds without an end: go test ./analyse -run '^$' -fuzz FuzzTrend.
func fuzzWorlds(f *testing.F, check func(t *rapid.T, d draw, w *randomWorld) (answered bool)) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		d := draw{t}
		w := d.world()
		for range d.int(1, questionsPerWorld) {
			check(t, d, w)
		}
	}))
}

func FuzzTrend(f *testing.F)        { fuzzWorlds(f, trendAgrees) }
func FuzzFunnel(f *testing.F)       { fuzzWorlds(f, funnelAgrees) }
func FuzzRetention(f *testing.F)    { fuzzWorlds(f, retentionAgrees) }
func FuzzMembers(f *testing.F)      { fuzzWorlds(f, membersAgree) }
func FuzzGrowth(f *testing.F)       { fuzzWorlds(f, growthAgrees) }
func FuzzStickiness(f *testing.F)   { fuzzWorlds(f, stickinessAgrees) }
func FuzzDistribution(f *testing.F) { fuzzWorlds(f, distributionAgrees) }
func FuzzInterval(f *testing.F)     { fuzzWorlds(f, intervalAgrees) }
func FuzzPaths(f *testing.F)        { fuzzWorlds(f, pathsAgrees) }
func FuzzAttribution(f *testing.F)  { fuzzWorlds(f, attributionAgrees) }
func FuzzLTV(f *testing.F)          { fuzzWorlds(f, ltvAgrees) }
func FuzzReferral(f *testing.F)     { fuzzWorlds(f, referralAgrees) }
