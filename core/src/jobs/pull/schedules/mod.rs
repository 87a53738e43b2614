//! The walk against a gateway in memory that changes between pages.

mod bands;
mod chains;
mod gateway;
mod random;
mod rules;
