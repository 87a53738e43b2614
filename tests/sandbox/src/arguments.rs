//! The command line.

use lazcore_sandbox::Config;

/// Text of `--help`.
pub(crate) const HELP: &str = "\
lazcore-sandbox: a Lazada Open Platform gateway on loopback, to test against

Usage: lazcore-sandbox [options]

  --orders N            orders of each store (300)
  --seed N              the data and the credentials follow from it (1)
  --port P              TCP port on 127.0.0.1 (0: any free one)
  --stores N            number of stores, 1 to 50 (2)
  --latency MS          milliseconds that every answer is held back (0)
  --offset-ceiling N    highest offset of GetOrders (4500)
  --cross-border N      store N (from 0) must choose a carrier; may be given again
  --two-warehouses      every fifth order has items in two warehouses
  --label-seconds N     seconds that the link of a label works (600)
  --dense N,N,...       further orders in neighboring seconds, so many in each
  --frozen-clock TIME   the clock stands at this second since 1970 until it is moved
  --plain               every item is pending and packable
  --accept-repeats      pack and ship again what was packed and shipped before
  --json                print address and credentials as one line of JSON
  --until-stdin-closes  stop when standard input ends
  --help                show this

Control over HTTP, beside /rest (JSON in and out; the members stand in the crate's documentation):

  GET  /sandbox/health     answers once the sandbox serves
  GET  /sandbox/calls      the calls that arrived
  GET  /sandbox/books      what really happened, and by which call
  POST /sandbox/misbehave  plans a misbehavior: {\"kind\":\"execute_late\",\"path\":\"/order/fulfill/pack\",\"seconds\":30}
  POST /sandbox/behave     forgets all planned ones
  POST /sandbox/act        another actor acts: {\"do\":\"pack\",\"orders\":[..],\"seconds_later\":5}
  POST /sandbox/change     changes orders: {\"updates\":2,\"inserts\":1}
  POST /sandbox/clock      lets the gateway's clock jump: {\"advance\":5}

The credentials are invented and work in this sandbox only.";

/// What the caller wants.
pub(crate) enum Wish {
    Help,
    Run(Box<Arguments>),
}

/// How to run.
#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) config: Config,
    pub(crate) json: bool,
    pub(crate) until_stdin_closes: bool,
}

/// Reads the words after the program's name. A value follows its option, or stands behind `=`.
pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Wish, String> {
    let mut words = words;
    let mut arguments = Arguments::default();
    while let Some(word) = words.next() {
        let (name, mut inline) = match word.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (word, None),
        };
        let config = &mut arguments.config;
        let mut value = || inline.take().or_else(|| words.next());
        match name.as_str() {
            "--orders" => config.orders = number(&name, value())?,
            "--seed" => config.seed = number(&name, value())?,
            "--port" => config.port = number(&name, value())?,
            "--stores" => config.stores = number(&name, value())?,
            "--latency" => config.latency_ms = number(&name, value())?,
            "--offset-ceiling" => config.offset_ceiling = number(&name, value())?,
            "--cross-border" => config.cross_border_stores.push(number(&name, value())?),
            "--two-warehouses" => config.two_warehouses = true,
            "--label-seconds" => config.label_seconds = number(&name, value())?,
            "--dense" => {
                let counts = value().ok_or_else(|| format!("{name} needs numbers"))?;
                config.dense_seconds = counts
                    .split(',')
                    .map(|count| number(&name, Some(count.to_owned())))
                    .collect::<Result<_, _>>()?;
            }
            "--frozen-clock" => config.frozen_clock = Some(number(&name, value())?),
            "--plain" => config.special_orders = false,
            "--accept-repeats" => config.accept_repeats = true,
            "--json" => arguments.json = true,
            "--until-stdin-closes" => arguments.until_stdin_closes = true,
            "--help" | "-h" => return Ok(Wish::Help),
            other => return Err(format!("unknown option {other}")),
        }
        if inline.is_some() {
            return Err(format!("{name} takes no value"));
        }
    }
    Ok(Wish::Run(Box::new(arguments)))
}

fn number<N: std::str::FromStr>(name: &str, value: Option<String>) -> Result<N, String> {
    let text = value.ok_or_else(|| format!("{name} needs a number"))?;
    text.parse()
        .map_err(|_| format!("{name} needs a number that fits, not \"{text}\""))
}
