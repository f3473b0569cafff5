// Package errors is a project's own, after the usual model.
package errors

import "fmt"

// Wrap returns nil for nil, and an error for any other.
func Wrap(err error, message string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", message, err)
}

// New returns an error.
func New(message string) error { return fmt.Errorf("%s", message) }
