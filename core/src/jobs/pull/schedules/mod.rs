//! The walk against a gateway in memory that changes between pages.

mod gateway;
mod random;
mod rules;
