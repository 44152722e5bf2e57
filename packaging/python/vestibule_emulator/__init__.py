"""An emulator of AWS IAM Identity Center and STS for tests.

    from vestibule_emulator import Emulator

    with Emulator(auto_approve=True) as emulator:
        client = boto3.client("sso-oidc", region_name="us-east-1", endpoint_url=emulator.url)
        emulator.script("fail CreateToken twice with slow_down")

With pytest, the fixture ``vestibule_emulator`` starts one emulator for all tests, and clears the
scheduled faults after each of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import urllib.parse
import urllib.request
from types import TracebackType
from typing import Any, Optional, Sequence, Type

__all__ = ["Emulator", "find_emulator"]


def find_emulator() -> str:
    """Return the path of the emulator that this package installed.

    Raises ``FileNotFoundError`` if it is in none of the folders where installers put scripts.
    """
    name = "vestibule-emulator" + (".exe" if os.name == "nt" else "")
    schemes = ["", f"{os.name}_user"]
    folders = [sysconfig.get_path("scripts", scheme) if scheme else sysconfig.get_path("scripts")
               for scheme in schemes if not scheme or scheme in sysconfig.get_scheme_names()]
    # `pip install --target FOLDER` puts scripts beside the modules.
    target = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folders += [os.path.join(target, "bin"), os.path.dirname(sys.executable)]
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    raise FileNotFoundError(
        f"{name} is missing from {', '.join(folders)}: install vestibule-emulator again"
    )


class Emulator:
    """A running emulator. It stops with the ``with`` block, or when this process exits."""

    #: The URL for HTTP, for ``AWS_ENDPOINT_URL`` and ``HTTPS_PROXY``.
    url: str
    #: The URL for HTTPS, with a certificate of the authority in ``--ca-file``.
    https_url: str

    def __init__(
        self,
        *arguments: str,
        config: Optional[str] = None,
        auto_approve: bool = False,
        faults: Sequence[str] = (),
    ) -> None:
        """Start an emulator, and wait until it accepts connections.

        ``arguments`` are further arguments of the program ``vestibule-emulator``; ``config`` is
        the path of a TOML file with accounts, roles, users, sessions and faults.
        """
        command = [find_emulator(), "--until-eof", *arguments]
        if config is not None:
            command += ["--config", config]
        if auto_approve:
            command.append("--auto-approve")
        for fault in faults:
            command += ["--fault", fault]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the emulator exited with status {self._process.wait()}")
        ready = json.loads(line)
        self.url = ready["http"]
        self.https_url = ready["https"]

    def control(self, command: str, **parameters: object) -> Any:
        """Send a command to the control API, such as ``control("advance", seconds=3600)``."""
        return self._request("POST", command, parameters)

    def query(self, what: str) -> Any:
        """Read from the control API, such as ``query("requests")`` or ``query("violations")``."""
        return self._request("GET", what, {})

    def script(self, sentence: str) -> None:
        """Schedule a fault, such as ``fail CreateToken twice with slow_down``."""
        self.control("script", script=sentence)

    def advance(self, seconds: int) -> None:
        """Move the emulator's clock forward."""
        self.control("advance", seconds=seconds)

    def heal(self) -> None:
        """Clear all scheduled faults."""
        self.control("heal")

    def revoke(self) -> None:
        """Revoke all sessions, as an administrator does."""
        self.control("revoke")

    def stop(self) -> None:
        """Stop the emulator."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> "Emulator":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.stop()

    def _request(self, method: str, path: str, parameters: dict[str, object]) -> Any:
        query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
        request = urllib.request.Request(f"{self.url}/emulator/{path}{query}", method=method)
        # Never through a proxy of the environment, which may be the emulator itself.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request) as response:
            return json.load(response)
