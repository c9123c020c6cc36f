"""Starts all services at once, says when the product is ready, and ends all of them together."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from launch.console import Console
from launch.keeper import Keeper, Timing
from launch.ports import check_ports
from launch.probe import http_status
from launch.services import Health, product_ports, product_services, reachable_host, service_environment
from settings import Settings

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def supervise(
    keepers: tuple[Keeper, ...], *, console: Console, ready: Health, url: str, patience_s: float = 15.0
) -> None:
    """Run the keepers until Ctrl-C, SIGTERM or a closed terminal; a second signal kills at once.

    Args:
        keepers: One for each service.
        console: Where to speak.
        ready: Where the product answers 200 when all of it is ready.
        url: What to tell the operator to open.
        patience_s: How often to say what is being waited for.

    Raises:
        NeverAnsweredError: If a service cannot be brought up at all; everything is stopped before.
    """
    stopping = asyncio.Event()
    _listen_for_signals(stopping, keepers, console)
    lives = [asyncio.create_task(keeper.keep()) for keeper in keepers]
    announcement = asyncio.create_task(_announce(ready, url=url, console=console, every_s=patience_s))
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait({stopped, *lives}, return_when=asyncio.FIRST_COMPLETED)
    for keeper in keepers:
        keeper.stop()
    outcomes = await asyncio.gather(*lives, return_exceptions=True)
    for task in (announcement, stopped):
        task.cancel()
    console.line("launch", "all processes have ended")
    for error in (outcome for outcome in outcomes if outcome is not None):
        raise error


def _listen_for_signals(stopping: asyncio.Event, keepers: Iterable[Keeper], console: Console) -> None:
    def stop() -> None:
        if stopping.is_set():
            for keeper in keepers:
                keeper.kill()
        else:
            console.line("launch", "stopping; once more to kill")
        stopping.set()

    for number in _STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop)


async def _announce(ready: Health, *, url: str, console: Console, every_s: float) -> None:
    started = time.monotonic()
    spoke_at = started
    while (status := await http_status(ready.host, ready.port, ready.path, timeout_s=5.0)) != 200:
        if time.monotonic() - spoke_at > every_s:
            spoke_at = time.monotonic()
            what = f"says {status}" if status else "does not answer yet"
            console.line("launch", f"waiting since {spoke_at - started:.0f} s: {ready.path} {what}")
        await asyncio.sleep(0.25)
    console.line("launch", f"办事通已就绪 / ready: {url} in {time.monotonic() - started:.1f} s")


async def run_product(settings: Settings, root: Path) -> None:
    """Start the product in the foreground.

    Raises:
        LaunchError: If a port is taken, or a service cannot be brought up.
    """
    check_ports(product_ports(settings))
    services = product_services(settings, root)
    console = Console(("launch", *(service.name for service in services)))
    environment = service_environment(settings)
    run_dir = settings.data_dir.resolve() / "run"
    console.line("launch", f"starting {', '.join(s.name for s in services)} (pid {os.getpid()}, Ctrl-C ends all)")
    keepers = tuple(
        Keeper(service, console=console, environment=environment, run_dir=run_dir, timing=Timing(), cwd=root)
        for service in services
    )
    host = reachable_host(settings.host)
    shown = f"[{host}]" if ":" in host else host
    ready = Health(host, settings.port, "/readyz")
    await supervise(keepers, console=console, ready=ready, url=f"http://{shown}:{settings.port}")
