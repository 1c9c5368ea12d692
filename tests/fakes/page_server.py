"""Makers' pages on 127.0.0.1: each path is a host and its path, in fair and in foul weather."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOGIN_PAGE = "<html lang='en'><body><h1>Sign in</h1><p>Sign in to accept the terms of our license.</p></body></html>"
Weather = Callable[[], str]
"""`fair`; `disturbed`: a login page and overload by turns; `unreachable`: no answer."""


def build_page(text: str) -> str:
    """A page around terms, as makers build them."""
    paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n\n") if part.strip())
    return f"<html lang='en'><body><nav>Menu</nav><main>{paragraphs}</main></body></html>"


@contextmanager
def serve_pages(pages: Mapping[str, str], weather: Weather = lambda: "fair") -> Iterator[str]:
    """The address of a server that shows these pages, as they are when they are asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state = weather()
            if state == "unreachable":
                self.close_connection = True
                return
            page = LOGIN_PAGE if state == "disturbed" else pages.get(self.path)
            is_overload = state == "disturbed" and len(self.path) % 2 == 0
            self.send_response(503 if is_overload else 404 if page is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            body = (page or "not found").encode()
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Nothing is written."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
