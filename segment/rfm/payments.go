package rfm

import (
	"context"
	"math"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
)

// Analyser adds up each person's payments; *analyse.Analyser does.
type Analyser interface {
	PersonSums(ctx context.Context, p analyse.Project, r analyse.PersonSumsRequest) (analyse.PersonSums, error)
}

// assess reads the payments of the look-back and rates who made them.
func (s *Service) assess(ctx context.Context, p analyse.Project, day Day, settings Settings) (*Assessment, error) {
	from, to := day.window(settings.Days, zoneOf(p))
	sums, err := s.Analyser.PersonSums(ctx, p, analyse.PersonSumsRequest{
		Event: query.Events(settings.Event), Value: settings.Value, From: from, To: to,
	})
	if err != nil {
		return nil, err
	}
	return Assess(day, zoneOf(p), settings, payersOf(sums), int(sums.All.GetCardinality())), nil
}

// payersOf lists the persons who paid, in order of ordinal.
func payersOf(sums analyse.PersonSums) []Payer {
	n := 0
	for _, count := range sums.Count {
		if count > 0 {
			n++
		}
	}
	payers := make([]Payer, 0, n)
	for o, count := range sums.Count {
		if count > 0 {
			payers = append(payers, Payer{Person: person.Ordinal(o), Payments: int(count), Money: rounded(sums.Sum[o]), Last: sums.Last[o]})
		}
	}
	return payers
}

// rounded drops what is below a millionth: the same prices added up in another
// order must stay a tie.
func rounded(money float64) float64 { return math.Round(money*1e6) / 1e6 }
