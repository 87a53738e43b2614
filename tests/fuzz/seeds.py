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


def texts(choice: int, *parts: bytes) -> bytes:
    """A call of the target `ffi`: the function's number and its texts."""
    return bytes([choice]) + b"\0".join(part.replace(b"\0", b"") for part in parts)


arguments = [case["args"].encode() for case in cases("params.json")]
bills = [json.dumps(case).encode() for case in cases("bills.json")]
write(
    "ffi",
    [texts(0, b"GetOrders", one) for one in arguments]
    + [texts(1, b"POST", b"/new/api", one) for one in arguments]
    + [texts(2, b"Pack", one, b"/headers/accept") for one in arguments]
    + [texts(3, one, b"image", b"a.png", b"image/png") for one in arguments]
    + [texts(4, one) for one in bodies + rows]
    + [texts(5, b"GetOrders", b"{}", one, b"/orders/0/price") for one in rows]
    + [texts(6, one, b"/a/0") for one in values]
    + [texts(7, b"secret", b"/order/get", one, b"AB") for one in arguments]
    + [texts(8, one, b"/") for one in bills]
    + [texts(9, b'{"v":1}'), texts(10, b'{"created_after":"2026-03-01T00:00:00+08:00"}')]
    + [texts(11, b"key", b"http://127.0.0.1:9/rest")],
)
