//! The program, as a child of tests in other languages.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::client::Client;

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lazcore-sandbox"));
    command.args(arguments);
    command
}

/// A running program and its first line. Its output must stay open while it may still write.
fn spawn(arguments: &[&str]) -> (Child, BufReader<ChildStdout>, String) {
    let mut child = program(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    (child, output, line)
}

#[test]
fn one_line_of_json_is_enough_to_call_it() {
    let (mut child, _output, line) = spawn(&[
        "--json",
        "--until-stdin-closes",
        "--orders=7",
        "--dense=2,3",
        "--frozen-clock",
        "1794240000",
        "--seed",
        "5",
        "--plain",
    ]);
    let json: Value = serde_json::from_str(&line).unwrap();
    let text = |name: &str| json[name].as_str().unwrap().to_owned();
    let url = text("url");
    let host = url
        .strip_prefix("http://")
        .unwrap()
        .strip_suffix("/rest")
        .unwrap();
    let mut client = Client::with(
        host,
        &text("app_key"),
        &text("app_secret"),
        &text("access_token"),
    );
    let (after, before) = (text("created_after"), text("created_before"));
    let answer = client.get(
        "/orders/get",
        &[("created_after", &after), ("created_before", &before)],
    );
    assert_eq!(answer.json()["data"]["countTotal"], 12);
    assert_eq!(answer.header("date"), Some("Mon, 09 Nov 2026 16:00:00 GMT"));
    assert!(!text("refresh_token").is_empty() && !text("auth_code").is_empty());
    assert_eq!(json["store_tokens"][0], json["access_token"]);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn people_get_lines() {
    let (mut child, _output, line) = spawn(&["--until-stdin-closes", "--orders", "1"]);
    assert!(line.starts_with("page           http://127.0.0.1:"));
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn wrong_words_are_explained() {
    for (arguments, complaint) in [
        (
            &["--port", "70000"][..],
            "--port needs a number that fits, not \"70000\"",
        ),
        (&["--orders"], "--orders needs a number"),
        (&["--dense", "5,"], "--dense needs a number that fits"),
        (&["--dance"], "unknown option --dance"),
        (&["--json=yes"], "--json takes no value"),
    ] {
        let output = program(arguments).stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(complaint), "{error}");
    }
    let output = program(&["--stores", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn help_names_every_option() {
    let output = program(&["--help"]).output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for option in [
        "--seed",
        "--orders",
        "--port",
        "--stores",
        "--latency",
        "--offset-ceiling",
        "--dense",
        "--frozen-clock",
        "--json",
        "--until-stdin-closes",
    ] {
        assert!(text.contains(option), "{option}");
    }
}

#[test]
fn a_taken_port_is_an_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = program(&["--port", &port, "--orders", "1"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains(&format!("127.0.0.1:{port}")), "{error}");
}
