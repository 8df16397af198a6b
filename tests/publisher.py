"""A publisher's web server on this machine, that behaves as each test tells it to, badly for the most part."""

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Handler"], None]


class Server(ThreadingHTTPServer):
    """A server that says nothing of clients that hang up, since another test may be reading what is said."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Answers a path as the publisher was told; what was asked is remembered."""

    publisher: "Publisher"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.publisher.asked.append((path, dict(self.headers.items())))
        answers = self.publisher.answers.get(path, [status(404)])
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    def do_POST(self) -> None:
        self.publisher.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""

    def begin(self, code: int, headers: Mapping[str, object]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()


class Publisher:
    """The server's address, what it answers by path (the last answer stays), what it was asked and was sent."""

    def __init__(self, address: str, server: Server) -> None:
        self.address, self.server = address, server
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.bodies: list[bytes] = []
        self.closing = threading.Event()

    def at(self, path: str, *answers: Answer) -> str:
        """Answer a path so from now on, one after another; return its address."""
        self.answers[path] = list(answers)
        return self.address + path


@contextmanager
def publishing() -> Iterator[Publisher]:
    """Run a publisher for a while."""
    handler = type("Bound", (Handler,), {})
    with Server(("127.0.0.1", 0), handler) as server:
        publisher = handler.publisher = Publisher(f"http://127.0.0.1:{server.server_address[1]}", server)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield publisher
        finally:
            publisher.closing.set()
            server.shutdown()
            thread.join()


def file(body: bytes, **headers: object) -> Answer:
    """Answer with a file of its own length; `_` in the names of headers stands for `-`."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(handler: Handler) -> None:
        etag = str(told.get("ETag", ""))
        if etag and handler.headers.get("If-None-Match") == etag:
            handler.begin(304, {"ETag": etag})
            return
        handler.begin(200, {"Content-Length": len(body), **told})
        handler.wfile.write(body)

    return answer


def status(code: int, **headers: object) -> Answer:
    """Answer with a status and no body."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.begin(code, {"Content-Length": 0, **told})


def moved(location: str, code: int = 302) -> Answer:
    """Answer that the file is elsewhere."""
    return status(code, Location=location)


def lying(body: bytes, stated: int) -> Answer:
    """Answer with a body of another length than stated."""

    def answer(handler: Handler) -> None:
        handler.begin(200, {"Content-Length": stated})
        handler.wfile.write(body)

    return answer


def raw(data: bytes) -> Answer:
    """Answer with these bytes, whatever they are, and hang up."""

    def answer(handler: Handler) -> None:
        handler.wfile.write(data)
        handler.close_connection = True

    return answer


def chunked(*chunks: bytes, whole: bool = True) -> Answer:
    """Answer in chunks; half an answer lacks the last one."""

    def answer(handler: Handler) -> None:
        handler.protocol_version = "HTTP/1.1"
        handler.begin(200, {"Transfer-Encoding": "chunked", "Connection": "close"})
        for chunk in (*chunks, *([b""] if whole else [])):
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        handler.close_connection = True

    return answer


def stalling(stated: int, body: bytes = b"", every_s: float = 0.0) -> Answer:
    """Answer with a part and then nothing more, or one more byte now and then."""

    def answer(handler: Handler) -> None:
        handler.begin(200, {"Content-Length": stated})
        handler.wfile.write(body)
        handler.wfile.flush()
        while not handler.publisher.closing.wait(every_s or 5):
            try:
                handler.wfile.write(b"x" if every_s else b"")
                handler.wfile.flush()
            except OSError:
                return

    return answer
