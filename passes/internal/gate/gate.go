// Package gate decides which packages of a program can matter to the checks.
//
// Most packages of a program know nothing of Kubernetes. A status write needs a
// value of a client's type, and such a value can only come from a package that
// declares a client, directly or by way of a package that imports one. The fact
// pass and all drivers ask this package, so that they agree on what is skipped.
package gate

import (
	"iter"
	"strings"
)

const (
	clientGo          = "k8s.io/client-go"
	controllerRuntime = "sigs.k8s.io/controller-runtime/pkg/client"
	metaV1            = "k8s.io/apimachinery/pkg/apis/meta/v1"
	wait              = "k8s.io/apimachinery/pkg/util/wait"
)

// Target reports whether the package declares clients (or helps with their
// use), so that a direct import of it makes the importer relevant.
func Target(path string) bool {
	return within(path, clientGo) || within(path, controllerRuntime)
}

// Carrier reports whether the package is known by name and never analysed:
// client-go declares clients but writes no status itself.
func Carrier(path string) bool {
	return within(path, clientGo)
}

// Reaches reports whether the package of that path, with these direct imports,
// is relevant: it imports a [Target], or a package that is itself relevant.
func Reaches(path string, imports iter.Seq[string], relevant func(path string) bool) bool {
	if Carrier(path) {
		return false
	}
	for imp := range imports {
		if Target(imp) || relevant(imp) {
			return true
		}
	}
	return false
}

// OwnReaches is [Reaches] for a package that the user asked for, or of the same
// module. There an interface of its own over a typed client is recognised too,
// and what the methods of its API types do; that needs no more than an import of
// meta/v1. A helper that calls what it is given again needs no more than package wait.
// Other modules get no such benefit: half of all Kubernetes packages import meta/v1.
func OwnReaches(path string, imports iter.Seq[string], relevant func(path string) bool) bool {
	if Reaches(path, imports, relevant) {
		return true
	}
	if Carrier(path) {
		return false
	}
	for imp := range imports {
		if imp == metaV1 || imp == wait {
			return true
		}
	}
	return false
}

// Imports yields the paths of packages, as those that a type-checked package imports. It
// does without go/types: who only wants to know what matters imports little.
func Imports[P interface{ Path() string }](packages []P) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, pkg := range packages {
			if !yield(pkg.Path()) {
				return
			}
		}
	}
}

func within(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}
