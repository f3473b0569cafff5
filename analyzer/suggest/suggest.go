// Package suggest finds what somebody may have meant who has mistyped a name.
package suggest

// Closest returns the name that is the most like what was typed, or nothing if none
// is like it.
func Closest(typed string, names []string) string {
	if len(typed) < 2 { // like any short one
		return ""
	}
	best, least := "", max(len(typed)/3, 1)+1
	for _, name := range names {
		if d := distance(typed, name); d < least {
			best, least = name, d
		}
	}
	return best
}

// DidYouMean returns a question to end an error with, or nothing if no name is like
// what was typed.
func DidYouMean(typed string, names []string) string {
	if name := Closest(typed, names); name != "" {
		return ": did you mean " + name + "?"
	}
	return ""
}

// distance counts the letters to insert, leave out, replace, or swap with the next
// one (optimal string alignment).
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
