//! The sandbox as a program.

mod arguments;
mod greeting;

use std::io::{self, Read, Write};
use std::process::ExitCode;

use arguments::{Arguments, Wish};
use lazcore_sandbox::Sandbox;

fn main() -> ExitCode {
    match arguments::parse(std::env::args().skip(1)) {
        Ok(Wish::Help) => say(arguments::HELP),
        Ok(Wish::Run(arguments)) => run(&arguments),
        Err(error) => {
            complain(&format!("{error}; try --help"));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> ExitCode {
    let sandbox = match Sandbox::start(arguments.config.clone()) {
        Ok(sandbox) => sandbox,
        Err(error) => {
            let port = arguments.config.port;
            complain(&format!("cannot serve on 127.0.0.1:{port}: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let said = say(&if arguments.json {
        sandbox.greeting()
    } else {
        greeting::lines(&sandbox, arguments.config.stores)
    });
    if said != ExitCode::SUCCESS {
        return said;
    }
    if arguments.until_stdin_closes {
        wait_for_end_of_input();
        sandbox.stop();
        return ExitCode::SUCCESS;
    }
    // Nothing on disk and nothing to hand over: the default action of SIGTERM and Ctrl-C is right.
    loop {
        std::thread::park();
    }
}

fn wait_for_end_of_input() {
    let mut ignored = [0_u8; 1024];
    loop {
        match io::stdin().read(&mut ignored) {
            Ok(0) => return,
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return,
            _ => {}
        }
    }
}

/// Writes to standard output; the reader may be gone.
fn say(text: &str) -> ExitCode {
    let mut out = io::stdout();
    let text = format!("{text}\n");
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn complain(text: &str) {
    // Without a standard error stream the exit code must do.
    let _unheard = writeln!(io::stderr(), "lazcore-sandbox: {text}");
}
