"""``python -m web``: serve the edge until SIGINT or SIGTERM."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys

from settings import Settings, get_settings
from web.app import create_app
from web.errors import StartError
from web.logs import configure_logs, log
from web.services import Services, open_services


def main() -> int:
    """Serve; return 1 with one line on standard error if the edge cannot start."""
    settings = get_settings()
    configure_logs(settings.log_level)
    try:
        listener = listen(settings)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    failures: list[StartError] = []
    # Until all is open Sanic would print a traceback around our one line.
    logging.getLogger("sanic.error").disabled = True

    async def open_or_stop() -> Services:
        try:
            services = await open_services(settings)
        except StartError as error:
            failures.append(error)
            raise
        logging.getLogger("sanic.error").disabled = False
        # What is loaded now stays: the collector need not look at torch's objects during turns.
        gc.collect()
        gc.freeze()
        log.info("serving", host=settings.host, port=settings.port, index=services.index.version)
        return services

    app = create_app(open_or_stop)
    try:
        app.run(sock=listener, single_process=True, motd=False, access_log=False)
    except StartError as error:
        failures = failures or [error]
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


def listen(settings: Settings) -> socket.socket:
    """Return a socket that listens on the edge's address.

    Raises:
        StartError: The address is taken or not this machine's.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        raise StartError(
            f"The edge cannot listen on {settings.host}:{settings.port}: {os.strerror(error.errno or 0)}. "
            "Stop what uses the port, or set BANSHITONG_PORT (or BANSHITONG_HOST)."
        ) from error


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # All is closed; taking torch apart object by object would keep a restart waiting for seconds.
    os._exit(status)
