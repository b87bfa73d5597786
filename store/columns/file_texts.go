package columns

import (
	"github.com/weirhq/weir/store/columns/container"
)

// Texts are two sections: where each text ends, and all of them one behind the other.
const (
	endsSuffix = ".ends"
	textSuffix = ".text"
)

// putTexts writes texts.
func putTexts(w *container.Writer, section string, number uint32, texts []string) {
	w.Begin(section+endsSuffix, number, 8, 0, 0)
	ends, end := newPiece[uint64](w), uint64(0)
	for _, text := range texts {
		end += uint64(len(text))
		ends.room(1)[0] = end
	}
	ends.flush()
	w.Begin(section+textSuffix, number, 1, 0, 0)
	all := newPiece[byte](w)
	for _, text := range texts {
		for len(text) > 0 {
			text = text[copy(all.room(uint32(min(len(text), pieceRows))), text):]
		}
	}
	all.flush()
}

// readTexts reads texts, which share one piece of memory. The first one is left
// free, for codes begin at 1, when skip is 1.
func readTexts(f *container.File, section string, number uint32, skip int) ([]string, error) {
	ends, _, err := container.Read[uint64](f, section+endsSuffix, number)
	if err != nil {
		return nil, err
	}
	all, err := container.ReadText(f, section+textSuffix, number)
	if err != nil {
		return nil, err
	}
	texts, start := make([]string, skip+len(ends)), uint64(0)
	for i, end := range ends {
		if end < start || end > uint64(len(all)) {
			return nil, &container.DamageError{Path: f.Path(), Why: "the texts of " + section + " do not follow each other"}
		}
		texts[skip+i] = all[start:end]
		start = end
	}
	return texts, nil
}
