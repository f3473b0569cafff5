package kube

// does is what a call does, as far as that shows neither in its types nor in a body
// that is at hand.
type does uint64

// With the function that it is given, a call does one of these.
const (
	runsOnce       does = iota + 1
	runsAsync           // on a path of its own
	runsAlways          // again and again, side by side
	runsUntil           // again while that answers false, or for the next event
	runsOnError         // again after any error
	runsOnMatch         // again after an error that another function chooses
	runsOnConflict      // again after a conflict
	runs           = runsOnConflict
)

const (
	// To what it is given.

	leaves     does = 1 << (iota + 3) // neither changes nor keeps it, but that it may move the elements of a list
	mayFill                           // of a package that leaves it otherwise: may store into it
	answers                           // leaves it, and may answer what leads to it
	changes                           // of a package that answers otherwise: changes it
	asks                              // an accessor, a search, what makes a key, a patch or an option
	looks                             // the same, if it answers one value that is no error
	finds                             // finds something in a list
	sets                              // changes the status that it is a method of, or is given
	decodes                           // fills it with what is read
	fills                             // stores into its second argument all the way down
	copies                            // answers a copy of what it is called on
	copiesInto                        // makes its argument such a copy
	converts                          // answers another form of the object given
	sorts                             // moves the elements of a list
	conditions                        // sets or removes a condition
	finalizers                        // adds or removes a finalizer
	releases                          // of that, lets an object go that is being deleted
	owners                            // adds or removes an owner of its second argument
	metadata                          // sets a field of the metadata
	collection                        // the same, a list or a map
	nested                            // changes a field of an unstructured object
	version                           // sets the resourceVersion

	// To the world.

	computes // nothing, unless it is given a context or a client
	tells    // tells people what happens: logs, metrics, traces
	records  // records an event
	acts     // may wait, or change what is outside
	ends     // does not return
	waits    // waits for the next event
	joins    // waits for what was started
	machine  // what Kubernetes does: it is known by its types
	source   // of that, what is read off its code

	// To errors.

	makesError      // answers one, always
	joinsErrors     // makes one of those given, and nil if all of them are
	wrapsError      // makes one of that given, and nil of nil
	ignoresMissing  // answers the one given, but for one that says IsNotFound
	ignoresExisting // answers the one given, but for one that says IsAlreadyExists
	asksError       // asks what it is
	comparesError   // asks whether another is in it
	findsError      // asks whether one of a type is in it

	// What it answers.

	equal           // whether two values are equal all the way down
	equals          // whether its argument is equal
	comparison      // an option of that, by which values of two types are not equal
	sorted          // the same, by which lists are equal that are so when they are sorted
	zero            // whether it is the zero value
	objectKey       // the key of an object
	objectName      // its name
	objectNamespace // its namespace
	field           // a field of its metadata as it is
	deletion        // when its deletion was asked for
	diffs           // a patch with what changes from now on
	mayLock         // one that may carry a resourceVersion
	rawPatch        // a patch of the data given
	patchData       // the data of a patch
	remembers       // a helper that remembers how the object is now
	sendsDiff       // whether it has sent what is not as the helper remembers it
	sendsChanges    // whether it has sent what the function that it is given changes
	cachedObject    // an object of a shared cache
	cachedList      // a list of such objects
	uncached        // a client that reads from the API server
	writesOwn       // whether the status of the one object that it is a client of was written
	builds          // a builder that knows the type that a controller is for

	// With a helper.

	remembersSent = sendsDiff | remembers // whether it has sent the difference, which it remembers from then on
)

// Result is what a call makes its first result of, for the order and the clock that a
// value carries.
type Result uint8

// The kinds of results.
const (
	NoResult   Result = iota
	Text              // text, or an error, of all that it is given
	Parts             // text of what it is given, of which it may leave some out
	Printed           // it writes text of all that to its first argument
	Appended          // it appends to what it is called on
	Same              // a list of the same elements, or the same value in another form
	Steady            // nothing that differs
	Ordered           // it sorts its first argument
	MapOrder          // a list in the order of a map
	SetOrder          // a list in the order of a set
	SetSlice          // the same, if its package is one of sets
	CacheOrder        // a list in the order of a cache
	Listed            // that, or the order of the API server; or it fills a list: its types tell
	Clock             // the time
	FromClock         // what is computed from a time
)

