package main

import (
	"errors"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
)

// upTo is the value of a flag that is off, or on up to a level: alone it stands for
// the safe fixes.
type upTo string

func (u *upTo) on() bool { return *u != "" }

// level is the one that two such flags allow.
func (u *upTo) level(v upTo) fixes.Level {
	if fixes.Level(*u) == fixes.Review || fixes.Level(v) == fixes.Review {
		return fixes.Review
	}
	return fixes.Safe
}

// IsBoolFlag reports that the flag needs no value.
func (u *upTo) IsBoolFlag() bool { return true }

// String returns the value as the flag takes it.
func (u *upTo) String() string { return string(*u) }

// Set sets the value from that of the flag.
func (u *upTo) Set(value string) error {
	switch value {
	case "true":
		value = string(fixes.Safe)
	case "false":
		value = ""
	case string(fixes.Safe), string(fixes.Review):
	default:
		return errors.New("not one of safe, review")
	}
	*u = upTo(value)
	return nil
}
