"""A page of the app, asked for in this process: for a frozen site, and for what is made before anybody waits."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from fastapi import FastAPI


def got(app: FastAPI, address: str, token: str = "") -> tuple[int, bytes]:
    """Its status and body. token: of a server that asks for one."""
    path, _, query = address.partition("?")
    headers = [(b"host", b"127.0.0.1"), *([(b"authorization", f"Bearer {token}".encode())] if token else [])]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": headers, "client": ("127.0.0.1", 0), "server": ("127.0.0.1", 80), "state": {},
    }  # fmt: skip
    body, status = io.BytesIO(), 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)
        body.write(message.get("body", b""))

    asyncio.run(app(scope, receive, send))
    return status, body.getvalue()
