//! A tiny client with its own signing, so that nothing of the server checks itself.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use lazcore_sandbox::{Config, Sandbox};
use serde_json::Value;

/// An answer with its parts.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// The gateway's code.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// One connection to a sandbox, opened anew when it has ended.
pub(crate) struct Client {
    pub(crate) host: String,
    pub(crate) app_key: String,
    pub(crate) secret: String,
    pub(crate) token: String,
    stream: Option<TcpStream>,
}

/// A sandbox of packable orders and a client of its first store.
pub(crate) fn plain(orders: usize) -> (Sandbox, Client) {
    start(Config {
        orders,
        special_orders: false,
        ..Config::default()
    })
}

pub(crate) fn start(config: Config) -> (Sandbox, Client) {
    let sandbox = Sandbox::start(config).unwrap();
    let client = Client::of(&sandbox, 0);
    (sandbox, client)
}

pub(crate) fn now_ms() -> u128 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis()
}

pub(crate) fn sign(secret: &str, path: &str, pairs: &[(String, String)]) -> String {
    let mut sorted = pairs.to_vec();
    sorted.sort();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(path.as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    let bytes = mac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

pub(crate) fn encode(pairs: &[(String, String)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                    char::from(byte).to_string()
                }
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect();
    pairs.join("&")
}

pub(crate) fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

impl Client {
    pub(crate) fn of(sandbox: &Sandbox, store: usize) -> Self {
        let url = sandbox.url();
        let host = url
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_suffix("/rest"))
            .unwrap();
        let token = sandbox.store_token(store).unwrap();
        Self::with(host, sandbox.app_key(), sandbox.app_secret(), token)
    }

    pub(crate) fn with(host: &str, app_key: &str, secret: &str, token: &str) -> Self {
        Self {
            host: host.to_owned(),
            app_key: app_key.to_owned(),
            secret: secret.to_owned(),
            token: token.to_owned(),
            stream: None,
        }
    }

    /// Common parameters, with the token unless it is empty.
    pub(crate) fn common(&self) -> Vec<(String, String)> {
        let mut pairs = owned(&[("app_key", &self.app_key), ("sign_method", "sha256")]);
        pairs.push(("timestamp".to_owned(), now_ms().to_string()));
        if !self.token.is_empty() {
            pairs.push(("access_token".to_owned(), self.token.clone()));
        }
        pairs
    }

    pub(crate) fn get(&mut self, path: &str, params: &[(&str, &str)]) -> Answer {
        self.try_get(path, params).unwrap()
    }

    pub(crate) fn try_get(&mut self, path: &str, params: &[(&str, &str)]) -> io::Result<Answer> {
        let request = self.signed_get(path, params);
        self.raw(&request)
    }

    pub(crate) fn signed_get(&self, path: &str, params: &[(&str, &str)]) -> String {
        let mut pairs = self.common();
        pairs.extend(owned(params));
        let sign = sign(&self.secret, path, &pairs);
        pairs.push(("sign".to_owned(), sign));
        format!(
            "GET /rest{path}?{} HTTP/1.1\r\nHost: {}\r\n\r\n",
            encode(&pairs),
            self.host
        )
    }

    pub(crate) fn post(&mut self, path: &str, params: &[(&str, &str)]) -> Answer {
        self.try_post(path, params).unwrap()
    }

    pub(crate) fn try_post(&mut self, path: &str, params: &[(&str, &str)]) -> io::Result<Answer> {
        let business = owned(params);
        let mut query = self.common();
        let all = [query.clone(), business.clone()].concat();
        query.push(("sign".to_owned(), sign(&self.secret, path, &all)));
        let body = encode(&business);
        self.raw(&format!(
            "POST /rest{path}?{} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded;charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}",
            encode(&query),
            self.host,
            body.len()
        ))
    }

    /// Sends a signed GET whose parameters are exactly these.
    pub(crate) fn exact(&mut self, path: &str, pairs: &[(String, String)]) -> Answer {
        self.raw(&format!(
            "GET /rest{path}?{} HTTP/1.1\r\nHost: {}\r\n\r\n",
            encode(pairs),
            self.host
        ))
        .unwrap()
    }

    /// Sends these bytes and reads one answer.
    pub(crate) fn raw(&mut self, request: &str) -> io::Result<Answer> {
        self.raw_bytes(request.as_bytes())
    }

    pub(crate) fn raw_bytes(&mut self, request: &[u8]) -> io::Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.connect(),
        };
        stream.write_all(request)?;
        let answer = read_answer(&mut stream)?;
        if answer.header("connection") != Some("close") {
            self.stream = Some(stream);
        }
        Ok(answer)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.host).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    /// The same caller on a connection of its own.
    pub(crate) fn another(&self) -> Self {
        Self::with(&self.host, &self.app_key, &self.secret, &self.token)
    }

    /// All rows of GetOrders in the sandbox's window, in ascending order.
    pub(crate) fn orders(&mut self, sandbox: &Sandbox) -> Vec<Value> {
        let (after, before) = sandbox.pull_window();
        let mut rows = Vec::new();
        loop {
            let offset = rows.len().to_string();
            let page = self.get(
                "/orders/get",
                &[
                    ("created_after", &after),
                    ("created_before", &before),
                    ("sort_by", "created_at"),
                    ("sort_direction", "ASC"),
                    ("limit", "100"),
                    ("offset", &offset),
                ],
            );
            let found = page.json()["data"]["orders"].as_array().unwrap().clone();
            let last = found.len() < 100;
            rows.extend(found);
            if last {
                return rows;
            }
        }
    }

    pub(crate) fn items(&mut self, order: u64) -> Vec<Value> {
        let answer = self.get("/order/items/get", &[("order_id", &order.to_string())]);
        answer.json()["data"].as_array().unwrap().clone()
    }

    /// Packs the items as one entry per order; the answer.
    pub(crate) fn pack(&mut self, orders: &[(u64, Vec<u64>)]) -> Answer {
        self.post("/order/fulfill/pack", &[("packReq", &pack_request(orders))])
    }

    /// Runs a call over packages: its path, wrapper and package ids.
    pub(crate) fn packages(&mut self, path: &str, wrapper: &str, ids: &[&str]) -> Answer {
        self.post(path, &[(wrapper, &packages_request(ids))])
    }

    pub(crate) fn ready_to_ship(&mut self, ids: &[&str]) -> Answer {
        self.packages("/order/package/rts", "readyToShipReq", ids)
    }

    pub(crate) fn repack(&mut self, ids: &[&str]) -> Answer {
        self.packages("/order/package/repack", "rePackReq", ids)
    }
}

