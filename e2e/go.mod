module github.com/atomicstatus/atomicstatus/e2e

go 1.26.0

replace github.com/atomicstatus/atomicstatus => ../

require golang.org/x/mod v0.37.0
