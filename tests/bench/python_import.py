"""What `import lazcore` adds to the start of the interpreter.

python tests/bench/python_import.py
"""

from __future__ import annotations

import subprocess
import sys
import time

REPEATS = 15


def best(text: str) -> float:
    """Milliseconds of the fastest start."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", text], check=True)
        times.append((time.perf_counter() - start) * 1e3)
    return min(times)


def main() -> int:
    """Measures and prints."""
    bare, ours = best("pass"), best("import lazcore")
    print(f"bare start {bare:.1f} ms, with import {ours:.1f} ms")
    print(f"{ours - bare:.1f} ms more (target: below 20)")
    return 0 if ours - bare < 20 else 1


if __name__ == "__main__":
    sys.exit(main())
