"""Writes the shared vectors as seeds, one file a case, into corpus/<target>/."""

import base64
import hashlib
import json
from pathlib import Path

HERE = Path(__file__).parent
VECTORS = HERE.parent / "vectors"


def cases(name: str) -> list[dict]:
    return json.loads((VECTORS / name).read_text("utf-8"))["cases"]


def write(target: str, seeds: list[bytes]) -> None:
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


def body(case: dict) -> bytes:
    if "body_base64" in case:
        return base64.b64decode(case["body_base64"])
    return case["body"].encode("utf-8", "surrogatepass")


bodies = [body(case) for case in cases("envelope.json")]
values = [case["json"].encode() for case in cases("values.json")]
rows = [b'{"code":"0","data":{"orders":[{"order_id":1,"price":%s}]}}' % value for value in values]
write("read", bodies + rows)
write("json", bodies + values)
write("args", [case["args"].encode() for case in cases("params.json")])
