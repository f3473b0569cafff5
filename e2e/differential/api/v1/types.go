// Package v1 holds the resource that the generated programs reconcile.
//
// +groupName=lab.example.com
package v1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Phase is where a Database stands.
type Phase string

const (
	PhasePending      Phase = "Pending"
	PhaseProvisioning Phase = "Provisioning"
	PhaseReady        Phase = "Ready"
	PhaseDegraded     Phase = "Degraded"
	PhaseFailed       Phase = "Failed"
)

// Database has a status field of every kind that controllers use: scalars,
// lists, a map, pointers and conditions.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
type Database struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   DatabaseSpec   `json:"spec"`
	Status DatabaseStatus `json:"status,omitempty"`
}

type DatabaseSpec struct {
	Version  string   `json:"version"`
	Replicas int32    `json:"replicas"`
	Shards   []string `json:"shards,omitempty"`
	Paused   bool     `json:"paused,omitempty"`
}

type DatabaseStatus struct {
	Phase              Phase              `json:"phase,omitempty"`
	Message            string             `json:"message,omitempty"`
	ObservedGeneration int64              `json:"observedGeneration,omitempty"`
	Replicas           int32              `json:"replicas,omitempty"`
	Attempts           int32              `json:"attempts,omitempty"`
	Ready              bool               `json:"ready,omitempty"`
	BackupID           string             `json:"backupID,omitempty"`
	Primary            *string            `json:"primary,omitempty"`
	StartedAt          *metav1.Time       `json:"startedAt,omitempty"`
	Shards             []ShardStatus      `json:"shards,omitempty"`
	History            []string           `json:"history,omitempty"`
	Versions           map[string]string  `json:"versions,omitempty"`
	Conditions         []metav1.Condition `json:"conditions,omitempty"`
	Owner              string             `json:"owner,omitempty"`
	RestartedAt        string             `json:"restartedAt,omitempty"`
	// Audit belongs to another controller: no program touches it, and none
	// may lose it.
	Audit string `json:"audit,omitempty"`
}

// ShardStatus is what is known of one shard.
type ShardStatus struct {
	Name  string `json:"name"`
	State string `json:"state,omitempty"`
}

// IsReady reports whether the database serves as it should.
func (d *Database) IsReady() bool {
	return d.Status.Phase == PhaseReady && d.Status.ObservedGeneration == d.Generation
}

// HasShard reports whether the shard is in the status.
func (d *Database) HasShard(name string) bool {
	for _, s := range d.Status.Shards {
		if s.Name == name {
			return true
		}
	}
	return false
}

// SetPhase sets the phase and what is to be said of it.
func (s *DatabaseStatus) SetPhase(phase Phase, message string) {
	s.Phase = phase
	s.Message = message
}

// +kubebuilder:object:root=true
type DatabaseList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Database `json:"items"`
}
