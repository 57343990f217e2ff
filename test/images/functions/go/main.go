// The test function in Go: see test/images/functions/README.md for what its events do.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type result struct {
	Runtime   string         `json:"runtime"`
	Event     map[string]any `json:"event"`
	RequestID string         `json:"requestId"`
	Calls     int            `json:"calls"`
	Env       string         `json:"env,omitempty"`
}

var calls int

func handle(ctx context.Context, event map[string]any) (*result, error) {
	calls++
	if text, ok := event["log"].(string); ok {
		fmt.Println(text)
	}
	if ms, ok := event["sleep"].(float64); ok {
		time.Sleep(time.Duration(ms) * time.Millisecond)
	}
	if text, ok := event["throw"].(string); ok {
		return nil, errors.New(text)
	}
	if code, ok := event["exit"].(float64); ok {
		os.Exit(int(code))
	}
	answer := &result{Runtime: "go", Event: event, Calls: calls}
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		answer.RequestID = lc.AwsRequestID
	}
	if name, ok := event["env"].(string); ok {
		answer.Env = os.Getenv(name)
	}
	return answer, nil
}

func main() {
	lambda.Start(handle)
}
