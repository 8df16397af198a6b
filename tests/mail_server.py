"""A mail server on this machine that keeps what it is handed, over TLS or not, and refuses what a test tells it to."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class MailServer:
    """What was handed over (sender, recipients, message), who logged in, and which commands get another answer.

    `answers` is by the first word of a command, such as ``{"RCPT": "550 no such user"}``.
    """

    port: int = 0
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    log_ins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    context: ssl.SSLContext | None = None


@contextmanager
def taking_mail(context: ssl.SSLContext | None = None, *, from_the_first_byte: bool = False) -> Iterator[MailServer]:
    """Run a mail server for a while; with a context it offers STARTTLS, or speaks TLS from the first byte."""
    server = MailServer(context=context)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if from_the_first_byte and context is not None:
                self._wrap()
            try:
                _Session(self, server).talk()
            except OSError:
                return  # the client has left, as one does that does not trust the certificate
            finally:
                self.connection.close()

        def _wrap(self) -> None:
            assert context is not None
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.rfile = self.connection.makefile("rb")
            self.wfile = self.connection.makefile("wb", buffering=0)  # type: ignore[assignment]

    class Threads(socketserver.ThreadingTCPServer):
        daemon_threads = allow_reuse_address = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Say nothing of a handshake that failed."""

    with Threads(("127.0.0.1", 0), Handler) as tcp:
        server.port = tcp.server_address[1]
        thread = threading.Thread(target=tcp.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            tcp.shutdown()
            thread.join()


class _Session:
    """One connection: commands answered until QUIT (RFC 5321, RFC 3207, RFC 4954)."""

    def __init__(self, handler: Any, server: MailServer) -> None:
        self._handler, self._server = handler, server
        self._secure = isinstance(handler.connection, ssl.SSLSocket)
        self._sender, self._recipients = "", list[str]()

    def talk(self) -> None:
        self._say("220 made-up")
        while line := self._handler.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word in self._server.answers:
                self._say(self._server.answers[word])
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._answer(word, line)

    def _answer(self, word: str, line: str) -> None:
        match word:
            case "EHLO":
                offers = [
                    "250-made-up",
                    "250-AUTH PLAIN",
                    *(["250-STARTTLS"] if self._may_secure() else []),
                    "250 SIZE",
                ]
                self._say("\r\n".join(offers))
            case "STARTTLS":
                self._say("220 go on")
                self._handler._wrap()
                self._secure = True
            case "AUTH":
                self._server.log_ins.append(base64.b64decode(line.split()[2]).decode().replace("\0", " ").strip())
                self._say("235 yes")
            case "DATA":
                self._say("354 go on")
                self._take()
            case "MAIL":
                self._sender = line.partition("<")[2].partition(">")[0]
                self._say("250 yes")
            case "RCPT":
                self._recipients.append(line.partition("<")[2].partition(">")[0])
                self._say("250 yes")
            case _:
                self._say("250 yes")

    def _take(self) -> None:
        """Take a message up to its full stop; a line that begins with one has another before it (RFC 5321)."""
        message = b""
        while (line := self._handler.rfile.readline()) not in (b".\r\n", b""):
            message += line.removeprefix(b".") if line.startswith(b"..") else line
        self._server.mails.append((self._sender, self._recipients, message.replace(b"\r\n", b"\n")))
        self._server.encrypted.append(self._secure)
        self._say("250 taken")

    def _may_secure(self) -> bool:
        return self._server.context is not None and not self._secure

    def _say(self, line: str) -> None:
        self._handler.wfile.write(f"{line}\r\n".encode())
        self._handler.wfile.flush()
