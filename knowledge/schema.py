"""Reading the YAML files that people edit, with errors that name the entry."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from yaml.constructor import ConstructorError

from knowledge.errors import DataFileError


class _Loader(yaml.CSafeLoader):
    """Safe and fast, and does not let the second of two equal keys win in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise ConstructorError(None, None, f"{key_node.value!r} stands there twice", key_node.start_mark)
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


class Entry(BaseModel):
    """An entry of a data file: no unknown fields, no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


EntryT = TypeVar("EntryT", bound=Entry)


def read_yaml(path: Path) -> Any:  # noqa: ANN401 - YAML may hold anything; callers check it
    """Return the parsed file.

    Raises:
        DataFileError: The file is missing, not UTF-8, or not YAML.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except OSError as error:
        raise DataFileError(path=path, place="whole file", problem=f"cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise DataFileError(path=path, place=f"byte {error.start}", problem="is not UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}" if mark else "whole file"
        raise DataFileError(path=path, place=place, problem=f"is not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise DataFileError(path=path, place="whole file", problem=f"is not YAML: {error}") from error


def read_entries(path: Path, model: type[EntryT]) -> tuple[EntryT, ...]:
    """Read a file that holds a list of entries.

    Raises:
        DataFileError: It holds something else, or an entry breaks ``model``.
    """
    content = read_yaml(path)
    if not isinstance(content, list):
        found = type(content).__name__
        raise DataFileError(path=path, place="whole file", problem=f"expected a list, found {found}")
    return tuple(
        validate(entry, model, path=path, place=f"entry {number}") for number, entry in enumerate(content, 1)
    )


def validate(content: object, model: type[EntryT], *, path: Path, place: str) -> EntryT:
    """Return ``content`` as a ``model``.

    Raises:
        DataFileError: A field is missing, unknown or wrong; the message names it.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "entry"
        raise DataFileError(path=path, place=place, problem=f"{field}: {first['msg']}") from error
