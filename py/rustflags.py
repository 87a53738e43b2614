"""Prints the RUSTFLAGS of builds that are shipped.

The compiler writes the path of a source file beside every check that may fail. Those of other
crates lie below the home of whoever builds, which is nobody's business and makes two machines build
two files: they become `crates/...`. Flags that are set already stay.
"""

from __future__ import annotations

import os
from pathlib import Path

home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
remap = f"--remap-path-prefix={home / 'registry' / 'src'}=crates"
flags = [*os.environ.get("RUSTFLAGS", "").split(), remap]
print(*dict.fromkeys(flags))
