//! What calls leave behind for later calls of the process. A forked child starts without.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::config::Config;
use super::retry::RetryBudget;
use super::throttle::Throttle;
use crate::protocol::Credentials;
use crate::protocol::schema::Host;
use crate::transport::per_process::PerProcess;

pub(super) struct Pacing {
    pub(super) throttle: Arc<Throttle>,
    pub(super) budget: Mutex<RetryBudget>,
}

/// By app and gateway: limits of an app and of its paths hold for all its sellers, and an ERP that makes a client
/// per job must not learn them anew each time. A map that leak checkers can follow, since it is never freed.
type Apps = BTreeMap<(String, String), Arc<Throttle>>;

static APPS: LazyLock<PerProcess<Mutex<Apps>>> =
    LazyLock::new(|| PerProcess::new(Mutex::default()));

/// Apps from which on those without a client are forgotten.
const MANY: usize = 64;

impl Pacing {
    pub(super) fn new(config: &Config, credentials: &Credentials) -> Self {
        // Another clock has another beginning, and what another transport reaches is not known.
        let is_own = config.clock.is_some() || config.transport.is_some();
        Self {
            throttle: if is_own {
                Arc::default()
            } else {
                of_app(credentials)
            },
            budget: Mutex::default(),
        }
    }
}

fn of_app(credentials: &Credentials) -> Arc<Throttle> {
    let app = credentials.app_key().to_owned();
    let gateway = credentials.gateway().base(Host::Country).to_owned();
    let apps = APPS.get(Mutex::default);
    let mut apps = apps.lock().unwrap_or_else(PoisonError::into_inner);
    if apps.len() >= MANY {
        apps.retain(|_, throttle| Arc::strong_count(throttle) > 1);
    }
    Arc::clone(apps.entry((app, gateway)).or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::SystemClock;
    use crate::protocol::Country;

    fn throttle(config: &Config) -> Arc<Throttle> {
        Pacing::new(config, &config.credentials().unwrap()).throttle
    }

    #[test]
    fn clients_of_one_app_at_one_gateway_share_what_they_learn() {
        let config = |app: &str, country| Config::new(app, "secret").country(country);
        let one = config("shared-pacing", Country::Sg);
        let other_seller = one.clone().access_token("another");
        assert!(Arc::ptr_eq(&throttle(&one), &throttle(&other_seller)));
        let own_clock = one.clone().clock(Arc::new(SystemClock::new()));
        for other in [
            config("shared-pacing", Country::My),
            config("another-app", Country::Sg),
            own_clock,
        ] {
            assert!(!Arc::ptr_eq(&throttle(&one), &throttle(&other)));
        }
    }

    #[test]
    fn apps_without_a_client_are_forgotten_when_there_are_many() {
        let config =
            |index: u32| Config::new(format!("app-{index}"), "secret").country(Country::Sg);
        let kept = throttle(&config(0));
        for index in 1..500 {
            throttle(&config(index));
        }
        assert!(Arc::ptr_eq(&kept, &throttle(&config(0))));
        let apps = APPS.get(Mutex::default).lock().unwrap();
        assert!(apps.len() <= MANY + 1, "{}", apps.len());
    }
}
