//! The way into the world in memory: transport and clock of a client.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::world::{Call, Deviation, SLOW_MS, World, Write};
use crate::client::Clock;
use crate::transport::{
    Cancel, HttpRequest, HttpResponse, Limits, SendError, SendFailure, Sent, Transport,
};

/// Both ends of the client that touch the world: its transport and its clock.
#[derive(Clone)]
pub(super) struct Gate(pub(super) Arc<Mutex<World>>);

impl Transport for Gate {
    fn send(
        &self,
        request: &HttpRequest,
        _: &Limits,
        _: &Cancel,
    ) -> Result<HttpResponse, SendError> {
        let mut world = self.0.lock().unwrap();
        if world.killed {
            // What is left of a dead process sends nothing.
            return Err(SendError {
                cause: SendFailure::Refused,
                sent: Sent::Nothing,
                status: None,
                detail: "the process is dead".to_owned(),
            });
        }
        if request.url == LINK {
            return Ok(world.label());
        }
        let path = request.url.split_once("/rest").unwrap().1;
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        let text = match path {
            "/orders/items/get" => parameter(request, "order_ids"),
            "/order/fulfill/pack" => parameter(request, "packReq"),
            "/order/package/rts" => parameter(request, "readyToShipReq"),
            "/order/package/repack" => parameter(request, "rePackReq"),
            _ => "{}".to_owned(),
        };
        let document: Value = serde_json::from_str(&text).unwrap();
        let call = world.calls.len();
        let deviation = world.schedule.get(&call).copied();
        world.pass(100);
        let now = world.now;
        let packages = |document: &Value| -> Vec<String> {
            let packages = document["packages"].as_array().unwrap();
            packages
                .iter()
                .map(|package| package["package_id"].as_str().unwrap().to_owned())
                .collect()
        };
        let (kind, name, answer) = match path {
            "/orders/items/get" => {
                let orders = document.as_array().unwrap();
                let orders: Vec<u64> = orders.iter().map(|id| id.as_u64().unwrap()).collect();
                (Call::Read, "read", world.read(&orders, deviation))
            }
            "/order/fulfill/pack" => {
                let orders = document["pack_order_list"].as_array().unwrap();
                let items = orders
                    .iter()
                    .flat_map(|order| order["order_item_list"].as_array().unwrap().iter());
                let items = items.map(|id| id.as_u64().unwrap()).collect();
                (
                    Call::Write,
                    "pack",
                    world.write(&Write::Pack(items), deviation),
                )
            }
            "/order/package/rts" => {
                let write = Write::Ready(packages(&document));
                (Call::Write, "ready", world.write(&write, deviation))
            }
            "/order/package/repack" => {
                let write = Write::Repack(packages(&document));
                (Call::Write, "repack", world.write(&write, deviation))
            }
            "/order/package/document/get" => {
                if deviation == Some(Deviation::Slow) {
                    world.pass(SLOW_MS);
                }
                let data = if world.links {
                    json!({"doc_type": "PDF", "file": "", "pdf_url": LINK})
                } else {
                    let empty = world.is_label_empty();
                    let file = if empty { "" } else { "PGh0bWw+PC9odG1sPg==" };
                    json!({"doc_type": "PDF", "file": file})
                };
                let label = json!({"code": "0", "request_id": "l",
                    "result": {"success": true, "data": data}});
                (Call::Other, "label", Ok(label))
            }
            _ => {
                let providers = json!({"code": "0", "request_id": "p", "result": {"success": true,
                    "data": {"platform_default": 1, "shipping_allocate_type": "TFS"}}});
                (Call::Other, "provider", Ok(providers))
            }
        };
        world.calls.push((kind, name, now));
        match answer {
            Ok(body) => Ok(HttpResponse {
                status: 200,
                headers: Vec::new(),
                body: body.to_string().into_bytes(),
            }),
            Err(cause) => {
                world.pass(if cause == SendFailure::Timeout {
                    3_000
                } else {
                    0
                });
                Err(SendError {
                    cause,
                    sent: Sent::Maybe,
                    status: None,
                    detail: "no answer".to_owned(),
                })
            }
        }
    }
}

/// Where a label is fetched from.
const LINK: &str = "https://labels.example/one.pdf";

impl World {
    fn is_label_empty(&mut self) -> bool {
        let empty = self.empty_labels > 0;
        self.empty_labels = self.empty_labels.saturating_sub(1);
        empty
    }

    /// What is behind a link.
    fn label(&mut self) -> HttpResponse {
        let body: &[u8] = if self.is_label_empty() {
            b""
        } else {
            b"%PDF-1.4\n%%EOF\n"
        };
        HttpResponse {
            status: 200,
            headers: Vec::new(),
            body: body.to_vec(),
        }
    }
}

fn parameter(request: &HttpRequest, name: &str) -> String {
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let body = std::str::from_utf8(&request.body).unwrap();
    let pairs = query.split('&').chain(body.split('&'));
    let value = pairs
        .filter_map(|pair| pair.split_once('='))
        .find(|(known, _)| *known == name)
        .unwrap()
        .1;
    let value = value.replace('+', " ");
    percent_encoding::percent_decode_str(&value)
        .decode_utf8()
        .unwrap()
        .into_owned()
}

impl Clock for Gate {
    fn now_ms(&self) -> i64 {
        1_772_352_000_000 + self.0.lock().unwrap().now as i64
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.0.lock().unwrap().now)
    }

    fn sleep(&self, duration: Duration, cancel: &Cancel) -> bool {
        let ms = duration.as_millis() as u64 + 1;
        self.0.lock().unwrap().pass(ms);
        !cancel.is_canceled()
    }

    fn chance(&self) -> f64 {
        0.5
    }
}