pub(crate) fn pack_request(orders: &[(u64, Vec<u64>)]) -> String {
    let entries: Vec<String> = orders
        .iter()
        .map(|(order, items)| format!("{{\"order_id\":{order},\"order_item_list\":{items:?}}}"))
        .collect();
    format!(
        "{{\"pack_order_list\":[{}],\"delivery_type\":\"dropship\",\"shipping_allocate_type\":\"TFS\"}}",
        entries.join(",")
    )
}

pub(crate) fn packages_request(ids: &[&str]) -> String {
    let entries: Vec<String> = ids
        .iter()
        .map(|id| format!("{{\"package_id\":\"{id}\"}}"))
        .collect();
    format!("{{\"packages\":[{}]}}", entries.join(","))
}

/// The rows of a Pack answer: item id, code, package id.
pub(crate) fn pack_rows(answer: &Answer) -> Vec<(u64, String, String)> {
    let json = answer.json();
    assert_eq!(json["result"]["success"], true, "{}", answer.text());
    let orders = json["result"]["data"]["pack_order_list"]
        .as_array()
        .unwrap();
    orders
        .iter()
        .flat_map(|order| order["order_item_list"].as_array().unwrap())
        .map(|row| {
            (
                row["order_item_id"].as_u64().unwrap(),
                row["item_err_code"].as_str().unwrap().to_owned(),
                row["package_id"].as_str().unwrap_or("").to_owned(),
            )
        })
        .collect()
}

/// The rows of an answer about packages: package id, code.
pub(crate) fn package_rows(answer: &Answer) -> Vec<(String, String)> {
    let json = answer.json();
    assert_eq!(json["result"]["success"], true, "{}", answer.text());
    let rows = json["result"]["data"]["packages"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            (
                row["package_id"].as_str().unwrap().to_owned(),
                row["item_err_code"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

/// The code inside a batch that was refused as a whole.
pub(crate) fn batch_code(answer: &Answer) -> String {
    let json = answer.json();
    assert_eq!(json["code"], "0", "{}", answer.text());
    assert_eq!(json["result"]["success"], false, "{}", answer.text());
    json["result"]["error_code"].as_str().unwrap().to_owned()
}

/// Order and item ids of the first orders.
pub(crate) fn first_orders(
    client: &mut Client,
    sandbox: &Sandbox,
    count: usize,
) -> Vec<(u64, Vec<u64>)> {
    let rows = client.orders(sandbox);
    let order = |row: &Value| {
        let order = id_of(row, "order_id");
        let items = client.items(order);
        let ids = items.iter().map(|item| id_of(item, "order_item_id"));
        (order, ids.collect())
    };
    rows[..count].iter().map(order).collect()
}

/// What really happened in a store.
pub(crate) fn store_books(sandbox: &Sandbox, store: usize) -> Value {
    let books: Value = serde_json::from_str(&sandbox.books()).unwrap();
    books["stores"][store].clone()
}

pub(crate) fn id_of(row: &Value, name: &str) -> u64 {
    row[name].as_u64().unwrap()
}

pub(crate) fn read_answer(stream: &mut TcpStream) -> io::Result<Answer> {
    let mut bytes = Vec::new();
    let mut piece = [0_u8; 64 * 1024];
    let head_end = loop {
        if let Some(place) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break place;
        }
        match stream.read(&mut piece)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => bytes.extend_from_slice(&piece[..count]),
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let mut body = bytes[head_end + 4..].to_vec();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let answer = Answer {
        status,
        head,
        body: Vec::new(),
    };
    let length: usize = answer.header("content-length").unwrap().parse().unwrap();
    while body.len() < length {
        match stream.read(&mut piece)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => body.extend_from_slice(&piece[..count]),
        }
    }
    Ok(Answer { body, ..answer })
}
