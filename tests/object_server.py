"""A store that speaks S3 on loopback (moto's server), whose requests are noted and whose answers a test can change."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

NO_STORE = pytest.mark.skipif(
    not all(map(find_spec, ("s3fs", "moto", "flask"))), reason="not there: `make dev` installs s3fs and moto"
)
SECRET = "made-up/secret"
BUCKET = "acts"


@dataclass
class ObjectServer:
    """The store: `requests` are method and key of those that came; `before` is called at each, and may give an answer.

    The body of an answer to GET ends after `cut` bytes; without `ranges` it is the whole object, whatever was asked.
    """

    url: str
    requests: list[tuple[str, str]] = field(default_factory=list)
    before: Callable[[], str] = str
    cut: int | None = None
    ranges: bool = True

    def put(self, key: str, content: bytes) -> str:
        """Put an object into the bucket and return its address."""
        from moto.s3.models import s3_backends  # noqa: PLC0415

        store = s3_backends["123456789012"]["aws"]
        if BUCKET not in store.buckets:
            store.create_bucket(BUCKET, "us-east-1")
        store.put_object(BUCKET, key, content)
        return f"s3://{BUCKET}/{key}"

    def remove(self, key: str) -> None:
        """Remove an object."""
        from moto.s3.models import s3_backends  # noqa: PLC0415

        s3_backends["123456789012"]["aws"].delete_object(BUCKET, key)

    def count(self, method: str) -> int:
        """Return how many requests of a method came."""
        return sum(each == method for each, _ in self.requests)


@contextmanager
def object_server(folder: Path) -> Iterator[ObjectServer]:
    """Run a store, and let the tools of AWS of this process know it, by its environment alone."""
    from moto.server import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415
    from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: PLC0415

    class Handler(WSGIRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing of a request."""

    app, server = DomainDispatcherApplication(create_backend_app), ObjectServer("")

    def answer(request: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        method, key = request["REQUEST_METHOD"], request["PATH_INFO"].removeprefix(f"/{BUCKET}/")
        server.requests.append((method, key))
        request.pop("HTTP_IF_MATCH", None)  # not every store knows it
        if status := server.before():
            start(status, [("Content-Length", "0")])
            return [b""]
        if not server.ranges:
            request.pop("HTTP_RANGE", None)
        body: Iterable[bytes] = app(request, start)
        if server.cut is not None and method == "GET":
            return [b"".join(body)[: server.cut]]
        return body

    listening = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=Handler)
    server.url = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    known = {
        "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "made-up", "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": str(folder / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        for name in [each for each in os.environ if each.startswith("AWS_")]:
            patched.delenv(name)
        for name, value in known.items():
            patched.setenv(name, value)
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()
            listening.server_close()
