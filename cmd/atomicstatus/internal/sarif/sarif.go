// Package sarif writes findings in the Static Analysis Results Interchange Format,
// version 2.1.0, which code hosts and editors read.
package sarif

import (
	"encoding/json"
	"fmt"
	"go/token"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/chavacava/garif"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/fingerprint"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/source"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

const (
	schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	home   = "https://github.com/atomicstatus/atomicstatus"

	// rootID is the name of the directory that paths are relative to. Code hosts
	// take it for the top of the repository.
	rootID = "%SRCROOT%"

	// fingerprintKey tells how fingerprints are made, as those that are made in
	// another way cannot be compared.
	fingerprintKey = "atomicstatus/v1"
)

// Run is what is to be told of one run.
type Run struct {
	Version  string           // of the tool
	Root     string           // the absolute path of the directory that paths are relative to
	Checks   []analyzer.Check // that were run
	Findings []fingerprint.Finding
	Problems []error // what could not be analysed
	Files    source.Files

	Severity func(load.Diagnostic) analyzer.Severity // that of its check if nil
}

// The library leaves an empty list out. But a log without results says that
// nothing was looked for, and one with no result that all is well.
type (
	log struct {
		Schema  string `json:"$schema"`
		Version string `json:"version"`
		Runs    []run  `json:"runs"`
	}
	run struct {
		*garif.Run
		Results []*garif.Result `json:"results"`
	}
)

// Write writes the log of one run.
func Write(w io.Writer, r Run) error {
	driver := garif.NewDriver("atomicstatus").WithInformationUri(home)
	driver.Version = r.Version
	for _, check := range r.Checks {
		driver.Rules = append(driver.Rules, rule(check))
	}
	invocation := garif.NewInvocation(len(r.Problems) == 0)
	for _, problem := range r.Problems {
		notification := garif.NewNotification(garif.NewMessageFromText(problem.Error()))
		notification.Level = "error"
		invocation.ToolExecutionNotifications = append(invocation.ToolExecutionNotifications, notification)
	}
	out := run{Run: garif.NewRun(garif.NewTool(driver)), Results: []*garif.Result{}}
	out.Invocations = []*garif.Invocation{invocation}
	out.ColumnKind = "utf16CodeUnits"
	out.OriginalUriBaseIds = map[string]*garif.ArtifactLocation{rootID: {Uri: fileURI(r.Root) + "/"}}
	for _, f := range r.Findings {
		out.Results = append(out.Results, r.result(f))
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "\t")
	return encoder.Encode(log{schema, "2.1.0", []run{out}})
}

func rule(check analyzer.Check) *garif.ReportingDescriptor {
	text := func(s string) *garif.MultiformatMessageString { return &garif.MultiformatMessageString{Text: s} }
	first, _, _ := strings.Cut(check.Text(), "\n\n")
	rule := garif.NewRule(check.Name).WithHelpUri(check.URL)
	rule.ShortDescription = text(strings.ToUpper(check.Title()[:1]) + check.Title()[1:])
	rule.FullDescription = text(strings.Join(strings.Fields(first), " "))
	rule.Help = &garif.MultiformatMessageString{Text: check.Doc(), Markdown: check.Markdown()}
	rule.DefaultConfiguration = &garif.ReportingConfiguration{Level: level(check.Severity())}
	rule.Properties = &garif.PropertyBag{
		"tags":             []string{"kubernetes", "controller", "status", tags[check.Severity()]},
		"precision":        "high",
		"problem.severity": problems[check.Severity()],
	}
	return rule
}

// How much harm a finding may do, in the words of SARIF and of GitHub.
var (
	tags     = map[analyzer.Severity]string{analyzer.Lost: "correctness", analyzer.Costly: "performance", analyzer.Repeated: "reliability"}
	problems = map[analyzer.Severity]string{analyzer.Lost: "error", analyzer.Costly: "warning", analyzer.Repeated: "recommendation"}
)

func level(s analyzer.Severity) garif.ResultLevel {
	switch s {
	case analyzer.Lost:
		return garif.ResultLevel_Error
	case analyzer.Repeated:
		return garif.ResultLevel_Note
	}
	return garif.ResultLevel_Warning
}

// severity returns that of a finding, of which the driver may know more than of its
// check.
func (r *Run) severity(f fingerprint.Finding) analyzer.Severity {
	if r.Severity != nil {
		return r.Severity(f.Diagnostic)
	}
	if check, err := analyzer.Find(f.Analyzer); err == nil {
		return check.Severity()
	}
	return analyzer.Costly
}

// path is how a finding comes about, in two parts: the place that comes before it, an
// earlier write or the loop, with the calls that it leads to; and the calls that the
// place of the finding leads to. In between stands the finding itself.
func path(f fingerprint.Finding) (before, after []load.Related) {
	calls := func(list []load.Related) int {
		n := slices.IndexFunc(list, func(rel load.Related) bool { return !statuswrites.InChain(rel.Message) })
		if n < 0 {
			n = len(list)
		}
		return n
	}
	after = f.Related[:calls(f.Related)]
	if rest := f.Related[len(after):]; len(rest) > 0 && (len(after) > 0 || f.Analyzer == "statusmulti") {
		before = rest[:1+calls(rest[1:])]
	}
	return before, after
}

func (r *Run) result(f fingerprint.Finding) *garif.Result {
	text := f.Message
	var chain []*garif.ThreadFlowLocation
	follow := func(list []load.Related) {
		for _, rel := range list {
			chain = append(chain, step(r.location(rel.Pos.Filename, r.span(rel.Pos, rel.End), rel.Message)))
		}
	}
	before, after := path(f)
	follow(before)
	chain = append(chain, step(r.location(f.Pos.Filename, r.span(f.Pos, f.End), f.Message)))
	follow(after)
	var related []*garif.Location
	for i, rel := range f.Related {
		location := r.location(rel.Pos.Filename, r.span(rel.Pos, rel.End), rel.Message)
		location.Id = i + 1
		related = append(related, location)
		// GitHub shows a related location only where the message links to it.
		text += fmt.Sprintf("\n[%s](%d)", linkText.Replace(rel.Message), location.Id)
	}

	result := garif.NewResult(garif.NewMessageFromText(text))
	result.RuleId = f.Analyzer
	result.Level = level(r.severity(f))
	result.Locations = []*garif.Location{r.location(f.Pos.Filename, r.span(f.Pos, f.End), "")}
	result.RelatedLocations = related
	result.PartialFingerprints = map[string]string{fingerprintKey: f.ID}
	if len(chain) > 1 {
		result.CodeFlows = []*garif.CodeFlow{garif.NewCodeFlow(garif.NewThreadFlow(chain))}
	}
	for _, fix := range f.Fixes {
		result.Fixes = append(result.Fixes, r.fix(fix))
	}
	return result
}

// linkText escapes the text of a link in a plain message.
var linkText = strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`)

func step(location *garif.Location) *garif.ThreadFlowLocation {
	return &garif.ThreadFlowLocation{Location: location}
}

func (r *Run) fix(fix load.Fix) *garif.Fix {
	var changes []*garif.ArtifactChange
	byFile := make(map[string]*garif.ArtifactChange)
	for _, edit := range fix.Edits {
		change, ok := byFile[edit.Filename]
		if !ok {
			change = garif.NewArtifactChange(r.artifact(edit.Filename))
			byFile[edit.Filename] = change
			changes = append(changes, change)
		}
		file := r.Files.Get(edit.Filename)
		edit = keepNext(edit, fix.Edits, file.Text())
		start, startColumn := file.Position(edit.Start)
		end, endColumn := file.Position(edit.End)
		replacement := garif.NewReplacement(r.region(file, start, startColumn, end, endColumn))
		replacement.InsertedContent = &garif.ArtifactContent{Text: edit.New}
		change.Replacements = append(change.Replacements, replacement)
	}
	out := garif.NewFix(changes...)
	out.Description = garif.NewMessageFromText(fix.Message)
	properties := garif.PropertyBag{"level": fix.Level()}
	if len(fix.Assumptions) > 0 {
		var assumptions []map[string]any
		for _, a := range fix.Assumptions {
			assumptions = append(assumptions, map[string]any{
				"kind": a.Kind, "message": a.Text, "location": r.location(a.Pos.Filename, r.span(a.Pos, a.Pos), ""),
			})
		}
		properties["assumptions"] = assumptions
	}
	out.Properties = &properties
	return out
}

// keepNext turns a deletion into the replacement of what it deletes and of the
// character behind that by this character. The library leaves an empty text out,
// and there are readers that then do nothing, or fall over (reviewdog v0.21).
func keepNext(edit load.Edit, all []load.Edit, text []byte) load.Edit {
	taken := slices.ContainsFunc(all, func(e load.Edit) bool { return e.Filename == edit.Filename && e.Start == edit.End })
	if edit.New != "" || taken || edit.End >= len(text) {
		return edit
	}
	_, size := utf8.DecodeRune(text[edit.End:])
	edit.New = string(text[edit.End : edit.End+size])
	edit.End += size
	return edit
}

func (r *Run) location(file string, region *garif.Region, message string) *garif.Location {
	location := &garif.Location{PhysicalLocation: &garif.PhysicalLocation{ArtifactLocation: r.artifact(file), Region: region}}
	if message != "" {
		location.Message = garif.NewMessageFromText(message)
	}
	return location
}

// span is the region between two positions of one file.
func (r *Run) span(pos, end token.Position) *garif.Region {
	file := r.Files.Get(pos.Filename)
	if pos.Line == end.Line && pos.Column == end.Column { // a reader would mark nothing
		end.Column += word(file, pos)
	}
	return r.region(file, pos.Line, pos.Column, end.Line, end.Column)
}

// word returns how long the word or the character at a position is, in bytes.
func word(file *source.File, pos token.Position) int {
	line, _ := file.Line(pos.Line)
	if pos.Column < 1 || pos.Column > len(line) {
		return 0
	}
	rest := line[pos.Column-1:]
	n := strings.IndexFunc(rest, func(c rune) bool { return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	if n < 0 {
		return len(rest)
	}
	if n == 0 {
		_, n = utf8.DecodeRuneInString(rest)
	}
	return n
}

// region counts columns as the log says; those that it is given are in bytes.
func (r *Run) region(file *source.File, line, column, endLine, endColumn int) *garif.Region {
	return &garif.Region{
		StartLine:   line,
		StartColumn: file.UTF16(line, column),
		EndLine:     endLine,
		EndColumn:   file.UTF16(endLine, endColumn),
	}
}

// artifact names a file: by its path from the root if it is below, else in full.
func (r *Run) artifact(name string) *garif.ArtifactLocation {
	rel, err := filepath.Rel(r.Root, name)
	if err != nil || !filepath.IsLocal(rel) {
		return &garif.ArtifactLocation{Uri: fileURI(name)}
	}
	return &garif.ArtifactLocation{Uri: (&url.URL{Path: filepath.ToSlash(rel)}).String(), UriBaseId: rootID}
}

func fileURI(name string) string {
	path := filepath.ToSlash(name)
	if !strings.HasPrefix(path, "/") { // C:/dir
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}
