package kernel

// samples keeps numbers with the cells they belong to, for percentiles.
type samples struct {
	budget *budget
	parts  []samplePart
	count  int

	starts []int // of prepared samples: where the numbers of each cell begin
	values []float64
}

type samplePart struct {
	cells  []uint32
	values []float64
}

// partSize is how many numbers are kept in one piece, and sampleBytes what each
// takes until it is answered: with its cell, and once more in order of cells.
const (
	partSize    = 1 << 15
	sampleBytes = 20
)

func (s *samples) add(cells []uint32, values []float64) error {
	for len(cells) > 0 {
		n := len(s.parts)
		if n == 0 || len(s.parts[n-1].cells) == partSize {
			if err := s.budget.take(partSize * sampleBytes); err != nil {
				return err
			}
			s.parts = append(s.parts, samplePart{make([]uint32, 0, partSize), make([]float64, 0, partSize)})
			continue
		}
		p := &s.parts[n-1]
		take := min(len(cells), partSize-len(p.cells))
		p.cells, p.values = append(p.cells, cells[:take]...), append(p.values, values[:take]...)
		cells, values, s.count = cells[take:], values[take:], s.count+take
	}
	return nil
}

// join takes the samples of another worker, whose cells are renamed.
func (s *samples) join(o *samples, rename func(cell uint32) uint32) {
	for _, p := range o.parts {
		for i, c := range p.cells {
			p.cells[i] = rename(c)
		}
		s.parts = append(s.parts, p)
	}
	s.count += o.count
}

// prepare puts the numbers in order of their cells.
func (s *samples) prepare(cells int) {
	starts := make([]int, cells+2)
	for _, p := range s.parts {
		for _, c := range p.cells {
			starts[c+2]++
		}
	}
	for i := range cells {
		starts[i+2] += starts[i+1]
	}
	s.values = make([]float64, s.count)
	for _, p := range s.parts {
		for i, c := range p.cells {
			s.values[starts[c+1]] = p.values[i]
			starts[c+1]++
		}
	}
	s.starts, s.parts = starts, nil
}
