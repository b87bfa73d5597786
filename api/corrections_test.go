package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// corrections takes a join back, and deletes events and persons. It leaves the
// project with the persons that it had before.
func (b *bundle) corrections(t *testing.T) {
	t.Helper()
	total := func() any { return b.ok("GET", shop+"/persons?limit=1", nil)["total"] }
	before := total()
	b.ok("POST", shop+"/events", object{"events": []object{
		{"id": "c1", "name": "view", "anonymous_id": "kiosk", "set": object{"name": "Nobody"}},
		{"id": "c2", "name": "view", "user_id": "wrong", "anonymous_id": "kiosk", "set": object{"email": "wrong@mail.example"}},
		{"id": "c3", "name": "view", "user_id": "wrong"},
		{"id": "c4", "name": "view", "anonymous_id": "kiosk"},
	}})
	both := b.ok("GET", shop+"/persons/wrong", nil)
	require.Len(t, both["identities"], 2)
	path := shop + "/persons/" + both["id"].(string)

	b.do(call{method: "POST", path: path + "/detach", body: object{"id": "u01"}, token: ownerToken}).problem(http.StatusNotFound, "not_found")
	b.do(call{method: "POST", path: shop + "/persons/u01/detach", body: object{"id": "u01"}, token: ownerToken}).problem(http.StatusConflict, "conflict")
	kiosk := b.ok("POST", path+"/detach", object{"id": "kiosk"})
	require.NotEqual(t, both["id"], kiosk["id"])
	require.Equal(t, "Nobody", kiosk["properties"].(object)["name"])
	require.Len(t, b.ok("POST", shop+"/persons/kiosk/events", object{})["events"], 2)
	wrong := b.ok("GET", path, nil)
	require.Len(t, wrong["identities"], 1)
	require.Equal(t, "wrong@mail.example", wrong["properties"].(object)["email"])
	require.NotContains(t, wrong["properties"], "name")

	require.EqualValues(t, 1, b.ok("DELETE", shop+"/events", object{"ids": []string{"c3", "never-sent"}})["deleted"])
	require.Len(t, b.ok("POST", path+"/events", object{})["events"], 1)

	for _, id := range []string{"wrong", kiosk["id"].(string)} {
		b.ok("DELETE", shop+"/persons/"+id, nil)
		b.do(call{method: "GET", path: shop + "/persons/" + id, token: ownerToken}).problem(http.StatusNotFound, "not_found")
		b.do(call{method: "DELETE", path: shop + "/persons/" + id, token: ownerToken}).problem(http.StatusNotFound, "not_found")
	}
	require.Equal(t, before, total())

	refused := b.do(call{method: "POST", path: base + "/projects/shop/events", token: ownerToken, body: object{"events": []object{{"name": "$delete_person", "user_id": "u01"}}}}).ok()
	require.Contains(t, refused["rejected"].([]any)[0].(object)["reason"], "only Weir")
}
