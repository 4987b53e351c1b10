"""Servers on loopback that models come from: an S3 store, and a hub that speaks Hugging Face's API.

Belongs here: what a client needs of them to fetch a model. Does not belong here: assertions.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest


@contextmanager
def s3_store(bucket: str) -> Iterator[Any]:
    """An fsspec store with one empty bucket; `s3://` addresses reach it while it runs."""
    import s3fs
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        s3fs.S3FileSystem.clear_instance_cache()
        store = s3fs.S3FileSystem()
        store.mkdir(bucket)
        try:
            yield store
        finally:
            store.rm(bucket, recursive=True)  # the server keeps its buckets as long as the process
            s3fs.S3FileSystem.clear_instance_cache()
            server.stop()


@contextmanager
def model_hub(repositories: dict[str, Path], commit: str) -> Iterator[list[str]]:
    """A hub whose repositories are folders, all at one commit; yields the requests' paths."""
    asked: list[str] = []

    class Hub(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            asked.append(path)
            for name, folder in repositories.items():
                if path.startswith(f"/api/models/{name}/"):
                    return self._listing(path.removeprefix(f"/api/models/{name}/"), folder)
                if path.startswith(f"/{name}/resolve/{commit}/"):
                    return self._file(folder / path.removeprefix(f"/{name}/resolve/{commit}/"))
            self.send_error(404)

        def _listing(self, wanted: str, folder: Path) -> None:
            files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
            names = [path.relative_to(folder).as_posix() for path in files]
            if wanted == f"revision/{commit}":
                answer: Any = {
                    "id": "x",
                    "sha": commit,
                    "siblings": [{"rfilename": n} for n in names],
                }
            elif wanted.startswith(f"tree/{commit}"):
                answer = [
                    {"type": "file", "path": n, "size": p.stat().st_size, "oid": _oid(p)}
                    for n, p in zip(names, files, strict=True)
                ]
            else:
                return self.send_error(404)
            self._send(json.dumps(answer).encode(), {"Content-Type": "application/json"})

        def _file(self, path: Path) -> None:
            if not path.is_file():
                return self.send_error(404)
            self._send(path.read_bytes(), {"ETag": f'"{_oid(path)}"', "X-Repo-Commit": commit})

        def _send(self, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(200)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    with pytest.MonkeyPatch.context() as patch:
        url = f"http://127.0.0.1:{server.server_port}"
        patch.setattr("huggingface_hub.constants.ENDPOINT", url)
        patch.setattr(
            "huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE",
            url + "/{repo_id}/resolve/{revision}/{filename}",
        )
        yield asked
    server.shutdown()
    server.server_close()


def _oid(path: Path) -> str:
    return sha1(path.read_bytes(), usedforsecurity=False).hexdigest()
