# Only go, git and make are needed: whatever else a target runs, it gets from
# the module proxy, and none of it enters go.mod.

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.1
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
VULNDB := https://vuln.go.dev

# go.mod stays at the x/tools that gopls builds with; golangci-lint lifts it to
# this one, so the checks must work with both.
NEXT_XTOOLS := v0.52.0

OPERATOR := testdata/operator

# What "make golangci-lint" writes.
GOLANGCI := $(CURDIR)/bin/golangci-lint-atomicstatus

# make differential N=20 SEED=4711 runs the programs of the seeds 4711 to 4730, and so
# does make differential-review.
N := 5000
SEED := 1
# make proof RUNS=1 measures everything once instead, and so does make bench.
RUNS := 5

.PHONY: all build docs new-check test test-next-xtools oldest-go fmt-check vet tidy-check staticcheck self lint demo golangci-lint e2e differential differential-review proof proof-short accuracy bench vulncheck supply release clean

all: fmt-check lint test

build:
	go build -o bin/atomicstatus ./cmd/atomicstatus

# Writes docs/checks.md, the table in README.md and its picture; make test holds them
# equal.
docs:
	go test ./analyzer -run='^TestDocs$$' -update
	go test ./cmd/atomicstatus -run='^TestPicture$$' -update-picture

# make new-check NAME=statusfoo: the files of a new check, and its place in the suite.
new-check:
	go run ./passes/internal/newcheck $(NAME)

test:
	go test ./...

# A copy of go.mod in a directory of its own keeps the real one as it is.
test-next-xtools:
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && \
	cp go.mod go.sum "$$dir" && \
	go get -modfile="$$dir/go.mod" golang.org/x/tools@$(NEXT_XTOOLS) && \
	go test -modfile="$$dir/go.mod" ./passes/...

# go.mod names the oldest Go that the code and what it requires are for, so that it
# can be installed with that one.
oldest-go:
	GOTOOLCHAIN=go$$(go list -m -f '{{.GoVersion}}') go build ./...

fmt-check:
	@files=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')) && \
	if [ -n "$$files" ]; then echo "not gofmt-ed:"; echo "$$files"; exit 1; fi

vet:
	go vet ./...
	cd $(OPERATOR) && go vet ./...
	cd e2e && go vet ./... && go vet -tags=proof ./proof/...
	cd plugin/staticcheck && go vet .

tidy-check:
	go mod tidy -diff
	cd $(OPERATOR) && go mod tidy -diff
	cd plugin/golangci && go mod tidy -diff
	cd plugin/staticcheck && go mod tidy -diff
	cd e2e && go mod tidy -diff

staticcheck:
	go run $(STATICCHECK) ./...
	cd $(OPERATOR) && go run $(STATICCHECK) ./...
	cd e2e && go run $(STATICCHECK) ./...

self: build
	bin/atomicstatus ./...

lint: vet tidy-check staticcheck self

# The tool exits with 1 where it finds something. So it must before the rewrite,
# and must not after.
demo: build
	@echo "Before the rewrite ($(OPERATOR)/internal/before):"
	@bin/atomicstatus -C $(OPERATOR) ./internal/before; code=$$?; \
	if [ $$code -ne 1 ]; then echo "demo: exit code $$code before the rewrite, want 1" >&2; exit 1; fi
	@echo
	@echo "What the fixes make of it:"
	@bin/atomicstatus -C $(OPERATOR) -diff ./internal/before; code=$$?; \
	if [ $$code -ne 1 ]; then echo "demo: exit code $$code of -diff, want 1" >&2; exit 1; fi
	@echo
	@echo "After a rewrite by hand ($(OPERATOR)/internal/after, and all that it uses):"
	@bin/atomicstatus -C $(OPERATOR) ./internal/after ./internal/status ./api/... ./cmd/...; code=$$?; \
	if [ $$code -ne 0 ]; then echo "demo: exit code $$code after the rewrite, want 0" >&2; exit 1; fi
	@echo "no findings"

# golangci-lint with the plugin in it. Stripped, it is as large as its release.
golangci-lint:
	cd plugin/golangci && go build -trimpath -ldflags="-s -w" -o "$(GOLANGCI)" .

# The example operator behaves as its comments say, and both ways to run the
# checks find the same in it. So do golangci-lint and gopls, which it builds.
e2e:
	cd $(OPERATOR) && go test ./...
	go test -count=1 -timeout=30m -tags=e2e -run=TestE2E ./cmd/atomicstatus
	cd e2e && go test -count=1 -timeout=30m ./accuracy ./drivers ./differential ./scale

# Generated programs behave after the fixes as they did before, and after those for review
# as far as these promise. Failures name their seed, and the first are reduced.
differential:
	cd e2e && go test -count=1 -timeout=0 -run='TestDifferential$$' -v ./differential -args -n=$(N) -seed=$(SEED)
differential-review:
	cd e2e && go test -count=1 -timeout=0 -run='TestDifferentialReview$$' -v ./differential -args -n=$(N) -seed=$(SEED)

# The example operator against a real API server, as it is and as -fix=review leaves it,
# with one status write a reconcile. Writes docs/proof.md and its chart. The first build
# takes some minutes.
proof:
	cd e2e && go test -count=1 -timeout=60m -tags=proof -v ./proof -args -runs=$(RUNS) -write=$(CURDIR)/docs

# The same for a handful of objects, and nothing is written.
proof-short:
	cd e2e && go test -count=1 -timeout=20m -tags=proof -short ./proof

# What the checks report on real operators, beside labels made by hand. Writes
# docs/accuracy.md. The operators are in DIR, into which those that it lacks are
# cloned.
accuracy:
	cd e2e && go run ./accuracy -dir="$(DIR)" -write="$(CURDIR)/docs/accuracy.md"

# What the checks cost beside other tools, and how that grows with an operator.
# Writes docs/performance.md. Takes some hours with five runs.
bench:
	cd e2e && go run ./bench -runs=$(RUNS) -write=$(CURDIR)/docs/performance.md

# Known vulnerabilities that the code can reach, of Go's own library too. Only
# findings fail: whether their database can be reached is not up to a change.
vulncheck: bin/govulncheck
	@out=$$(bin/govulncheck -db="$(VULNDB)" ./... 2>&1); code=$$?; echo "$$out"; \
	case "$$out" in *"fetching vulnerabilities"*) \
		echo "vulncheck: NOTHING WAS CHECKED, as $(VULNDB) cannot be reached" >&2; exit 0;; \
	esac; exit $$code

# By go run, its exit code would be lost.
bin/govulncheck: Makefile
	GOBIN="$(CURDIR)/bin" go install $(GOVULNCHECK)

# Dependencies are listed with their reasons and licences, the check for
# vulnerabilities fails when it must, and a release is the same when made again.
supply:
	cd e2e && go test -count=1 -timeout=30m ./supply

# make release VERSION=v1.2.3, in a clone with the commit of that tag checked out.
release:
	rm -rf dist
	go run ./cmd/atomicstatus/internal/release -version="$(VERSION)" -o dist

clean:
	rm -rf bin dist
