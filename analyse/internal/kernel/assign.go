package kernel

// matching assigns events to steps, one event at most to one step, by
// augmenting paths. It serves where order says nothing: among events of the same
// time, and in unordered funnels.
type matching struct {
	masks  []uint32 // per event: the steps it meets, as bits
	holder []int    // per step: its event, -1 for none
}

const noEvent = -1

func (m *matching) reset(steps int) {
	m.masks = m.masks[:0]
	m.holder = m.holder[:0]
	for range steps {
		m.holder = append(m.holder, noEvent)
	}
}

// addEvent makes an event known and gives its number.
func (m *matching) addEvent(mask uint32) int {
	m.masks = append(m.masks, mask)
	return len(m.masks) - 1
}

// wanted says whether one more event of a mask can make a difference: as many as
// there are steps are enough.
func (m *matching) wanted(mask uint32) bool {
	if len(m.masks) < len(m.holder) {
		return true
	}
	alike := 0
	for _, other := range m.masks {
		if other == mask {
			alike++
		}
	}
	return alike < len(m.holder)
}

// open gives the steps that one more event could serve: those that are free, and
// those whose event could serve another open step instead.
func (m *matching) open() uint32 {
	var open uint32
	for before := ^uint32(0); before != open; {
		before = open
		for step, e := range m.holder {
			if e == noEvent || m.masks[e]&open != 0 {
				open |= 1 << step
			}
		}
	}
	return open
}

// fillStep finds an event for a step, moving events among steps that are filled
// already if need be; those stay filled.
func (m *matching) fillStep(step int) bool {
	var tried uint32 // steps
	return m.fill(step, &tried)
}

func (m *matching) fill(step int, tried *uint32) bool {
	*tried |= 1 << step
	for e, mask := range m.masks {
		if mask&(1<<step) == 0 {
			continue
		}
		at := m.stepOf(e)
		if at == noEvent {
			m.holder[step] = e
			return true
		}
		if *tried&(1<<at) == 0 && m.fill(at, tried) {
			m.holder[step] = e
			return true
		}
	}
	return false
}

// placeEvent finds a step for an event, moving events among steps if need be;
// steps that are filled stay filled.
func (m *matching) placeEvent(e int) bool {
	var tried uint32
	return m.place(e, &tried)
}

func (m *matching) place(e int, tried *uint32) bool {
	for step, held := range m.holder {
		if m.masks[e]&(1<<step) == 0 || *tried&(1<<step) != 0 {
			continue
		}
		*tried |= 1 << step
		if held == noEvent || m.place(held, tried) {
			m.holder[step] = e
			return true
		}
	}
	return false
}

func (m *matching) stepOf(e int) int {
	for step, held := range m.holder {
		if held == e {
			return step
		}
	}
	return noEvent
}
