"""What cross-validated guesses of intents are worth, in figures and as a page of Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FALLBACK = "nlu_fallback"

SMALL_TALK = frozenset(
    {"greet", "goodbye", "thanks", "help", "human", "bot_challenge", "complaint", "praise", "restart", "rate"}
)
# What means something only in a conversation. The first three go to retrieval like any question.
RETRIEVED_DIALOGUE = frozenset({"follow_up", "inform", "correct"})
DIALOGUE = RETRIEVED_DIALOGUE | {
    *("ask_text", "ask_number", "ask_more", "ask_rephrase", "ask_where", "ask_who", "ask_previous"),
    *("start_match", "resume_match", "stop_match", "affirm", "deny"),
}
CHATTER = frozenset({"out_of_scope"})

# Pairs of intents that are confused less often are counted, not listed.
LEAST_LISTED = 2


@dataclass(frozen=True)
class Guess:
    """What the pipeline made of an example it had not seen.

    Attributes:
        intent: The example's own intent.
        best: The most likely intent.
        final: The same, or ``nlu_fallback`` if that is not sure enough.
    """

    intent: str
    best: str
    final: str


@dataclass(frozen=True)
class IntentScore:
    """How well one intent is told apart by the first guess, without fallback; all shares are in [0, 1].

    Attributes:
        intent: Its name.
        precision: Share of the messages taken for it that are; 0 if there are none.
        recall: Share of its messages that are taken for it.
        f1: 2 hits / (messages + guesses).
        support: How many messages it has.
        unsure: Share of its messages that the fallback leaves to retrieval.
    """

    intent: str
    precision: float
    recall: float
    f1: float
    support: int
    unsure: float


@dataclass(frozen=True)
class Confusion:
    """How many messages of an intent the first guess takes for another."""

    intent: str
    guessed: str
    count: int


@dataclass(frozen=True)
class IntentReport:
    """What cross-validation says.

    Attributes:
        n_examples: How many examples there are.
        macro_f1: Mean F1 of all intents by the first guess, without fallback.
        accuracy: Share of the examples whose first guess is right.
        small_talk_recall: Share of small talk that gets its own intent, fallback counted as a miss.
        small_talk_confused: Share of small talk that gets another small talk's answer.
        dialogue_recall: Share of what belongs to a conversation that gets its own intent, fallback counted as
            a miss.
        chatter_swallowed: Share of chatter that gets a small talk answer.
        questions_swallowed: Share of questions on the document's topics that gets one.
        questions_diverted: Share of those that is taken for a word on the conversation, not for a question.
        scores: One for each intent, by name.
        confusions: Most frequent first, then by name.
    """

    n_examples: int
    macro_f1: float
    accuracy: float
    small_talk_recall: float
    small_talk_confused: float
    dialogue_recall: float
    chatter_swallowed: float
    questions_swallowed: float
    questions_diverted: float
    scores: tuple[IntentScore, ...]
    confusions: tuple[Confusion, ...]

    @property
    def figures(self) -> dict[str, float]:
        """The single figures by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, int | float)}


def report(guesses: Sequence[Guess]) -> IntentReport:
    """Count what the guesses are worth; a share of nothing is 0."""
    talk = [guess for guess in guesses if guess.intent in SMALL_TALK]
    dialogue = [guess for guess in guesses if guess.intent in DIALOGUE]
    chatter = [guess for guess in guesses if guess.intent in CHATTER]
    questions = [guess for guess in guesses if guess.intent not in SMALL_TALK | DIALOGUE | CHATTER]
    scores = score(guesses)
    return IntentReport(
        n_examples=len(guesses),
        macro_f1=_mean(one.f1 for one in scores),
        accuracy=_mean(guess.best == guess.intent for guess in guesses),
        small_talk_recall=_mean(guess.final == guess.intent for guess in talk),
        small_talk_confused=_mean(guess.final in SMALL_TALK - {guess.intent} for guess in talk),
        dialogue_recall=_mean(guess.final == guess.intent for guess in dialogue),
        chatter_swallowed=_mean(guess.final in SMALL_TALK for guess in chatter),
        questions_swallowed=_mean(guess.final in SMALL_TALK for guess in questions),
        questions_diverted=_mean(guess.final in DIALOGUE - RETRIEVED_DIALOGUE for guess in questions),
        scores=scores,
        confusions=confuse(guesses),
    )


def score(guesses: Sequence[Guess]) -> tuple[IntentScore, ...]:
    """Return the score of each intent that is a message's own or guessed, by name."""
    own = Counter(guess.intent for guess in guesses)
    guessed = Counter(guess.best for guess in guesses)
    hits = Counter(guess.intent for guess in guesses if guess.intent == guess.best)
    unsure = Counter(guess.intent for guess in guesses if guess.final == FALLBACK)
    return tuple(
        IntentScore(
            intent=intent,
            precision=hits[intent] / guessed[intent] if guessed[intent] else 0.0,
            recall=hits[intent] / own[intent] if own[intent] else 0.0,
            f1=2 * hits[intent] / (own[intent] + guessed[intent]),
            support=own[intent],
            unsure=unsure[intent] / own[intent] if own[intent] else 0.0,
        )
        for intent in sorted(own | guessed)
    )


def confuse(guesses: Sequence[Guess]) -> tuple[Confusion, ...]:
    """Return the pairs of intents that are confused, most frequent first, then by name."""
    pairs = Counter((guess.intent, guess.best) for guess in guesses if guess.intent != guess.best)
    ordered = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Confusion(intent, guessed, count) for (intent, guessed), count in ordered)


def to_markdown(result: IntentReport, *, n_folds: int) -> str:
    """Return the report as a page; the same report always makes the same page."""
    listed = [one for one in result.confusions if one.count >= LEAST_LISTED]
    support = {one.intent: one.support for one in result.scores}
    blocks = [
        "# Intents, cross-validated",
        f"`python -m bot evaluate` trains the pipeline of `config.yml` {n_folds} times on the examples of "
        f"`bot/data/nlu`, each time without another part of them, and asks it about that part: "
        f"{result.n_examples} messages of {len(result.scores)} intents, each asked once. All topics lead to the "
        "same retrieval, so what counts is that small talk and words on the conversation are recognised and "
        "that they take no question away. Many examples of an intent are alike, so visitors' own messages fare "
        "worse than these.",
        "## Figures",
        _table(("figure", "value"), [(name, _figure(value)) for name, value in result.figures.items()], numbers=1),
        "`macro_f1` and `accuracy` are of the first guess, without fallback; the others of what the engine "
        "goes by. `bot/intent_report.py` defines each.",
        "## Intents",
        "Of the first guess; `unsure` is the share that the fallback leaves to retrieval.",
        _table(
            ("intent", "precision", "recall", "F1", "support", "unsure"),
            [
                (one.intent, *map(_figure, (one.precision, one.recall, one.f1, one.support, one.unsure)))
                for one in result.scores
            ],
            numbers=5,
        ),
        "## Confusions",
        f"Pairs of intents that the first guess confuses at least {LEAST_LISTED} times; "
        f"{len(result.confusions) - len(listed)} more pairs are confused once.",
        _table(
            ("intent", "taken for", "messages", "share of the intent"),
            [
                (one.intent, one.guessed, str(one.count), _figure(one.count / support[one.intent]))
                for one in listed
            ],
            numbers=2,
        ),
    ]
    return "\n\n".join(blocks) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int) -> str:
    """Return a table of Markdown whose last ``numbers`` columns are aligned to the right."""
    rules = ["---"] * (len(head) - numbers) + ["---:"] * numbers
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rules, *rows))


def _figure(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0
