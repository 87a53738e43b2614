//! The walk against a gateway in memory that changes between pages.

mod bands;
mod caller;
mod chains;
mod gateway;
mod hand_over;
mod kinds;
mod random;
mod rules;
