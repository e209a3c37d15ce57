"""A terminal and a hub with TLS between them, ended by Debian's nginx as in a city."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from hub.server import HubServer, running
from provisioning.enrol import EnrolError, Order, enrol
from provisioning.enrol_check import Surroundings, look
from provisioning.identity import IdentityFolder
from provisioning.identity_http import HubAuth
from provisioning.identity_key import key_of
from provisioning.identity_proof import Prover
from tests.hub.enrolling import code_for, keyed
from tests.provisioning.certificates import Authority, Served
from tests.provisioning.test_enrol import in_a_file, nothing

pytestmark = pytest.mark.skipif(not shutil.which("nginx", path="/usr/sbin:/usr/bin"), reason="nginx is not installed")

PASSED_ON = "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto https;"
CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error;
events {{ }}
http {{
  access_log off; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port} ssl; ssl_certificate {served.certificate}; ssl_certificate_key {served.key};
    location / {{ proxy_pass {hub}; proxy_http_version 1.1; proxy_buffering off; {passed_on} }}
  }}
}}
"""


@contextmanager
def nginx_before(hub: HubServer, served: Served, folder: Path, passed_on: str = PASSED_ON) -> Iterator[str]:
    """A web server that ends TLS before a hub. Yields its address."""
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    text = CONFIGURATION.format(folder=folder, port=port, served=served, hub=hub.base_url, passed_on=passed_on)
    (folder / "nginx.conf").write_text(text)
    command = ["/usr/sbin/nginx", "-p", f"{folder}", "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None, "nginx ended"
                assert time.monotonic() < deadline, "nginx does not answer"
                time.sleep(0.02)  # nothing tells when it listens
        yield f"https://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def test_a_terminal_is_enrolled_through_a_web_server_that_ends_tls(tmp_path: Path) -> None:
    authority, folder = Authority(tmp_path), IdentityFolder(tmp_path / "identity")
    with (
        running(keyed(tmp_path / "hub.db")) as hub,
        nginx_before(hub, authority.serve(), tmp_path / "nginx") as url,
    ):
        assert not [each for each in look(url, Surroundings(authority.file, {})) if each.obstacle]
        with pytest.raises(EnrolError, match="cannot be reached"):
            enrol(Order(url, code_for(hub)), folder, in_a_file)  # whose certificate is that?
        enrol(Order(url, code_for(hub), ca_file=authority.file), folder, in_a_file)
        identity, key = folder.read(), key_of(folder, nothing)
        assert identity and key and identity.hub == url
        trust = ssl.create_default_context(cafile=authority.file)
        auth = HubAuth(Prover(key, identity.token))
        with httpx.Client(base_url=url, auth=auth, verify=trust, trust_env=False, timeout=20) as http:
            assert http.get("/api/v1/health").status_code == 204
            with http.stream("GET", "/api/v1/terminals/me/events") as stream:
                lines = stream.iter_lines()
                assert next(lines) == "event: hello"
                hub.app.state.enrolments.revoke("console", "Terminal 1")
                assert "event: hello" not in list(lines)  # and they end
            assert http.get("/api/v1/health").status_code == 401


def test_a_web_server_that_does_not_pass_on_what_it_was_asked_is_named(tmp_path: Path) -> None:
    authority, folder = Authority(tmp_path), IdentityFolder(tmp_path / "identity")
    with (
        running(keyed(tmp_path / "hub.db")) as hub,
        nginx_before(hub, authority.serve(), tmp_path / "nginx", "") as url,
    ):
        code = code_for(hub)
        with pytest.raises(EnrolError, match="X-Forwarded-Proto"):
            enrol(Order(url, code, ca_file=authority.file), folder, in_a_file)
        enrol(Order(hub.base_url, code), folder, in_a_file)  # that cost no code
