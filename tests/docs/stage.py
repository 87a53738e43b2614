"""Where the blocks of one page run: a sandbox, a folder, names that stand for the reader's own."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from blocks import ROOT

import lazcore
from lazcore.testing import Sandbox

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
STATIC_LIBRARIES = ("-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl", "-lc")

# A credential-free wrapper around the installed command, which leads every call to the sandbox.
COMMAND = """#!/bin/sh
unset LAZADA_COUNTRY
export LAZADA_APP_KEY={app_key} LAZADA_APP_SECRET={app_secret} LAZADA_GATEWAY={gateway}
[ -z "$LAZADA_TOKEN_FILE" ] && export LAZADA_ACCESS_TOKEN={token} || unset LAZADA_ACCESS_TOKEN
exec {python} -m lazcore "$@"
"""


def members(answer: dict[str, Any]) -> tuple[Any, ...]:
    """What an answer consists of, whatever the values are."""
    result = answer.get("ok")
    kind = sorted(result) if isinstance(result, dict) else type(result)
    return answer["id"], sorted(answer), kind


class Stage:
    """The blocks of a page run here in order, as a reader types them."""

    def __init__(self, page: str, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.work = folder / "work"
        self.work.mkdir()
        self.sandbox = Sandbox(orders=40, seed=1, stores=3, special_orders=False)
        self.client = self.sandbox.client(account="SG-1000001")
        pending = self.client.orders.pull(
            created_after=self.sandbox.created_after, status="pending"
        )
        self.order_ids = [order.order_id for order in pending]
        self.names = self.python_names()
        self.variables = self.shell_variables()
        # What is put in place of what an example says. docs/examples.md lists it.
        self.replaced = {
            r"\b20\d\d-\d\d-\d\dT00:00:00\+08:00": self.sandbox.created_after,
            # First, since the order must be the package's.
            r"\bFP000(\d)@\d+": lambda written: (
                f"{self.package_id(written)}@{self.order_ids[-int(written[1])]}"
            ),
            r"\bFP000(\d)\b": self.package_id,
            r"\b700000000000(\d)0(\d)(?!\d)": self.order_id,
            r"https://api\.lazada\.sg/rest": self.sandbox.url,
        }

    def close(self) -> None:
        """Stops the sandbox."""
        self.sandbox.stop()

    def order_id(self, written: re.Match[str]) -> str:
        """The pending order that an invented id stands for."""
        return self.order_ids[4 * (int(written[1]) - 1) + int(written[2])]

    def package_id(self, written: re.Match[str]) -> str:
        """The package that an invented id stands for: of a late order, packed on demand."""
        order = self.order_ids[-int(written[1])]
        items = self.client.orders.get_order_items(order_id=order).rows
        found = [item["package_id"] for item in items if item.get("package_id")]
        if not found:
            assert self.client.fulfillment.run([order], until="packed").ok
            items = self.client.orders.get_order_items(order_id=order).rows
            found = [item["package_id"] for item in items]
        return str(found[0])

    def replace(self, text: str) -> str:
        """The text with the reader's own in place of what is invented."""
        for pattern, own in self.replaced.items():
            text = re.sub(pattern, own if callable(own) else (lambda _, own=own: own), text)
        return text

    # Python

    def python_names(self) -> dict[str, Any]:
        """The names that an example may use without making them."""
        pull = self.client.orders.pull(created_after=self.sandbox.created_after, with_items=True)
        order = next(pull)
        return {
            "__name__": "__main__",
            "lazcore": lazcore,
            "app_key": self.sandbox.app_key,
            "app_secret": self.sandbox.app_secret,
            "token": self.sandbox.access_token,
            "access_token": self.sandbox.access_token,
            "client": self.client,
            "order_ids": self.order_ids[10:14],
            "order": order,
            "code": self.sandbox.auth_codes[0],
            "state": "STATE",
            "received_state": "STATE",
            "address": f"https://erp.example/callback?code={self.sandbox.auth_codes[1]}&state=STATE",
            "save": lambda *_: None,
            "review": lambda *_: None,
            "ticket": lambda *_: None,
            "sandbox": self.sandbox,
        }

    def python(self, text: str, line: int) -> None:
        """Runs a block. Errors name the page and its line."""
        text = re.sub(
            r"""\bcountry="[A-Z]{2}\"""", f'gateway="{self.sandbox.url}"', self.replace(text)
        )
        code = compile("\n" * (line - 1) + text, str(ROOT / self.page), "exec")
        sys.modules["lazcore.testing"] = lazcore.testing
        exec(code, self.names)

    # Shell

    def shell_variables(self) -> dict[str, str]:
        """The environment of a terminal in which `lazcore` is installed."""
        bin_folder = self.folder / "bin"
        bin_folder.mkdir()
        command = bin_folder / "lazcore"
        command.write_text(
            COMMAND.format(
                app_key=self.sandbox.app_key,
                app_secret=shlex.quote(self.sandbox.app_secret),
                gateway=self.sandbox.url,
                token=self.sandbox.access_token,
                python=sys.executable,
            )
        )
        command.chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LAZADA_")}
        path = os.pathsep.join([str(bin_folder), str(Path(sys.executable).parent), kept["PATH"]])
        return {**kept, "PATH": path, "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)}

    def shell(self, text: str) -> str:
        """Runs a block; what it exports is there in the page's next one."""
        exported = self.folder / "exported"
        script = (
            f"[ ! -e {exported} ] || . {exported}\n{self.replace(text)}\nexport -p >{exported}\n"
        )
        # Where a command asks for the redirect it gets one; the code of it works once.
        redirect = f"https://erp.example/callback?code={self.sandbox.auth_codes[0]}&state=STATE\n"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self.work,
            env=self.variables,
            input=redirect,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def timetable(self, text: str) -> None:
        """Runs the commands of a timetable for cron."""
        for line in text.splitlines():
            if line.strip() and not line.startswith("#"):
                when, command = line.split(None, 5)[:5], line.split(None, 5)[5]
                assert all(re.fullmatch(r"[\d*/,-]+", part) for part in when), line
                self.shell(command.replace(r"\%", "%"))

    def dialogue(self, text: str) -> None:
        """Says what follows `>` and holds the answers against what follows `<`."""
        told = [line.split(" ", 1) for line in text.splitlines()]
        process = subprocess.Popen(
            ["lazcore", "serve-stdio"],
            cwd=self.work,
            env=self.variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with process:
            answer: dict[str, Any] = {}
            for who, line in told:
                if who == ">":
                    request = json.loads(self.replace(line))
                    if "settings" in request:
                        request["settings"] = {
                            "app_key": self.sandbox.app_key,
                            "app_secret": self.sandbox.app_secret,
                            "gateway": self.sandbox.url,
                            "access_token": self.sandbox.access_token,
                        }
                    process.stdin.write(json.dumps(request) + "\n")
                    process.stdin.flush()
                    answer = json.loads(process.stdout.readline())
                else:
                    expected = json.loads(line)
                    assert members(answer) == members(expected), answer
            process.stdin.close()
        assert process.returncode == 0

    # Compiled languages

    def run_program(self, program: Path, printing: bool) -> None:
        """Runs a compiled block in a folder of its own: languages name the same files."""
        done = subprocess.run(
            [program],
            cwd=program.parent,
            env={
                **self.variables,
                "SANDBOX_GATEWAY": self.sandbox.url,
                "SANDBOX_APP_KEY": self.sandbox.app_key,
                "SANDBOX_APP_SECRET": self.sandbox.app_secret,
                "SANDBOX_TOKEN": self.sandbox.access_token,
                "SANDBOX_CODE": self.sandbox.auth_codes[2],
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert not done.stderr, done.stderr
        assert done.stdout or not printing, "the block prints nothing"

    def c(self, text: str, line: int) -> None:
        """Compiles and runs a block: a whole program, or what stands inside of one."""
        place = f'#line {line} "{self.page}"\n'
        if "int main(" in text:
            source = place + text
        else:
            includes = "".join(re.findall(r"^#include.*\n", text, re.MULTILINE))
            inside = re.sub(r"^#include.*$", "", text, flags=re.MULTILINE)
            prelude = (Path(__file__).parent / "prelude.c").read_text(encoding="utf-8")
            source = includes + prelude.replace("/* BLOCK */", place + inside)
        source = re.sub(
            r'laz_config_set_country\((\w+), "[A-Z]{2}"\)',
            r'laz_config_set_gateway(\1, getenv("SANDBOX_GATEWAY"))',
            self.replace(source),
        )
        file, program = self.compiled(line, "c")
        file.write_text(source, encoding="utf-8")
        flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-variable", "-D_GNU_SOURCE"]
        library = str(TARGET / "debug" / "liblazcore.a")
        command = ["gcc", *flags, f"-I{ROOT / 'include'}", str(file), library, *STATIC_LIBRARIES]
        self.compile([*command, "-o", str(program)])
        self.run_program(program, "puts(" in text or "\n    printf(" in text)

    def rust(self, text: str, line: int) -> None:
        """Compiles and runs what stands inside of a program."""
        prelude = (Path(__file__).parent / "prelude.rs").read_text(encoding="utf-8")
        text = re.sub(r"\.country\(Country::\w+\)", ".gateway(gateway.clone())", self.replace(text))
        file, program = self.compiled(line, "rs")
        file.write_text(prelude.replace("/* BLOCK */", text), encoding="utf-8")
        flags = ["--edition", "2024", "--crate-name", f"line{line}", "-A", "unused"]
        library = ["--extern", f"lazcore={os.environ['LAZCORE_RLIB']}"]
        dependencies = ["-L", f"dependency={TARGET / 'debug' / 'deps'}"]
        self.compile(["rustc", *flags, str(file), *library, *dependencies, "-o", str(program)])
        self.run_program(program, "println!(" in text)

    def compiled(self, line: int, ending: str) -> tuple[Path, Path]:
        """The source file and the program of a block, in a new folder."""
        folder = self.folder / f"line{line}"
        folder.mkdir()
        return folder / f"line{line}.{ending}", folder / f"line{line}"

    def compile(self, command: list[str]) -> None:
        """Runs a compiler."""
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.returncode == 0, done.stderr[-6000:]
