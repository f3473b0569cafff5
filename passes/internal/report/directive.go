package report

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
)

// wholeFile is the line of a directive that holds for all of its file.
const wholeFile = 0

// directive is a comment of the user that suppresses reports of this check.
//
// The syntax is that of staticcheck, so that no code base needs two: what
// suppresses is //lint:ignore CHECKS REASON at the end of the reported line, or
// in a comment of its own that ends on the line before, and for a whole file
// //lint:file-ignore CHECKS REASON anywhere in it. CHECKS is a list with commas;
// each element may be a glob.
type directive struct {
	comment *ast.Comment
	line    int // on which it suppresses, or wholeFile
	check   string
	verb    string // as the user wrote it: "//lint:ignore statusloop,SA1000"
	named   bool   // the check by its name, not by a glob
	reason  bool
	used    bool
}

// problem says what is wrong with the directive once all reports are known.
//
// A glob is meant for more than one check, and this one cannot know whether it
// served another; so it is not held against it that it did not serve this one.
// A directive without a reason still suppresses: who wrote it does not want the
// fix, and one report is enough.
func (d *directive) problem() string {
	switch {
	case !d.used && d.named:
		return fmt.Sprintf("%s suppresses no report of %s: remove it", d.verb, d.check)
	case d.used && !d.reason, d.named && !d.reason:
		return fmt.Sprintf("%s gives no reason: add one after the name of the check", d.verb)
	}
	return ""
}

// parseDirectives returns the directives of the file that concern the check.
func parseDirectives(tok *token.File, syntax *ast.File, check string) []*directive {
	var found []*directive
	var code map[int]token.Pos // made when first needed: most files have no directive
	for _, group := range syntax.Comments {
		for _, comment := range group.List {
			d := parseDirective(comment, check)
			if d == nil {
				continue
			}
			if d.line != wholeFile {
				if code == nil {
					code = codeLines(tok, syntax)
				}
				d.line = lineOf(tok, comment.Pos())
				if start, ok := code[d.line]; !ok || start > comment.Pos() {
					d.line = lineOf(tok, group.End()) + 1 // alone on its line
				}
			}
			found = append(found, d)
		}
	}
	return found
}

// parseDirective returns nil for a comment that does not concern the check.
func parseDirective(comment *ast.Comment, check string) *directive {
	text, ok := strings.CutPrefix(comment.Text, "//lint:")
	if !ok {
		return nil
	}
	fields := strings.Fields(text)
	if len(fields) < 2 {
		return nil
	}
	d := &directive{
		comment: comment,
		check:   check,
		verb:    "//lint:" + fields[0] + " " + fields[1],
		reason:  len(fields) > 2,
	}
	switch fields[0] {
	case "ignore":
		d.line = -1 // the caller knows
	case "file-ignore":
		d.line = wholeFile
	default:
		return nil
	}
	names := strings.Split(fields[1], ",")
	d.named = slices.Contains(names, check)
	globbed := slices.ContainsFunc(names, func(glob string) bool {
		match, err := path.Match(glob, check)
		return match && err == nil
	})
	if !d.named && !globbed {
		return nil
	}
	return d
}

// lineOf returns the line in the file itself: a directive stands beside its code
// there, and two places may bear the same number by line directives.
func lineOf(tok *token.File, pos token.Pos) int { return tok.PositionFor(pos, false).Line }

// codeLines returns where the code begins on each line that has some.
func codeLines(tok *token.File, syntax *ast.File) map[int]token.Pos {
	lines := make(map[int]token.Pos)
	mark := func(pos token.Pos) {
		line := lineOf(tok, pos)
		if start, ok := lines[line]; !ok || pos < start {
			lines[line] = pos
		}
	}
	ast.Inspect(syntax, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.File:
			return true
		case *ast.Comment, *ast.CommentGroup:
			return false
		}
		if n.Pos().IsValid() && n.End() > n.Pos() {
			mark(n.Pos())
			mark(n.End() - 1) // a closing brace has a line of its own
		}
		return true
	})
	return lines
}
