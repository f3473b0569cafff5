package report

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// linter is the name of the suite in golangci-lint.
const linter = "atomicstatus"

var nolintComment = regexp.MustCompile(`^nolint( |:|$)`)

// lines are those on which a nolint comment suppresses all checks.
type lines struct{ from, to int }

// nolints returns where comments of golangci-lint silence the checks: in the same
// lines as there, so that a code base that has settled on it needs no second comment
// where the checks run in another way. What holds for the linter atomicstatus, or for
// all linters, holds for all checks.
//
// A comment silences its lines, and the whole statement or declaration that begins
// below it in its column.
func nolints(tok *token.File, syntax *ast.File) []lines {
	var found []lines
	for _, group := range syntax.Comments {
		if !slices.ContainsFunc(group.List, func(c *ast.Comment) bool { return isNolint(c.Text) }) {
			continue
		}
		own := lines{lineOf(tok, group.Pos()), lineOf(tok, group.End())}
		column := columnOf(tok, group.Pos())
		below := own.to + 1
		ast.Inspect(syntax, func(n ast.Node) bool {
			switch n.(type) {
			case nil, *ast.Comment, *ast.CommentGroup:
				return false
			}
			if lineOf(tok, n.Pos()) == below && columnOf(tok, n.Pos()) == column {
				own.to = max(own.to, lineOf(tok, n.End()))
			}
			return true
		})
		found = append(found, own)
	}
	return found
}

// isNolint reports that a comment silences the suite in golangci-lint.
func isNolint(text string) bool {
	text = strings.TrimLeft(text, "/ ")
	if !nolintComment.MatchString(text) {
		return false
	}
	list, named := strings.CutPrefix(text, "nolint:")
	if !named {
		return true
	}
	list, _, _ = strings.Cut(list, "//") // the reason
	return slices.ContainsFunc(strings.Split(list, ","), func(name string) bool {
		name = strings.ToLower(strings.TrimSpace(name))
		return name == linter || name == "all"
	})
}

func columnOf(tok *token.File, pos token.Pos) int { return tok.PositionFor(pos, false).Column }