// row is a row of the table: of which calls, what they do, and what they make.
//
//	path          the functions and methods of a package
//	path/...      and of all packages below it
//	path.F        a function; F|G* is F, and what begins with G
//	(path).M      a method of any type of the package, interface or not
//	(path.T).M    a method of one type
//
// A variable of a package that holds a function is one, too. The path * is any, and */p
// one that ends with p. What rows say of a call adds up; of what it makes, the closest
// one says it.
type row struct {
	of   string
	does does
	Result
}

// The packages that rows name more than once.
const (
	clientPkg = ClientPkg
	crPkg     = "sigs.k8s.io/controller-runtime"
	utilPkg   = crPkg + "/pkg/controller/controllerutil"
	machinery = "k8s.io/apimachinery/pkg/"
	goClient  = "k8s.io/client-go/"
	capi      = "sigs.k8s.io/cluster-api/util/"
	flux      = "github.com/fluxcd/pkg/runtime/patch"
	libraryGo = "github.com/openshift/library-go/pkg/operator/v1helpers"
	logrus    = "github.com/sirupsen/logrus"
)

// table is all that is known of functions by their names. Each list of functions that a
// check, a fix or the report goes by is a view of it.
var table = []row{
	// What is told by the name alone, as all packages use it in the same sense.
	{"*.Unmarshal*|Decode*", decodes, 0},
	{"(*).Unmarshal*|Decode*", decodes, 0},
	{"*.Marshal*", leaves, 0},
	{"(*).Marshal*", leaves, 0},
	{"*.Set*|Mark*", sets, 0},
	{"(*).Set*|Mark*", sets, 0},
	{"*.Sort*", 0, Ordered},
	{"(*).Sort*", 0, Ordered},
	{"*.FromContext", leaves, 0},
	{"*.IgnoreNotFound", leaves | ignoresMissing, 0},
	{"*.IgnoreAlreadyExists", leaves | ignoresExisting, 0},
	{"(*).DeepCopy|DeepCopyObject", copies, Same},
	{"(*).DeepCopyInto", copiesInto, 0},
	{"(*).Get*|Is*|Has*", looks, 0},
	{"(*).GetName", objectName, 0},
	{"(*).GetNamespace", objectNamespace, 0},
	{"(*).GetDeletionTimestamp", deletion, 0},
	{"(*).SetResourceVersion", version, 0},
	{"(*).SetFinalizers|SetLabels|SetAnnotations|SetOwnerReferences", collection, 0},
	{"(*).Equal", equals, 0},
	{"(*).IsZero", zero, 0},
	{"(*).Event|Eventf|AnnotatedEventf|PastEventf", records, 0},
	{"(*).Wait", joins, 0},
	{"(*).Error|ErrorOrNil", 0, Text},
	{"(*).List", 0, Listed},
	{"(*).UnsortedList", 0, SetOrder},
	{"(*).ToSlice", 0, SetSlice},

	// Values.
	{"bytes", leaves, 0},
	{"bytes.*", 0, Parts},
	{"(bytes).String", 0, Parts},
	{"(bytes).WriteString|WriteByte|WriteRune|Write", 0, Appended},
	{"cmp", leaves, 0},
	{"crypto/...", leaves, 0},
	{"encoding/...", computes, 0},
	{"encoding/....Unmarshal", fills, 0},
	{"encoding/base64.*", 0, Text},
	{"encoding/hex.*", 0, Text},
	{"encoding/json.Marshal*", 0, Text},
	{"*/json.Unmarshal", fills, 0},
	{"(*/json).Unmarshal", fills, 0},
	{"*/yaml.Unmarshal", fills, 0},
	{"(*/yaml).Unmarshal", fills, 0},
	{"sigs.k8s.io/yaml.*", 0, Text},
	{"hash/...", computes, 0},
	{"html.*", 0, Text},
	{"maps", leaves, Steady},
	{"maps.Keys|Values|All", 0, MapOrder},
	{"golang.org/x/exp/maps", 0, Steady},
	{"golang.org/x/exp/maps.Keys|Values", 0, MapOrder},
	{"math/...", leaves, 0},
	{"net/url", leaves, 0},
	{"net/url.*", 0, Text},
	{"path/...", leaves, 0},
	{"path.*", 0, Parts},
	{"path/filepath.*", 0, Parts},
	{"reflect", leaves | mayFill, 0},
	{"reflect.DeepEqual", equal, 0},
	{"(reflect.Value).MapKeys", 0, MapOrder},
	{"github.com/google/go-cmp/...", leaves, 0},
	{"github.com/google/go-cmp/cmp.Equal", equal, 0},
	{"*/go-cmp/cmp/cmpopts.*", comparison, 0},
	{"*/go-cmp/cmp/cmpopts.SortSlices", sorted, 0},
	{"regexp/...", leaves, 0},
	{"slices", leaves, Same},
	{"slices.Index*", finds, 0},
	{"slices.Min*|Max*|Sorted*", 0, Steady},
	{"slices.Reverse", sorts, 0},
	{"slices.Sort|SortFunc|SortStableFunc", sorts, Ordered},
	{"golang.org/x/exp/slices", 0, Same},
	{"golang.org/x/exp/slices.Sort*", 0, Ordered},
	{"github.com/samber/lo.Keys|Values|MapToSlice|Entries|ToPairs|UniqKeys|UniqValues", 0, MapOrder},
	{"github.com/samber/lo.Map|Filter|FilterMap|Reject|Uniq|UniqBy|FlatMap|Flatten|Compact|Without|ToPtr|FromPtr", 0, Same},
	{"sort", leaves, Ordered},
	{"sort.Strings|Ints|Float64s|Slice|SliceStable|Sort|Stable", sorts, 0},
	{"strconv", leaves, 0},
	{"strconv.*", 0, Text},
	{"strings", leaves, 0},
	{"strings.*", 0, Parts},
	{"(strings).String", 0, Parts},
	{"(strings).WriteString|WriteByte|WriteRune|Write", 0, Appended},
	{"text/template.*", 0, Text},
	{"time", leaves, 0},
	{"time.Since|Until", 0, Clock},
	{"time.Sleep", acts, 0},
	{"(time).Format|Unix|UnixMilli|UnixNano|UTC|Local|Add|AddDate|Sub|In|AppendFormat|Seconds|Minutes|Hours|Milliseconds|Round", 0, FromClock},
	{"(time).String", 0, Text},
	{"unicode/...", leaves, 0},
	{"k8s.io/utils/...", leaves, 0},
	{"k8s.io/utils/ptr", 0, Same},
	{"k8s.io/utils/pointer", 0, Same},

	// Errors.
	{"errors", leaves, 0},
	{"errors.*", 0, Text},
	{"errors.New", makesError, 0},
	{"errors.Join", joinsErrors, 0},
	{"errors.Is", comparesError, 0},
	{"errors.As", findsError, 0},
	{"fmt", leaves, 0},
	{"fmt.*", 0, Text},
	{"fmt.Errorf", makesError, 0},
	{"fmt.Fprint*", 0, Printed},
	{"*/errors.New|Errorf", leaves | makesError, Text}, // of a project, after the model of github.com/pkg/errors
	{"*/errors.Join", leaves | joinsErrors, Text},
	{"*/errors.Wrap*|With*", leaves | wrapsError, Text},
	{"github.com/hashicorp/go-multierror.*", 0, Text},
	{"github.com/pkg/errors", leaves, 0},
	{"github.com/pkg/errors.*", 0, Text},
	{"go.uber.org/multierr", leaves, 0},
	{"go.uber.org/multierr.*", 0, Text},
	{"go.uber.org/multierr.Combine|Append", joinsErrors, 0},
	{"golang.org/x/xerrors.*", 0, Text},
	{machinery + "api/errors", leaves, 0},
	{machinery + "api/errors.New*", makesError, Text},
	{"*/apimachinery/pkg/api/errors.Is*", asksError, 0},
	{"*/apimachinery/pkg/api/meta.Is*", asksError, 0},
	{machinery + "util/errors.*", 0, Text},
	{machinery + "util/errors.NewAggregate", joinsErrors, 0},
	{crPkg + "/pkg/reconcile.TerminalError", leaves | makesError, Text},

	// Logs, metrics, traces.
	{"github.com/go-logr/...", leaves | tells, 0},
	{"github.com/golang/glog.Fatal*|Exit*", ends, 0},
	{"github.com/prometheus/...", leaves | tells, 0},
	{logrus + "/...", leaves | tells, 0},
	{logrus + ".Fatal*|Panic*|Exit", ends, 0},
	{"(" + logrus + ").Fatal*|Panic*|Exit", ends, 0},
	{"go.opentelemetry.io/...", leaves | tells, 0},
	{"go.uber.org/zap/...", leaves | tells, 0},
	{"(go.uber.org/zap).Fatal*|Panic*", ends, 0},
	{"k8s.io/component-base/metrics/...", leaves | tells, 0},
	{"k8s.io/klog/...", leaves | tells, 0},
	{"k8s.io/klog.Fatal*|Exit*", ends, 0},
	{"k8s.io/klog/v2.Fatal*|Exit*", ends, 0},
	{"log/...", leaves | tells, 0},
	{"log.Fatal*|Panic*", ends, 0},
	{"(log).Fatal*|Panic*", ends, 0},
	{crPkg + "/pkg/log/...", leaves | tells, 0},
	{crPkg + "/pkg/metrics/...", leaves | tells, 0},
	{crPkg + ".LoggerFrom|LoggerInto", leaves | tells, 0},

	// Processes, goroutines, tests.
	{"context", leaves, 0},
	{"os/...", leaves | acts, 0},
	{"os.Exit", ends, 0},
	{"runtime.Goexit", ends, 0},
	{"sync", computes, 0},
	{"(sync).Do", acts | runsOnce, 0},
	{"(sync).Go", runsAsync, 0},
	{"(sync).Wait", acts, 0},
	{"(golang.org/x/sync/errgroup).Go|TryGo", runsAsync, 0},
	{"(testing).Fatal*|FailNow|Skip*", ends, 0},
	{"github.com/onsi/ginkgo.Fail|Skip|AbortSuite", ends, 0},
	{"github.com/onsi/ginkgo/v2.Fail|Skip|AbortSuite", ends, 0},
	{"github.com/avast/retry-go/....Do*", runsOnError, 0},
	{"(github.com/avast/retry-go/...).Do*", runsOnError, 0},
	{"github.com/cenkalti/backoff/....Retry*", runsOnError, 0},

	// The API machinery.
	{"k8s.io/...", machine, 0},
	{machinery + "api/equality", leaves, 0},
	{"(k8s.io/apimachinery/third_party/forked/golang/reflect.Equalities).DeepEqual", equal, 0},
	{machinery + "api/meta", computes | answers, 0},
	{machinery + "api/meta.Is*|Find*", asks, 0},
	{machinery + "api/meta.Set*|Remove*", changes, 0},
	{"(" + machinery + "api/meta).Set*", changes, 0},
	{machinery + "api/meta.SetStatusCondition|RemoveStatusCondition", conditions, 0},
	{machinery + "api/resource", computes, 0},
	{MetaPkg, computes, 0},
	{MetaPkg + ".NewTime|NewMicroTime", 0, Same},
	{"(" + MetaPkg + ").Get*", asks, 0},
	{"(" + MetaPkg + ").Set*", metadata, 0},
	{"(" + MetaPkg + ").String", 0, Text},
	{"(" + MetaPkg + ").Rfc3339Copy|DeepCopyInto", 0, FromClock},
	{"(" + MetaPkg + ".ObjectMeta).GetLabels|GetAnnotations|GetFinalizers|GetOwnerReferences|GetManagedFields", field, 0},
	{UnstructuredPkg, computes, 0},
	{"(" + UnstructuredPkg + ").Set*", metadata, 0},
	{UnstructuredPkg + ".SetNested*|RemoveNestedField", nested, 0},
	{machinery + "fields", leaves, 0},
	{machinery + "labels", leaves, 0},
	{"(" + machinery + "runtime).FromUnstructured", fills, 0},
	{"(" + machinery + "runtime).ToUnstructured", converts, 0},
	{machinery + "runtime/schema", leaves, 0},
	{TypesPkg, leaves, 0},
	{"(" + TypesPkg + ").String", 0, Text},
	{machinery + "util/...", leaves, 0},
	{machinery + "util/json", mayFill, 0},
	{machinery + "util/json.*", 0, Text},
	{machinery + "util/jsonmergepatch", mayFill, 0},
	{machinery + "util/mergepatch", mayFill, 0},
	{machinery + "util/strategicpatch", mayFill, 0},
	{machinery + "util/yaml", mayFill, 0},
	{machinery + "util/wait", acts | runsUntil, 0},

	// client-go.
	{goClient + "...", acts, 0},
	{"(" + toolsCachePkg + ").Get|GetByKey", cachedObject, 0},
	{"(" + toolsCachePkg + ").List|Index", cachedList, 0},
	{"(" + toolsCachePkg + ").ByIndex", cachedList, CacheOrder},
	{"(" + toolsCachePkg + ").ListKeys|IndexKeys", 0, CacheOrder},
	{goClient + "tools/events", leaves, 0},
	{goClient + "tools/internal/events", leaves, 0},
	{goClient + "tools/record/...", leaves, 0},
	{RetryPkg + ".OnError", runsOnMatch, 0},
	{RetryPkg + ".RetryOnConflict", runsOnConflict, 0},
	{"(" + goClient + "util/workqueue).Get", waits, 0},
	{goClient + "util/workqueue.ParallelizeUntil", runsAlways, 0},

	// controller-runtime, and helpers of the ecosystem.
	{crPkg + "/...", machine, 0},
	{"(" + crPkg + "/pkg/builder).For", builds, 0},
	{clientPkg + ".*", asks, 0},
	{"(" + clientPkg + ").Get*", asks, 0},
	{clientPkg + ".ObjectKeyFromObject", objectKey, 0},
	{clientPkg + ".MergeFrom", diffs, 0},
	{clientPkg + ".MergeFromWithOptions|StrategicMergeFrom", diffs | mayLock, 0},
	{clientPkg + ".New", uncached, 0},
	{clientPkg + ".RawPatch", rawPatch, 0},
	{"(" + clientPkg + ").Data", patchData, 0},
	{utilPkg, computes | source, 0},
	{utilPkg + ".AddFinalizer|RemoveFinalizer", finalizers, 0},
	{utilPkg + ".RemoveFinalizer", releases, 0},
	{utilPkg + ".ContainsFinalizer", asks, 0},
	{utilPkg + ".CreateOrPatch", sendsChanges, 0},
	{utilPkg + ".SetControllerReference|SetOwnerReference|RemoveOwnerReference|RemoveControllerReference", owners, 0},
	{"(" + capi + "patch.Helper).Patch", sendsDiff, 0},
	{capi + "patch.NewHelper", remembers, 0},
	{"(" + capi + "deprecated/v1beta1/patch.Helper).Patch", sendsDiff, 0},
	{capi + "deprecated/v1beta1/patch.NewHelper", remembers, 0},
	{"(" + flux + ".Helper).Patch", sendsDiff, 0},
	{"(" + flux + ".SerialPatcher).Patch", remembersSent, 0},
	{flux + ".NewHelper|NewSerialPatcher", remembers, 0},
	{"(" + libraryGo + ").UpdateOperatorStatus|UpdateStaticPodOperatorStatus", writesOwn, 0},
	{"(" + libraryGo + ").ApplyOperatorStatus|ApplyStaticPodOperatorStatus", writesOwn, 0},
}
