// Package seal keeps the secrets of an installation: it encrypts passwords that
// Weir must be able to read again, and derives the keys that sign links.
//
// Package app loads one Key from a file of the data folder and gives it to the
// channels (SMTP passwords) and to tracking (signatures of links). The file is
// made on the first start, 32 random bytes readable by its owner only. A copy of
// the operational database without this file reveals no password; losing the file
// means that passwords must be entered again and that links in mails that were
// sent already stop working.
//
// Sealed text is «v1.» and the base64url of nonce and AES-256-GCM ciphertext. It
// is bound to a place (the project and field), so that it cannot be moved to
// another row by someone who can write the database.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	keySize = 32
	version = "v1."
)

// Key is an installation's secret. It is safe for concurrent use and never printed.
type Key struct{ secret []byte }

// Load reads the key file, or makes it when there is none.
func Load(path string) (*Key, error) {
	secret, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		secret, err = create(path)
	}
	if err != nil {
		return nil, fmt.Errorf("load the installation's key: %w", err)
	}
	return New(secret)
}

// New makes a Key of 32 bytes.
func New(secret []byte) (*Key, error) {
	if len(secret) != keySize {
		return nil, fmt.Errorf("the installation's key has %d bytes instead of %d", len(secret), keySize)
	}
	return &Key{secret: append([]byte(nil), secret...)}, nil
}

// create writes the file under another name first, so that a crash leaves a
// whole key or none, and links it into place, so that two starts agree on one.
func create(path string) ([]byte, error) {
	secret := make([]byte, keySize)
	rand.Read(secret)                                        // never fails (crypto/rand)
	file, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.Write(secret)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(file.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// String keeps the secret out of logs.
func (k *Key) String() string { return "[key]" }

// GoString keeps the secret out of logs.
func (k *Key) GoString() string { return "[key]" }

// Derive gives 32 bytes that are as secret as the key and different for each purpose.
func (k *Key) Derive(purpose string) []byte {
	derived, err := hkdf.Key(sha256.New, k.secret, nil, "weir "+purpose, keySize)
	if err != nil {
		panic(err) // only for lengths above 255 hashes
	}
	return derived
}

// Seal encrypts text for a place.
func (k *Key) Seal(place, text string) string {
	aead := k.aead()
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce)
	return version + base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(text), []byte(place)))
}

// Open decrypts what Seal made for the same place with the same key.
func (k *Key) Open(place, sealed string) (string, error) {
	encoded, ok := strings.CutPrefix(sealed, version)
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	aead := k.aead()
	if !ok || err != nil || len(raw) < aead.NonceSize() {
		return "", errors.New("the stored secret is damaged")
	}
	text, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], []byte(place))
	if err != nil {
		return "", errors.New("the stored secret does not fit the installation's key; enter it again")
	}
	return string(text), nil
}

func (k *Key) aead() cipher.AEAD {
	block, err := aes.NewCipher(k.Derive("seal"))
	if err != nil {
		panic(err) // only for wrong key lengths
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // only for wrong block sizes
	}
	return aead
}
