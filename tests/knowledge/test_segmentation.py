import subprocess
import sys

from knowledge.segmentation import segment
from knowledge.structure import Sentence


def test_segment_cuts_sentences_and_words() -> None:
    assert segment("深化改革。落实歇业备案制度。") == (
        Sentence(0, 5, ("深化改革", "。")),
        Sentence(5, 14, ("落实", "歇业", "备案", "制度", "。")),
    )


def test_segment_ends_sentences_at_the_full_stop_only() -> None:
    sentences = segment("1.打造“一网通办”2.0版；更智慧、更便捷！真的？好。完善机制")

    assert [(s.start, s.end) for s in sentences] == [(0, 28), (28, 32)]


def test_segment_keeps_every_character() -> None:
    paragraph = "充分运用“大数据+5G+物联网+AI+区块链”，推广监管。提升“6天+365天”平台能级。"

    assert "".join(word for sentence in segment(paragraph) for word in sentence.words) == paragraph


def test_segment_of_nothing_is_nothing() -> None:
    assert segment("") == ()


def test_segment_is_silent() -> None:
    code = "from knowledge.segmentation import segment; segment('深化改革。')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)

    assert (done.stdout, done.stderr) == ("", "")
