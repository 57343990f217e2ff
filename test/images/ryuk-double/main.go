// Command ryuk-double is a test double of Ryuk, Testcontainers' reaper, for machines that can't get the real one.
//
// It speaks Ryuk's protocol: a line of Docker filters as a URL query ("label=a=b&label=c=d") is remembered and answered
// with ACK. Once no client has been connected for a while, everything that matches one of the lines is removed
// (containers, networks, volumes, images, in this order) and the double ends.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

const ownLabel = "org.testcontainers.ryuk"

func main() {
	log.SetOutput(os.Stdout)
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	port := os.Getenv("RYUK_PORT")
	if port == "" {
		port = "8080"
	}
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		log.Fatal(err)
	}
	lines, connected, left := make(chan string), make(chan struct{}), make(chan struct{})
	go accept(listener, lines, connected, left)
	// Clients wait for this word in the log.
	log.Printf("Started on %s (test double of Ryuk)", listener.Addr())

	filters := listen(ctx, lines, connected, left)
	listener.Close()
	counts := prune(filters)
	log.Printf("Removed %d container(s), %d network(s), %d volume(s), %d image(s)", counts[0], counts[1], counts[2], counts[3])
}

func accept(listener net.Listener, lines chan<- string, connected, left chan<- struct{}) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		connected <- struct{}{}
		go func() {
			defer func() { connection.Close(); left <- struct{}{} }()
			scanner := bufio.NewScanner(connection)
			for scanner.Scan() {
				if line := strings.TrimSpace(scanner.Text()); line != "" {
					lines <- line
					fmt.Fprintln(connection, "ACK")
				}
			}
		}()
	}
}

// listen collects filters until no client has been there for the time that Ryuk's variables give, or a signal comes.
func listen(ctx context.Context, lines <-chan string, connected, left <-chan struct{}) map[string]url.Values {
	filters, clients := map[string]url.Values{}, 0
	timer := time.NewTimer(duration("RYUK_CONNECTION_TIMEOUT", time.Minute))
	for {
		select {
		case line := <-lines:
			query, err := url.ParseQuery(line)
			if err != nil {
				log.Printf("not a filter: %q", line)
			} else if filters[line] == nil {
				log.Printf("Adding %q", line)
				filters[line] = query
			}
		case <-connected:
			clients++
			timer.Stop()
		case <-left:
			if clients--; clients == 0 {
				timer.Reset(duration("RYUK_RECONNECTION_TIMEOUT", 10*time.Second))
			}
		case <-timer.C:
			return filters
		case <-ctx.Done():
			return filters
		}
	}
}

func duration(name string, otherwise time.Duration) time.Duration {
	if value, err := time.ParseDuration(os.Getenv(name)); err == nil {
		return value
	}
	return otherwise
}

// A kind of resource: where it is listed, under which field its list and its id are, and how one is removed.
type kind struct{ list, field, id, remove string }

var kinds = []kind{
	{"/containers/json?all=1", "", "Id", "/containers/%s?force=1&v=1"},
	{"/networks?", "", "Id", "/networks/%s"},
	{"/volumes?", "Volumes", "Name", "/volumes/%s?force=1"},
	{"/images/json?", "", "Id", "/images/%s?force=1"},
}

// prune removes what matches any of the filters, and tries again while the engine still holds on to something.
func prune(filters map[string]url.Values) (counts [4]int) {
	for try := 0; try < 10; try++ {
		failed := false
		for _, query := range filters {
			for i, kind := range kinds {
				removed, err := pruneKind(kind, query)
				counts[i] += removed
				if err != nil {
					log.Print(err)
					failed = true
				}
			}
		}
		if !failed {
			return
		}
		time.Sleep(time.Second)
	}
	return
}

func pruneKind(kind kind, query url.Values) (removed int, err error) {
	encoded, _ := json.Marshal(query)
	body, err := call(http.MethodGet, kind.list+"&filters="+url.QueryEscape(string(encoded)))
	if err != nil {
		return 0, err
	}
	if kind.field != "" {
		var wrapper map[string]json.RawMessage
		if err := json.Unmarshal(body, &wrapper); err != nil {
			return 0, err
		}
		body = wrapper[kind.field]
	}
	var items []map[string]any
	if err := json.Unmarshal(body, &items); err != nil {
		return 0, err
	}
	for _, item := range items {
		if labels, _ := item["Labels"].(map[string]any); labels[ownLabel] == "true" {
			continue
		}
		id, _ := item[kind.id].(string)
		if _, failure := call(http.MethodDelete, fmt.Sprintf(kind.remove, url.PathEscape(id))); failure != nil {
			err = failure
			continue
		}
		removed++
	}
	return removed, err
}

var engine = http.Client{
	Timeout: 30 * time.Second,
	Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", "/var/run/docker.sock")
	}},
}

// call asks the engine. 404 and 409 on removing (gone, or being removed by somebody) count as done.
func call(method, path string) ([]byte, error) {
	request, err := http.NewRequest(method, "http://engine"+path, nil)
	if err != nil {
		return nil, err
	}
	response, err := engine.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	gone := method == http.MethodDelete && (response.StatusCode == 404 || response.StatusCode == 409)
	if response.StatusCode >= 400 && !gone {
		return nil, errors.New(method + " " + path + ": " + response.Status + ": " + strings.TrimSpace(string(body)))
	}
	return body, nil
}
