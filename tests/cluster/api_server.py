"""A Kubernetes API server on loopback, for tests: what dagster-k8s calls, and no more.

Belongs here: paths, selectors, and objects as JSON. Does not belong here: what happens to a pod
(`workloads.py`). Jobs are checked against Kubernetes' own schemas; what those do not know is
refused, as by a server that is asked to be strict.
"""

import json
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import kubernetes_validate

from tests.cluster.nodes import Manifest
from tests.cluster.workloads import TICK_S, Cluster, Workload

KUBERNETES = "1.36"
NAMESPACE = "garnish"

_PATH = re.compile(
    r"/(?:apis/batch/v1|api/v1)/namespaces/(?P<namespace>[^/]+)/(?P<kind>jobs|pods|events)"
    r"(?:/(?P<name>[^/]+))?(?:/(?P<part>status|log))?$"
)


class Refused(Exception):
    """The answer is an error: HTTP status and message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def job_json(workload: Workload) -> dict[str, Any]:
    """A job as the API shows it."""
    status: dict[str, Any] = {"startTime": workload.created}
    if workload.exit_code is None:
        status["active"] = 1
    elif workload.exit_code == 0:
        status |= {"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]}
    else:
        failed = {"type": "Failed", "status": "True", "reason": workload.reason}
        status |= {"failed": 1, "conditions": [{**failed, "message": workload.message}]}
    metadata = {**workload.manifest["metadata"], "uid": workload.uid, "namespace": NAMESPACE}
    return {**workload.manifest, "metadata": metadata, "status": status}


def pod_json(workload: Workload) -> dict[str, Any]:
    """The pod of a job as the API shows it."""
    template = workload.manifest["spec"]["template"]
    state: dict[str, Any] = {"waiting": {"reason": "ContainerCreating"}}
    if workload.exit_code is not None:
        state = {"terminated": {"exitCode": workload.exit_code, "reason": workload.reason}}
    elif workload.process:
        state = {"running": {"startedAt": workload.created}}
    name = template["spec"]["containers"][0]["name"]
    container = {"name": name, "state": state, "ready": workload.phase == "Running"}
    container |= {"image": "local", "imageID": "local", "restartCount": 0}
    labels = {**template["metadata"].get("labels", {}), "job-name": workload.name}
    node = {"nodeName": workload.node.name} if workload.node else {}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": workload.pod_name,
            "namespace": NAMESPACE,
            "uid": f"{workload.uid}-pod",
            "labels": labels,
        },
        "spec": {**template["spec"], **node},
        "status": {
            "phase": workload.phase,
            "message": workload.message,
            "containerStatuses": [container] if workload.node else [],
        },
    }


def event_json(workload: Workload) -> dict[str, Any]:
    """What happened to a job last, as an event."""
    return {
        "metadata": {"name": f"{workload.name}.1", "namespace": NAMESPACE},
        "involvedObject": {"kind": "Job", "name": workload.name},
        "reason": workload.reason or "Scheduling",
        "message": workload.message,
    }


def selected(items: Iterable[Manifest], query: dict[str, list[str]]) -> list[Manifest]:
    """The objects that `labelSelector` and `fieldSelector` ask for (equality only)."""
    found = list(items)
    for label, value in _pairs(query.get("labelSelector")):
        found = [i for i in found if i["metadata"].get("labels", {}).get(label) == value]
    for path, value in _pairs(query.get("fieldSelector")):
        first, second = path.split(".")
        found = [i for i in found if i[first].get(second) == value]
    return found


def _pairs(selectors: list[str] | None) -> list[list[str]]:
    return [pair.split("=") for text in selectors or () for pair in text.split(",")]


def _is_there(workload: Workload, kind: str) -> bool:
    return workload.has_pod if kind == "pods" else workload.has_job


class _Answers(BaseHTTPRequestHandler):
    """Answers from a cluster."""

    cluster: Cluster

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def do_DELETE(self) -> None:
        self._answer(self._delete)

    def log_message(self, *_: object) -> None:
        """Nothing: tests read what comes back."""

    def _answer(self, method: Any) -> None:
        address = urlsplit(self.path)
        try:
            place = _PATH.fullmatch(address.path)
            if not place or place["namespace"] != NAMESPACE:
                raise Refused(404, f"{self.path} is not what this server for tests knows")
            with self.cluster.lock:
                status, body = 200, method(place, parse_qs(address.query))
        except Refused as refusal:
            status = refusal.status
            body = {"kind": "Status", "status": "Failure", "message": refusal.message}
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        kind = "text/plain" if isinstance(body, str) else "application/json"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _get(self, place: re.Match[str], query: dict[str, list[str]]) -> Any:
        if place["name"] is None:
            workloads = [w for w in self.cluster.workloads.values() if _is_there(w, place["kind"])]
            shown = {"jobs": job_json, "pods": pod_json, "events": event_json}[place["kind"]]
            return {"items": selected(map(shown, workloads), query)}
        workload = self._named(place)
        if place["part"] == "log":
            lines = workload.log.read_text(errors="replace").splitlines(keepends=True)
            return "".join(lines[-int(query.get("tailLines", ["0"])[0]) :])
        return job_json(workload) if place["kind"] == "jobs" else pod_json(workload)

    def _post(self, place: re.Match[str], query: dict[str, list[str]]) -> Any:
        manifest = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if place["kind"] != "jobs":
            raise Refused(405, "only jobs are made here")
        try:
            kubernetes_validate.validate(manifest, KUBERNETES, strict=True)
        except kubernetes_validate.ValidationError as error:
            raise Refused(422, f"the manifest is not valid: {error.message}") from error
        if manifest["metadata"]["name"] in self.cluster.workloads:
            raise Refused(409, "a job of this name exists")
        return job_json(self.cluster.create(manifest))

    def _delete(self, place: re.Match[str], query: dict[str, list[str]]) -> Any:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        workload = self._named(place)
        if place["kind"] == "jobs":
            self.cluster.delete_job(workload)
        else:
            self.cluster.delete_pod(workload)
        return {"kind": "Status", "status": "Success"}

    def _named(self, place: re.Match[str]) -> Workload:
        for workload in self.cluster.workloads.values():
            name = workload.name if place["kind"] == "jobs" else workload.pod_name
            if name == place["name"] and _is_there(workload, place["kind"]):
                return workload
        raise Refused(404, f"{place['kind']} {place['name']} not found")


@contextmanager
def serving(cluster: Cluster) -> Iterator[Path]:
    """Serve a cluster; yields a kubeconfig for it. Its processes end with the block."""
    handler = type("Answers", (_Answers,), {"cluster": cluster})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    stop = threading.Event()

    def live() -> None:
        while not stop.wait(TICK_S):
            cluster.tick()

    threads = [threading.Thread(target=server.serve_forever), threading.Thread(target=live)]
    for thread in threads:
        thread.start()
    config = cluster.folder / "kubeconfig.json"
    config.write_text(json.dumps(_kubeconfig(f"http://127.0.0.1:{server.server_port}")))
    try:
        yield config
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
        for thread in threads:
            thread.join()
        cluster.end_all()


def _kubeconfig(address: str) -> dict[str, Any]:
    named = {"name": "tests"}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{**named, "cluster": {"server": address}}],
        "users": [{**named, "user": {}}],
        "contexts": [
            {**named, "context": {"cluster": "tests", "user": "tests", "namespace": NAMESPACE}}
        ],
        "current-context": "tests",
    }
