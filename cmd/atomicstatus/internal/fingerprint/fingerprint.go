// Package fingerprint tells findings apart across versions of a program, so that
// a finding that was there before is known again although lines have moved.
package fingerprint

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/source"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// Place says where a finding is, but for the number of its line.
type Place struct {
	Check    string `json:"check"`
	Package  string `json:"package"`  // its path, so that it matters not where the module lies
	File     string `json:"file"`     // the name of the file in it
	Function string `json:"function"` // the declaration around the finding, "Reconciler.sync"; empty if it is in none
	Code     string `json:"code"`     // the source line, with single blanks
}

// Finding is a finding with its place and what identifies it.
type Finding struct {
	load.Diagnostic
	Place Place
	ID    string // the fingerprint
}

// All identifies findings, which are in the order of their positions. Those at
// equal places are told apart by counting: where one of them is gone, it is the
// last that is missing, as nobody can tell which it was.
//
// The message is no part of the fingerprint, as it may get better from version to
// version.
func All(diags []load.Diagnostic, files source.Files) []Finding {
	seen := make(map[Place]int)
	functions := make(map[string][]function)
	findings := make([]Finding, 0, len(diags))
	for _, d := range diags {
		name := d.Pos.Filename
		file := files.Get(name)
		if _, ok := functions[name]; !ok {
			functions[name] = declarations(file.Text())
		}
		line, _ := file.Line(d.Pos.Line)
		pkg, _, _ := strings.Cut(d.Package, " ") // "path [path.test]" is its variant with tests
		place := Place{
			Check:    d.Analyzer,
			Package:  pkg,
			File:     filepath.Base(name),
			Function: enclosing(functions[name], d.Pos.Line),
			Code:     strings.Join(strings.Fields(line), " "),
		}
		findings = append(findings, Finding{Diagnostic: d, Place: place, ID: place.id(seen[place])})
		seen[place]++
	}
	return findings
}

// id returns the fingerprint of the nth finding at a place, from 0.
func (p Place) id(n int) string {
	parts := []string{p.Check, p.Package, p.File, p.Function, p.Code, fmt.Sprint(n)}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// function is a top-level declaration that may hold code.
type function struct {
	name       string
	start, end int // lines
}

// declarations returns those of a Go file. The program has been analysed, so that
// a file with a syntax error is one that has changed since.
func declarations(text []byte) []function {
	fset := token.NewFileSet()
	file, _ := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if file == nil {
		return nil
	}
	var found []function
	add := func(name string, node ast.Node) {
		line := func(pos token.Pos) int { return fset.PositionFor(pos, false).Line }
		found = append(found, function{name, line(node.Pos()), line(node.End())})
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			name := decl.Name.Name
			if decl.Recv != nil && len(decl.Recv.List) == 1 {
				name = receiver(decl.Recv.List[0].Type) + "." + name
			}
			add(name, decl)
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if value, ok := spec.(*ast.ValueSpec); ok {
					add(value.Names[0].Name, value)
				}
			}
		}
	}
	return found
}

// receiver returns the name of the type of a receiver.
func receiver(typ ast.Expr) string {
	switch t := ast.Unparen(typ).(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.IndexListExpr:
		return receiver(t.X)
	default:
		return types.ExprString(t)
	}
}

// enclosing returns the name of the declaration that a line is in.
func enclosing(all []function, line int) string {
	for _, f := range all {
		if f.start <= line && line <= f.end {
			return f.name
		}
	}
	return ""
}
