package protocol

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/weirhq/weir/fault"
)

// WriteKey finds the write key that a request carries outside its body: the
// user name or password of Basic auth, a Bearer token, or X-Write-Key; "" when there is none.
func WriteKey(r *http.Request) string {
	if key := r.Header.Get("X-Write-Key"); key != "" {
		return key
	}
	if user, password, ok := r.BasicAuth(); ok {
		if user != "" {
			return user
		}
		return password
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return ""
}

// AllowOrigins lets browsers on other sites send events: the write key in the
// request says where they go. Preflight requests are answered and end here.
// Credentials says that requests may carry cookies, which some SDKs and beacons
// do; only a door to which cookies mean nothing may allow it.
func AllowOrigins(next http.Handler, credentials bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		if origin := r.Header.Get("Origin"); origin != "" {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Expose-Headers", "Retry-After")
			if credentials {
				h.Set("Access-Control-Allow-Credentials", "true")
			}
		}
		if r.Method != http.MethodOptions {
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
		headers := r.Header.Get("Access-Control-Request-Headers")
		if headers == "" {
			headers = "Authorization, Content-Type, Content-Encoding"
		}
		h.Set("Access-Control-Allow-Headers", headers)
		h.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
	})
}

// retryAfter is told to senders that should come back, in seconds.
const retryAfter = "5"

// Status gives the status code for an error, and sets Retry-After where the
// sender should try again. An error that is no fault is 500, which SDKs retry.
func Status(w http.ResponseWriter, err error) int {
	switch fault.KindOf(err) {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.Unknown:
		return http.StatusUnauthorized
	case fault.Denied:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Busy:
		w.Header().Set("Retry-After", retryAfter)
		return http.StatusTooManyRequests
	case fault.Unavailable:
		w.Header().Set("Retry-After", retryAfter)
		return http.StatusServiceUnavailable
	case fault.Internal:
	}
	return http.StatusInternalServerError
}

// Public gives what the sender may read of an error.
func Public(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Public
	}
	return "Internal error."
}

// WriteJSON answers with a JSON body.
func WriteJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the sender has gone: nobody to tell
}
