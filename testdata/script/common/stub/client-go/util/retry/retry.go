// Package retry is as much of the real one as the scripts need.
package retry

type Backoff struct{ Steps int }

var DefaultRetry = Backoff{Steps: 5}

func RetryOnConflict(backoff Backoff, fn func() error) error {
	var err error
	for range backoff.Steps {
		if err = fn(); err == nil {
			return nil
		}
	}
	return err
}
