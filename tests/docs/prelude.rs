// What stands around a block of Rust: the names that it may use.
use lazcore::client::*;
use lazcore::jobs::*;
use lazcore::protocol::*;
use lazcore::*;

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let gateway = Gateway::url(&std::env::var("SANDBOX_GATEWAY")?)?;
    let app_key = &std::env::var("SANDBOX_APP_KEY")?;
    let app_secret = &std::env::var("SANDBOX_APP_SECRET")?;
    let token = std::env::var("SANDBOX_TOKEN")?;
    let code = std::env::var("SANDBOX_CODE")?;
    let (state, received_state) = (String::from("STATE"), String::from("STATE"));
    let client = Client::new(Config::new(app_key, app_secret).gateway(gateway.clone()).access_token(&token))?;
    {
/* BLOCK */
    }
    Ok(())
}
