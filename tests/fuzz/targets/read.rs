//! No answer makes reading panic, whatever API it is for, nor the reading of anything in it; normalized
//! answers are JSON.
#![no_main]

use lazcore::api;
use lazcore::protocol::{HttpResponse, ReadLimits, Record, Row, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let answer = HttpResponse {
        status: 200,
        headers: Vec::new(),
        body: body.to_vec(),
    };
    for api in api::APIS.iter().map(|api| Some(*api)).chain([None]) {
        match read(api, &answer, ReadLimits::default()) {
            Err(error) => drop(format!("{error} {error:?}")),
            Ok(reply) => {
                for row in reply.rows() {
                    if let Row::Good(record) = row {
                        fields(&record);
                    }
                }
                drop(reply.failed_rows());
                for text in [reply.to_json(), reply.value_json()] {
                    let json = serde_json::from_str::<&serde_json::value::RawValue>(&text);
                    assert!(json.is_ok(), "not JSON: {text}");
                }
            }
        }
    }
});

fn fields(record: &Record) {
    let names: Vec<String> = record.names().map(|name| name.into_owned()).collect();
    for name in &names {
        let _ = (record.text(name), record.id(name), record.integer(name), record.money(name));
        let _ = (record.time(name).map(|time| time.map(|time| time.to_rfc3339())), record.flag(name));
        let _ = (record.texts(name), record.record(name), record.records(name), record.value(name));
    }
}
