package statusshared

import (
	_ "embed"

	"github.com/atomicstatus/atomicstatus/passes/doc"
)

//go:embed doc.go
var source string

// Page is what doc.go says about the check.
var Page = doc.New(source, "statusshared")
