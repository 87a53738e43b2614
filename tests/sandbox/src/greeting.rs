//! What the program says when it serves.

use lazcore_sandbox::Sandbox;

/// Address and credentials, for people.
pub(crate) fn lines(sandbox: &Sandbox, stores: usize) -> String {
    let (after, before) = sandbox.pull_window();
    let mut text = format!(
        "page           {}\nurl            {}\napp_key        {}\napp_secret     {}\n",
        sandbox.page_url(),
        sandbox.url(),
        sandbox.app_key(),
        sandbox.app_secret()
    );
    for store in 0..stores {
        text.push_str(&format!(
            "store {store}\n  access_token   {}\n  refresh_token  {}\n  auth_code      {}\n",
            sandbox.store_token(store).unwrap_or_default(),
            sandbox.refresh_token(store).unwrap_or_default(),
            sandbox.auth_code(store).unwrap_or_default()
        ));
    }
    text.push_str(&format!("orders were created from {after} to {before}"));
    text
}
