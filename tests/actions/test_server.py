from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import yaml

from actions.server import create_server
from embeddings import IndexHandle
from knowledge import load_vocabulary
from settings import Settings
from tests.embeddings.conftest import index_dir  # noqa: F401 - a fixture
from tests.embeddings.samples import sample_document
from tests.web.serving import serve_in_thread

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server(index_dir: Path) -> Iterator[str]:  # noqa: F811
    vocabulary = load_vocabulary()
    index = IndexHandle(index_dir, encoder="characters-1", finder=vocabulary, read_document=sample_document)
    with serve_in_thread(create_server(index, Settings(encoder="/no/such/model"), vocabulary)) as base_url:
        yield base_url


def test_health_answers_once_the_index_is_open(server: str) -> None:
    assert httpx2.get(f"{server}/health").status_code == 200


@pytest.mark.filterwarnings("ignore:Your versions of rasa and rasa_sdk might not be compatible")
def test_a_failing_action_answers_500_without_the_visitors_words(server: str) -> None:
    call = {
        "next_action": "action_answer",
        "sender_id": "session",
        "tracker": {"sender_id": "session", "slots": {}, "latest_message": {"text": "我的秘密"}, "events": []},
        "domain": {},
        "version": "3.6.21",
    }

    response = httpx2.post(f"{server}/webhook", json=call, timeout=60)  # it imports torch first

    assert response.status_code == 500
    assert response.json() == {"error": "the action failed; its log has the cause"}


def test_all_actions_of_the_domain_are_registered(server: str) -> None:
    names = {action["name"] for action in httpx2.get(f"{server}/actions").json()}

    assert names == set(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["actions"])
    assert len(names) == 14
