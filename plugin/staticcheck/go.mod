module github.com/atomicstatus/atomicstatus/plugin/staticcheck

go 1.26.0

require (
	github.com/atomicstatus/atomicstatus v0.0.0
	golang.org/x/tools v0.47.0
	honnef.co/go/tools v0.8.1
)

require (
	github.com/BurntSushi/toml v1.4.1-0.20240526193622-a339e1f7089c // indirect
	github.com/rogpeppe/go-internal v1.16.0 // indirect
	go.yaml.in/yaml/v3 v3.0.6 // indirect
	golang.org/x/exp/typeparams v0.0.0-20231108232855-2478ac86f678 // indirect
	golang.org/x/mod v0.37.0 // indirect
	golang.org/x/sync v0.21.0 // indirect
)

replace github.com/atomicstatus/atomicstatus => ../..
