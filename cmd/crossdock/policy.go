package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/verdict"
	"github.com/crossdock/crossdock/edi/x12"
)

// policyOptions are what a verdict by the standards alone leaves to choice.
type policyOptions struct {
	acceptErrors, rejectTrailers bool
	together                     string
}

func (o *policyOptions) flags(f *pflag.FlagSet) {
	f.BoolVar(&o.acceptErrors, "accept-errors", false, "errors inside segments are noted, and reject nothing")
	f.BoolVar(&o.rejectTrailers, "reject-trailers", false, "a wrong IEA or UNZ rejects the interchange")
	f.StringVar(&o.together, "together", "set", "reject with a set its group or interchange")
}

func (o policyOptions) policy() (verdict.Policy, error) {
	if !slices.Contains([]string{"set", "group", "interchange"}, o.together) {
		return verdict.Policy{}, fmt.Errorf("--together %q: want set, group or interchange", o.together)
	}
	together := strings.TrimPrefix(o.together, "set")
	return verdict.Policy{
		X12:     x12.FatePolicy{AcceptErrors: o.acceptErrors, RejectTrailers: o.rejectTrailers, Together: x12.Together(together)},
		EDIFACT: edifact.FatePolicy{AcceptErrors: o.acceptErrors, RejectTrailers: o.rejectTrailers, Together: edifact.Together(together)},
	}, nil
}
