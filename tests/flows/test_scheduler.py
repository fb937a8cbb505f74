"""Prefect's server as `soatin up` starts it: who does not know the password, a page in a browser, another host name and
a deployment that is not ours get nothing.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.settings import load
from flows.run.processes import Api, prefect_environ, scheduler, shut_down, wait_for
from flows.run.scheduler import ENTRYPOINTS
from tests.flows.world import ROOT, environ

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    home = tmp_path_factory.mktemp("scheduler")
    child, found = scheduler(load(home, environ(home)))
    child.environ["PYTHONPATH"] = str(ROOT)
    child.start()
    assert wait_for(f"{found.url}/health", 120)
    command = (Path("/proc") / str(child.process.pid) / "cmdline").read_bytes() if child.process else b""
    assert found.password.encode() not in command
    yield found
    shut_down([child])
    log = Path(child.log.name).read_text()
    assert found.password not in log
    assert b64encode(found.password.encode()).decode() not in log


def ask(api: Api, method: str, path: str, body: object = None, **headers: str) -> http.client.HTTPResponse:
    parts = urlsplit(api.url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 0, timeout=60)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, json.dumps(body) if body is not None else None, given)
    answer = connection.getresponse()
    answer.read()
    return answer


def password(api: Api) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(api.password.encode()).decode(), "Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/health"),
        ("GET", "/api/ready"),
        ("GET", "/api/admin/settings"),
        ("POST", "/api/deployments/filter"),
        ("POST", "/api/flows/"),
        ("GET", "/openapi.json"),
        ("GET", "/docs"),
        ("GET", "/"),
    ],
)
def test_without_the_password_nothing_is_answered(api: Api, method: str, path: str) -> None:
    for more in ({}, {"Authorization": "Basic c29hdGluOg=="}, {"Authorization": "Bearer " + api.password}):
        assert ask(api, method, path, {}, **more).status == 401


def test_with_the_password_it_answers(api: Api) -> None:
    assert ask(api, "GET", "/api/health", **password(api)).status == 200
    assert ask(api, "POST", "/api/deployments/filter", {}, **password(api)).status == 200


@pytest.mark.parametrize("origin", ["https://xau.example", "null", "http://127.0.0.1:8765"])
def test_a_page_of_any_origin_gets_nothing_and_no_cors_header(api: Api, origin: str) -> None:
    for method, path in [("GET", "/api/health"), ("POST", "/api/deployments/filter"), ("OPTIONS", "/api/flows/")]:
        wanted = {"Origin": origin, "Access_Control_Request_Method": "POST"}
        for headers in (wanted, wanted | password(api)):
            answer = ask(api, method, path, {}, **headers)
            assert answer.status == 403
            assert not [name for name, _ in answer.getheaders() if name.lower().startswith("access-control")]


@pytest.mark.parametrize("host", ["xau.example", "xau.example:4200", "127.0.0.1.nip.io:80", "[::1]:80", ""])
def test_another_host_name_is_refused(api: Api, host: str) -> None:
    assert ask(api, "GET", "/api/health", Host=host, **password(api)).status == 400


def test_even_with_the_password_a_deployment_of_another_program_is_refused(api: Api) -> None:
    made = ask(api, "POST", "/api/flows/", {"name": "watch"}, **password(api))
    assert made.status in {200, 201}
    good = {"name": "thu", "flow_id": _flow(api), "entrypoint": min(ENTRYPOINTS), "path": "."}
    assert ask(api, "POST", "/api/deployments/", good, **password(api)).status in {200, 201}
    step = {"prefect.deployments.steps.run_shell_script": {"script": "touch /tmp/x"}}
    wrong = (
        {"pull_steps": [step]},
        {"entrypoint": "os.system"},
        {"path": "/tmp/kho"},
        {"job_variables": {"command": "sh"}},
        {"work_pool_name": "kho"},
    )
    for change in wrong:
        for method, path in (("POST", "/api/deployments/"), ("PATCH", f"/api/deployments/{_flow(api)}")):
            assert ask(api, method, path, good | change, **password(api)).status == 403
    assert ask(api, "POST", "/api/deployments/", "x" * 3_000_000, **password(api)).status == 403


def _flow(api: Api) -> str:
    parts = urlsplit(api.url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 0, timeout=60)
    connection.request("GET", "/api/flows/name/watch", headers=password(api))
    return str(json.loads(connection.getresponse().read())["id"])


def test_a_websocket_of_a_page_or_another_host_is_closed_and_one_without_the_password_too(api: Api) -> None:
    code = (
        "import asyncio, sys, json, websockets\n"
        "async def go(url, **more):\n"
        "    try:\n"
        "        async with websockets.connect(url, subprotocols=['prefect'], **more) as s:\n"
        "            await s.send(json.dumps({'type': 'auth', 'token': 'sai'}))\n"
        "            while True: print(json.loads(await s.recv())['type'])\n"
        "    except Exception as error:\n"
        "        print(type(error).__name__)\n"
        f"url = {api.url!r}.replace('http', 'ws') + '/events/out'\n"
        "asyncio.run(go(url, origin='https://xau.example'))\n"
        "asyncio.run(go(url, additional_headers={'Host': 'xau.example'}))\n"
        "asyncio.run(go(url))\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert "auth_success" not in ended.stdout
    assert len(ended.stdout.split()) == 3


def test_a_process_of_ours_gets_in_by_its_environment(api: Api, tmp_path: Path) -> None:
    """The client of a process of ours gets the password by its environment and by nothing else."""
    code = (
        "from prefect.client.orchestration import get_client\n"
        "with get_client(sync_client=True) as client:\n"
        "    print(client.hello().status_code)\n"
    )
    env = prefect_environ(load(tmp_path, environ(tmp_path)), api)
    good = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert good.returncode == 0, good.stderr
    assert good.stdout.strip() == "200"
    without = {name: value for name, value in env.items() if name != "PREFECT_API_AUTH_STRING"}
    bad = subprocess.run(
        [sys.executable, "-c", code], env=without, capture_output=True, text=True, timeout=60, check=False
    )
    assert bad.returncode != 0
    assert "401" in bad.stderr
