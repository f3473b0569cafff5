module example.com/operator

go 1.26

require (
	k8s.io/apimachinery v0.0.0
	k8s.io/client-go v0.0.0
	sigs.k8s.io/controller-runtime v0.0.0
)

replace (
	k8s.io/apimachinery => ../stub/apimachinery
	k8s.io/client-go => ../stub/client-go
	sigs.k8s.io/controller-runtime => ../stub/controller-runtime
)
