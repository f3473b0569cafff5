package load

import "bytes"

// withoutBodies is the source of a file without what is in the bodies of its functions,
// but for their ends of lines. What a package declares is all that is asked of most, and
// to parse what it does would take longer than to leave it out. A file that does not scan
// stays as it is from there on.
func withoutBodies(text []byte) []byte {
	out := make([]byte, 0, len(text))
	kept := 0 // of the text, what is in out
	for at := 0; at < len(text); {
		if !isFunc(text, at) {
			at = next(text, at)
			continue
		}
		open := bodyOf(text, at+len("func"))
		if open < 0 { // it has none
			at += len("func")
			continue
		}
		end := closing(text, open)
		if end < 0 {
			break
		}
		out = append(out, text[kept:open+1]...)
		out = append(out, bytes.Repeat([]byte("\n"), bytes.Count(text[open:end], []byte("\n")))...)
		kept, at = end, end+1
	}
	return append(out, text[kept:]...)
}

// isFunc reports that a function is declared at an offset, which is that of a token:
// the keyword begins a line.
func isFunc(text []byte, at int) bool {
	return text[at] == 'f' && (at == 0 || text[at-1] == '\n') && bytes.HasPrefix(text[at:], []byte("func")) &&
		at+4 < len(text) && (text[at+4] == ' ' || text[at+4] == '\t' || text[at+4] == '(')
}

// bodyOf is where the body of a function begins, of which the keyword is before an
// offset; -1 if it has none.
func bodyOf(text []byte, at int) int {
	last := at // where the word before begins
	for at < len(text) {
		switch c := text[at]; {
		case c == '\n':
			return -1
		case c == '(' || c == '[' || c == '{' && isType(text[last:at]):
			if at = closing(text, at); at < 0 {
				return -1
			}
			at++
		case c == '{':
			return at
		case isLetter(c) && !isLetter(text[at-1]):
			last = at
			at++
		default:
			at = next(text, at)
		}
	}
	return -1
}

// isType reports that a brace after these words is that of a type.
func isType(words []byte) bool {
	words = bytes.TrimSpace(words)
	return bytes.Equal(words, []byte("struct")) || bytes.Equal(words, []byte("interface"))
}

func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c >= 0x80
}

// closing is where the bracket is closed that is open at an offset; -1 if it is not.
func closing(text []byte, at int) int {
	for depth := 0; at < len(text); at++ {
		switch text[at] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth == 0 {
				return at
			}
		case '/', '`', '"', '\'':
			at = next(text, at) - 1
		}
	}
	return -1
}

// next is the offset behind the comment or literal at an offset, or behind the byte.
func next(text []byte, at int) int {
	skip := func(end string) int {
		from := min(at+2, len(text))
		if i := bytes.Index(text[from:], []byte(end)); i >= 0 {
			return from + i + len(end)
		}
		return len(text)
	}
	switch c := text[at]; c {
	case '/':
		switch {
		case bytes.HasPrefix(text[at:], []byte("//")):
			return skip("\n") - 1
		case bytes.HasPrefix(text[at:], []byte("/*")):
			return skip("*/")
		}
	case '`':
		at--
		return skip("`")
	case '"', '\'':
		for at++; at < len(text) && text[at] != c && text[at] != '\n'; at++ {
			if text[at] == '\\' {
				at++
			}
		}
	}
	return at + 1
}
