from __future__ import annotations

import json

import pytest

from bench.products import OURS, STOCK, Product, Reply

OUR_PRODUCT = Product("ours", (), 8080, OURS)
STOCK_PROJECT = Product("stock", (), 5005, STOCK)


def test_our_request_follows_the_public_contract() -> None:
    assert json.loads(OUR_PRODUCT.request("s-1", "证照分离是什么")) == {
        "session_id": "s-1",
        "message": "证照分离是什么",
    }


def test_stock_request_follows_the_rest_channel() -> None:
    assert json.loads(STOCK_PROJECT.request("s-1", "证照分离是什么")) == {
        "sender": "s-1",
        "message": "证照分离是什么",
    }


def test_our_reply_has_texts_and_cites() -> None:
    body = '{"messages": [{"text": "文件里这样说"}], "citations": [{"clause_id": "2.4"}]}'.encode()

    assert OUR_PRODUCT.reply(body) == Reply(("文件里这样说",), cites=True)


def test_stock_reply_has_texts_and_cites() -> None:
    body = '[{"text": "文件里这样说"}, {"custom": {"citations": [{"clause_id": "2.4"}]}}]'.encode()

    assert STOCK_PROJECT.reply(body) == Reply(("文件里这样说",), cites=True)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b"7", b'{"error": {"code": "busy"}}'])
@pytest.mark.parametrize("product", [OUR_PRODUCT, STOCK_PROJECT])
def test_a_body_that_says_nothing_is_an_empty_reply(product: Product, body: bytes) -> None:
    assert product.reply(body) == Reply((), cites=False)
