package account

import (
	"sync"
	"time"
)

// Wrong passwords for one account from one address, and from one address over
// all accounts, before further tries are refused; and for how long they count.
const (
	maxTriesPerPair    = 8
	maxTriesPerAddress = 50
	tryWindow          = 15 * time.Minute
	maxTracked         = 10_000 // keys kept; the map is swept when it is reached
)

// attempts counts wrong passwords in memory. A restart forgives.
type attempts struct {
	mu    sync.Mutex
	wrong map[string]*tally
}

type tally struct {
	count int
	until time.Time
}

func newAttempts() *attempts { return &attempts{wrong: make(map[string]*tally)} }

// refused says how long the caller has to wait, 0 when it may try.
func (a *attempts) refused(now time.Time, email, address string) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return max(a.wait(now, pairKey(email, address), maxTriesPerPair), a.wait(now, addressKey(address), maxTriesPerAddress))
}

func (a *attempts) wait(now time.Time, key string, limit int) time.Duration {
	t, ok := a.wrong[key]
	if !ok || t.count < limit || !now.Before(t.until) {
		return 0
	}
	return t.until.Sub(now)
}

// failed notes a wrong password.
func (a *attempts) failed(now time.Time, email, address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.wrong) >= maxTracked {
		for key, t := range a.wrong {
			if !now.Before(t.until) {
				delete(a.wrong, key)
			}
		}
	}
	for _, key := range []string{pairKey(email, address), addressKey(address)} {
		t := a.wrong[key]
		if t == nil || !now.Before(t.until) {
			t = &tally{}
			a.wrong[key] = t
		}
		t.count++
		t.until = now.Add(tryWindow)
	}
}

// succeeded forgets the wrong tries of that account from that address.
func (a *attempts) succeeded(email, address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.wrong, pairKey(email, address))
}

func pairKey(email, address string) string { return "p" + address + " " + email }

func addressKey(address string) string { return "a" + address }
