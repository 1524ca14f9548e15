"""The console role: health, metrics, and a page that shows exams and jobs. The page is served on loopback only."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

import uvicorn
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from dicom_io.errors import ListenError
from service.configuration import Configuration
from service.exams import PDF
from service.health import readiness
from service.jobs import all_jobs
from service.metrics import StoreCollector
from service.store import Store
from service.version import SOFTWARE

_TEMPLATES: Final = Path(__file__).parent / "templates"
_NO_LOGIN: Final = (
    "The console shows patients' results and this version has no login, so it is served on loopback only. "
    "Set console.host to 127.0.0.1 and come through an SSH tunnel. Health and metrics are served here.\n"
)


def create_app(configuration: Configuration, store: Store) -> Starlette:
    """The web application."""
    templates = Jinja2Templates(directory=_TEMPLATES)
    registry = CollectorRegistry()
    registry.register(StoreCollector(store))

    def live(_: Request) -> Response:
        return JSONResponse({"status": "live", "software": SOFTWARE})

    def ready(_: Request) -> Response:
        checks = readiness(configuration, store)
        problems = {check.name: check.problem for check in checks if not check.ok}
        return JSONResponse(
            {"status": "not ready" if problems else "ready", "problems": problems}, status_code=503 if problems else 200
        )

    def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    def index(request: Request) -> Response:
        if not configuration.console.on_loopback:
            return PlainTextResponse(_NO_LOGIN, status_code=403)
        jobs = sorted(all_jobs(store), key=lambda job: job.updated, reverse=True)
        versions = sorted(store.exams.all_versions(), key=lambda version: version.created, reverse=True)
        return templates.TemplateResponse(
            request,
            "console.html",
            {
                "software": SOFTWARE,
                "checks": readiness(configuration, store),
                "versions": versions,
                "quarantine": [job for job in jobs if job.quarantined],
                "jobs": jobs,
                "dicom": configuration.dicom,
                "destinations": configuration.delivers_to,
            },
        )

    def document(request: Request) -> Response:
        if not configuration.console.on_loopback:
            return PlainTextResponse(_NO_LOGIN, status_code=403)
        exam, number = request.path_params["exam"], request.path_params["version"]
        known = any(version.version == number for version in store.exams.versions(exam)) if exam.isalnum() else False
        if not known:
            return PlainTextResponse("There is no such report.\n", status_code=404)
        return FileResponse(
            store.exams.directory(exam, number) / PDF,
            media_type="application/pdf",
            content_disposition_type="inline",
            filename=PDF,
            headers={"Cache-Control": "no-store"},
        )

    # on loopback another site's page must not reach it through a name that resolves to 127.0.0.1
    hosts = ["127.0.0.1", "localhost", "[::1]"] if configuration.console.on_loopback else ["*"]
    return Starlette(
        routes=[
            Route("/health/live", live),
            Route("/health/ready", ready),
            Route("/metrics", metrics),
            Route("/", index),
            Route("/exams/{exam}/v{version:int}/report.pdf", document),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts)],
    )


def serve_console(configuration: Configuration, store: Store, *, wait: Callable[[], None]) -> None:
    """Serve until ``wait`` returns. Raises ``ListenError``."""
    section = configuration.console
    family = socket.AF_INET6 if ":" in section.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((section.host, section.port))
    except OSError as error:
        listener.close()
        raise ListenError(
            f"the console cannot listen on {section.host} port {section.port} ({error.strerror}): "
            "stop what uses the port, or set console.port"
        ) from error
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(configuration, store),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=3,
        )
    )
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    run_in_thread(server, listener, wait)


def run_in_thread(server: uvicorn.Server, listener: socket.socket, wait: Callable[[], None]) -> None:
    """Run the server beside ``wait``, and end it when that returns."""
    import threading

    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="vultus-console")
    thread.start()
    try:
        wait()
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
