package kube

import (
	"go/types"
	"strings"
)

// NamedKey is a name that a row of the table gives for functions of one package.
type NamedKey struct {
	Of, Path, Name string
	key
}

// NamedKeys are the names in the table, but for those that hold for several packages.
func NamedKeys() []NamedKey {
	var all []NamedKey
	for _, r := range table {
		k := parse(r.of)
		if strings.Contains(k.path, anyPath) || strings.Contains(k.path, "...") {
			continue
		}
		for _, name := range k.names {
			all = append(all, NamedKey{r.of, k.path, name, k})
		}
	}
	return all
}

// Names reports that the name is one of a function, or of a variable that holds one.
func (k NamedKey) Names(obj types.Object) bool {
	sig, ok := obj.Type().Underlying().(*types.Signature)
	if !ok || k.method != (sig.Recv() != nil) || k.typ != "" && k.typ != Receiver(sig) {
		return false
	}
	begins, ok := strings.CutSuffix(k.Name, "*")
	return obj.Name() == begins || ok && strings.HasPrefix(obj.Name(), begins)
}
