// Package drivers tests the checks in all that runs them, each the real one: go
// vet, the command, golangci-lint and gopls. Its tests build the last two.
package drivers
