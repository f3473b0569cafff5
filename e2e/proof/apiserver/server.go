//go:build proof

package apiserver

import (
	"context"
	"fmt"
	"net"
	"path/filepath"

	"go.opentelemetry.io/otel/trace/noop"
	crdserver "k8s.io/apiextensions-apiserver/pkg/apiserver"
	"k8s.io/apiextensions-apiserver/pkg/cmd/server/options"
	"k8s.io/apiextensions-apiserver/pkg/generated/openapi"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apiserver/pkg/authentication/authenticatorfactory"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	"k8s.io/apiserver/pkg/endpoints/discovery/aggregated"
	openapinamer "k8s.io/apiserver/pkg/endpoints/openapi"
	genericserver "k8s.io/apiserver/pkg/server"
	utilopenapi "k8s.io/apiserver/pkg/util/openapi"
	"k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/kubernetes/scheme"
)

// The certificate of the server and its key lie in its directory, so that one
// that is restarted there is the same to its clients.
const (
	certDir  = "cert"
	certName = "apiserver"
)

// newServer returns the API server of Kubernetes, with custom resources as its
// only ones. It stores in the etcd at etcdURL, answers on listener, and knows
// one user, who brings the token and may do everything.
func newServer(dir, etcdURL, token string, listener net.Listener) (*crdserver.CustomResourceDefinitions, error) {
	o := options.NewCustomResourceDefinitionsServerOptions(nil, nil)
	rec := o.RecommendedOptions
	rec.Etcd.StorageConfig.Transport.ServerList = []string{etcdURL}
	rec.SecureServing.Listener = listener
	rec.SecureServing.BindAddress = net.IPv4(127, 0, 0, 1)
	rec.SecureServing.ExternalAddress = net.IPv4(127, 0, 0, 1)
	rec.SecureServing.ServerCert.CertDirectory = filepath.Join(dir, certDir)
	rec.SecureServing.ServerCert.PairName = certName
	// These four would ask an API server of core resources, and there is none.
	rec.Authentication, rec.Authorization, rec.CoreAPI, rec.Admission = nil, nil, nil, nil
	rec.Features.EnablePriorityAndFairness = false
	if err := o.Complete(); err != nil {
		return nil, err
	}
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if err := rec.SecureServing.MaybeDefaultWithSelfSignedCerts("127.0.0.1", nil, nil); err != nil {
		return nil, err
	}

	// From here on as options.Config does, which needs the CoreAPI.
	config := genericserver.NewRecommendedConfig(crdserver.Codecs)
	if err := utilerrors.NewAggregate([]error{
		o.ServerRunOptions.ApplyTo(&config.Config),
		rec.ApplyTo(config),
		o.APIEnablement.ApplyTo(&config.Config, crdserver.DefaultAPIResourceConfigSource(), crdserver.Scheme),
	}); err != nil {
		return nil, err
	}
	definitions := utilopenapi.GetOpenAPIDefinitionsWithoutDisabledFeatures(openapi.GetOpenAPIDefinitions)
	config.OpenAPIV3Config = genericserver.DefaultOpenAPIV3Config(definitions, openapinamer.NewDefinitionNamer(crdserver.Scheme, scheme.Scheme))
	config.Authentication.Authenticator = authenticatorfactory.NewFromTokens(map[string]*user.DefaultInfo{
		token: {Name: "proof", Groups: []string{user.SystemPrivilegedGroup}},
	}, nil)
	config.Authorization.Authorizer = authorizerfactory.NewPrivilegedGroups(user.SystemPrivilegedGroup)

	server, err := (&crdserver.Config{
		GenericConfig: config,
		ExtraConfig: crdserver.ExtraConfig{
			CRDRESTOptionsGetter: options.NewCRDRESTOptionsGetter(*rec.Etcd, config.ResourceTransformers, config.StorageObjectCountTracker),
			AuthResolverWrapper:  webhook.NewDefaultAuthenticationInfoResolverWrapper(nil, nil, config.LoopbackClientConfig, noop.NewTracerProvider()),
			MasterCount:          1,
		},
	}).Complete().New(genericserver.NewEmptyDelegate())
	if err != nil {
		return nil, err
	}

	// The list of API groups is left to the kube-aggregator in front, which is
	// not there either.
	generic := server.GenericAPIServer
	mux := generic.Handler.NonGoRestfulMux
	mux.Unregister("/apis")
	mux.Handle("/apis", aggregated.WrapAggregatedDiscoveryToHandler(
		generic.DiscoveryGroupManager, generic.AggregatedDiscoveryGroupManager, nil))
	return server, nil
}

// serve runs etcd and the API server until ctx is done, and calls ready once
// the server answers.
func serve(ctx context.Context, o childOptions, ready func(address, etcdURL string) error) error {
	etcd, etcdURL, err := startEtcd(ctx, filepath.Join(o.Dir, "etcd"))
	if err != nil {
		return err
	}
	defer etcd.Close()
	listener, err := net.Listen("tcp", o.Address)
	if err != nil {
		return err
	}
	server, err := newServer(o.Dir, etcdURL, o.Token, listener)
	if err != nil {
		return fmt.Errorf("set up the API server: %w", err)
	}
	if err := server.GenericAPIServer.AddPostStartHook("proof-ready", func(genericserver.PostStartHookContext) error {
		return ready(listener.Addr().String(), etcdURL)
	}); err != nil {
		return err
	}
	return server.GenericAPIServer.PrepareRun().RunWithContext(ctx)
}
