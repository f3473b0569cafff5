package rewrite

import (
	"go/ast"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// given is the expression of the client that a function of another package is given and
// writes by: an argument, or a field of a literal that is one. It is nil where there is
// none; noted reports that the client takes note in a batch already.
func (b *batching) given(s *site, client *flow.Term) (expr ast.Expr, noted bool) {
	at, ok := b.r.Root.FindByPos(s.call.Pos(), s.call.Pos()+1)
	if !ok || client == nil {
		return nil, false
	}
	call, ok := at.Node().(*ast.CallExpr)
	if !ok {
		return nil, false
	}
	field := ""
	if client.Kind == resource.Load {
		client = client.Args[0]
	}
	if client.Kind == resource.Field || client.Kind == resource.Proj {
		client, field = client.Args[0], client.Name
	}
	n := client.N
	if s.call.Common().Signature().Recv() != nil && !s.call.Common().IsInvoke() {
		n-- // the receiver
	}
	if client.Kind != resource.Param || n < 0 || n >= len(call.Args) {
		return nil, false
	}
	if expr = ast.Unparen(call.Args[n]); field != "" {
		expr = fieldIn(expr, field)
	}
	if expr == nil || !kube.IsNamed(b.r.pass.TypesInfo.TypeOf(expr), kube.ClientPkg, "Client") {
		return nil, false
	}
	if made, ok := ast.Unparen(expr).(*ast.CallExpr); ok {
		fn := callee(b.r.pass.TypesInfo, made)
		return nil, fn != nil && b.r.writes.Directive(fn) == statuswrites.Client
	}
	if b.r.to.client == "" {
		return nil, false
	}
	return expr, false
}

// fieldIn is what a literal of a struct, or of a pointer to one, has in a field, or nil.
func fieldIn(e ast.Expr, field string) ast.Expr {
	if ref, ok := e.(*ast.UnaryExpr); ok {
		e = ast.Unparen(ref.X)
	}
	lit, ok := e.(*ast.CompositeLit)
	if !ok {
		return nil
	}
	for _, elt := range lit.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok && id.Name == field {
				return kv.Value
			}
		}
	}
	return nil
}

// lend has a function of another package write by a client that takes note.
func (b *batching) lend(s *site) {
	at, _ := b.r.Root.FindByPos(s.client.Pos(), s.client.End())
	e := b.fix.edit(b.r.enclosed(at, nil).file)
	e.change(s.client.Pos(), s.client.Pos(), e.named(b.r.to.client, s.client.Pos())+"(")
	e.change(s.client.End(), s.client.End(), ")")
}

// lendHere has a write of the function itself go by a client that takes note, as what it
// sends as it was read is not to be found.
func (b *batching) lendHere(s *site) bool {
	u := b.r.sent(s.call)
	if u == nil || b.r.to.client == "" || !kube.IsNamed(u.clientType, kube.ClientPkg, "Client") {
		return false
	}
	e := b.fix.edit(u.file)
	by := receiver(u.writer)
	e.change(by.Pos(), by.End(), e.named(b.r.to.client, by.Pos())+"("+u.client+")")
	return true
}
