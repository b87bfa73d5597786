package kernel

import "context"

// watchEvery is how many rows, or steps of work like a row, pass between two looks at the context.
const watchEvery = 1 << 16

// watch ends the work on one person with very many events when the question is
// cancelled. The scan itself looks at the context between persons.
type watch struct {
	ctx  context.Context
	left int
	err  error
}

// stop takes note of work done and says whether to give up.
func (w *watch) stop(work int) bool {
	if w.left -= work; w.left > 0 {
		return w.err != nil
	}
	w.left = watchEvery
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	return w.err != nil
}
