// Package app has other packages write the status of its widgets, each by a client of
// its own: for a batch here, they have to take note first.
package app

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/rewrite/batch/across/desk"
	"example.com/cases/rewrite/batch/across/diary"
	"example.com/cases/rewrite/batch/across/keeper"
	"example.com/cases/rewrite/batch/across/ledger"
	"example.com/cases/rewrite/batch/across/vault"
	"example.com/cases/rewrite/batch/status"
)

// Booked waits for what the desk waits for.
type Booked struct {
	client.Client
	Desk *desk.Desk
}

func (r *Booked) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.Desk.Book(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, status.Update(ctx, r.Client, widget, base)
}

// Kept waits for the keeper.
type Kept struct {
	client.Client
	Keeper *keeper.Keeper
}

func (r *Kept) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.Keeper.Claim(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	base := widget.DeepCopy()
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, status.Update(ctx, r.Client, widget, base)
}

// Sealed waits in vain: the ledger could take note, but not the vault.
type Sealed struct {
	client.Client
	Ledger *ledger.Ledger
	Vault  *vault.Vault
}

func (r *Sealed) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.Ledger.Count(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.Vault.Seal(ctx, widget)
}

// Counted waits for the ledger and the diary.
type Counted struct {
	client.Client
	Ledger *ledger.Ledger
	Diary  *diary.Diary
}

func (r *Counted) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.Ledger.Count(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, r.Diary.Enter(ctx, widget)
}
