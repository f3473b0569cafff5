module example.com/example

go 1.26.0

require (
	example.com/shared v0.0.0
	sigs.k8s.io/controller-runtime v0.0.0
)

require k8s.io/apimachinery v0.0.0 // indirect

replace (
	example.com/shared => ../shared
	k8s.io/apimachinery => ../../../../testdata/script/common/stub/apimachinery
	k8s.io/client-go => ../../../../testdata/script/common/stub/client-go
	sigs.k8s.io/controller-runtime => ../../../../testdata/script/common/stub/controller-runtime
)
