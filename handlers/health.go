package handlers

import (
	"io"
	"net/http"
)

// Health says that the process answers; it touches nothing else.
func Health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, `{"status":"ok"}`)
}
