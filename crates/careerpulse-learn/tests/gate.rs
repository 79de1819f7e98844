//! The gate between staging and production: its bootstrap against closed forms and SciPy, its rule by simulation.

#[path = "gate/bootstrap.rs"]
mod bootstrap;
#[path = "gate/simulation.rs"]
mod simulation;
