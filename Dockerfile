# docker build -t atomicstatus .
# docker run --rm -v "$PWD:/src" -v "$HOME/go/pkg/mod:/go/pkg/mod" atomicstatus ./...
#
# The command asks go for the packages of a module, so that the image has a Go, but no
# shell: pass GOTOOLCHAIN=local where go must get nothing.
FROM golang:1.26 AS build
WORKDIR /atomicstatus
COPY go.mod go.sum ./
RUN go mod download
COPY analyzer analyzer
COPY cmd cmd
COPY passes passes
RUN CGO_ENABLED=0 go install -trimpath -ldflags=-s ./cmd/atomicstatus
# Where anybody may write: the image runs as a user that the caller chooses.
RUN mkdir /cache && chmod 1777 /cache

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /usr/local/go /usr/local/go
COPY --from=build /go/bin/atomicstatus /usr/local/bin/atomicstatus
COPY --from=build /cache /go
COPY --from=build /cache /cache
ENV PATH=/usr/local/go/bin:/usr/local/bin GOPATH=/go GOCACHE=/cache GOFLAGS=-buildvcs=false CGO_ENABLED=0
WORKDIR /src
ENTRYPOINT ["atomicstatus"]
