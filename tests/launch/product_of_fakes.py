"""A product made of fakes under the real supervisor: ``python -m tests.launch.product_of_fakes FOLDER PORT …``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from launch.console import Console
from launch.errors import LaunchError
from launch.keeper import Keeper, Timing
from launch.services import Health
from launch.supervisor import supervise
from tests.launch.fakes import environment, server


async def main(folder: Path, ports: list[int]) -> None:
    services = [server(f"fake{i}", *(["ignores-sigterm"] * (i == 2)), port=p) for i, p in enumerate(ports)]
    console = Console(("launch", *(service.name for service in services)))
    keepers = tuple(
        Keeper(
            service,
            console=console,
            environment=environment(),
            run_dir=folder,
            timing=Timing(stop_within=0.5),
            cwd=folder,
        )
        for service in services
    )
    ready = Health("127.0.0.1", ports[0], "/readyz")
    await supervise(keepers, console=console, ready=ready, url=f"http://127.0.0.1:{ports[0]}")


if __name__ == "__main__":
    try:
        asyncio.run(main(Path(sys.argv[1]), [int(port) for port in sys.argv[2:]]))
    except LaunchError as error:
        sys.exit(str(error))
