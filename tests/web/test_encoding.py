from __future__ import annotations

import asyncio
import threading

from embeddings import Layers
from tests.web.fakes import FakeEncoder
from web.encoding import QueryEncoder


async def test_encode_remembers_recent_queries() -> None:
    fake = FakeEncoder()
    encoder = QueryEncoder(fake, remembered=2)
    for text in ("甲", "甲", "乙", "甲", "丙", "甲", "乙"):
        assert (await encoder.encode(text)).last.shape == (384,)
    encoder.close()

    assert fake.texts == ["甲", "乙", "丙", "乙"]
    assert encoder.id == "fake-1"


async def test_encode_uses_as_many_encoders_as_there_are_at_once() -> None:
    both_at_work = threading.Barrier(2, timeout=5)

    class Waiting(FakeEncoder):
        def encode_layers(self, text: str) -> Layers:
            both_at_work.wait()
            return super().encode_layers(text)

    encoder = QueryEncoder(Waiting(), Waiting())
    found = await asyncio.gather(encoder.encode("甲"), encoder.encode("乙"))
    encoder.close()

    assert [layers.last.shape for layers in found] == [(384,), (384,)]


async def test_run_works_in_one_thread_that_is_not_the_loops() -> None:
    encoder = QueryEncoder(FakeEncoder())
    names = {await encoder.run(lambda: threading.current_thread().name) for _ in range(5)}
    encoder.close()

    assert names == {"encoder_0"}
