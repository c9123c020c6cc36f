"""Guided matching: reads answers, asks for what is missing, lists the clauses that fit with reasons."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.composing import compose, place_of, topic_labels
from actions.context import SLOT, Context, Topic, likeliest, read_context
from actions.query import Entity, Query, read_query
from actions.sources import Sources
from embeddings import Hit
from knowledge import ANY, FACETS, OTHER, Facet, Match, Matching, Situation, asks, read_situation

logger = logging.getLogger(__name__)

REQUESTED = "requested_slot"
# Counts answers that were not understood, so that the question is put again, and a form is never stuck.
MISSES = "match_misses"
MOST_MISSES = 3
LISTED = 8
PREVIEWED = 3
# Score of the first clause from which a message that begins the matching is also answered as a question.
ANSWERED_AT_ONCE = 0.5
# Share of a message's letters that name answers, from which it is an answer whatever else it sounds like.
COVERED = 0.6
# The same for one that is put as a question: 浦东可以吗.
COVERED_ASKING = 0.9
# Letters up to which a statement may be the name of a line of business.
LONGEST_NAME = 8
# What is said while the matching asks, and is meant for it even if it names no answer that is known.
_ANSWERING = frozenset({"inform", "correct", "affirm", "deny"})
# What tells of oneself even with a word in it that asks: 我们想招几个工人, 店开着呢.
_TELLING = frozenset({"start_match", "inform", "correct"})
# What a message may change in a list without naming it: 哪个区都行, 不限行业.
_REFINED: tuple[Facet, ...] = ("area", "industry")
# Among how many of the latest topics the list may be: one may have asked something about it first.
_LISTS_REFINED = 2
_QUESTION = re.compile(
    r"[？?吗嘛伐]$|怎么|多少|谁|有没有|能不能|可不可以|什么时候"
    r"|\b(?:how|what|who|when|which|can|does|do|is there|are there)\b",
    re.IGNORECASE,
)
# 等下，先问一句: what comes then is a question, whatever answers it names.
_ASKS_FIRST = re.compile(
    r"[先再]问|等[等下一].{0,4}问|问(?:一下|一句)|\b(?:one|quick|another) question\b", re.IGNORECASE
)
_NOT_WORDS = re.compile(
    r"(?:不是|并非|而非|不算|不想|别选|不选|\bnot|\bisn't|\brather than)\s*(?:an?\s)?(?:我们?)?$", re.IGNORECASE
)
_WORD_CHARACTER = re.compile(r"\w")
# What people say around an answer.
_AROUND = re.compile(
    r"换成|换为|改成|改为|应该是|那就|就是|那|呢|我们|我|是|在|的|了|吧|呀|啊|算|属于|选|这边|那边|想|要|准备|打算|做|个|一家|办|行业|地区|区域|方面|就|类|接着|继续|来|都?可以|都?行|好"
    r"|\b(?:instead|i|i'm|am|we|we're|are|in|an?|the|for|to|switch|change|make|it|please|of|about|my|our|is"
    r"|business|industry|sector|district|area)\b",
    re.IGNORECASE,
)


def slot_of(facet: Facet) -> str:
    """Return the slot that keeps an answer."""
    return f"match_{facet}"


def read_slots(slots: Mapping[str, Any]) -> Situation:
    """Return what is known so far."""
    return Situation(**{facet: slots.get(slot_of(facet)) for facet in FACETS})


def read_answers(query: Query, asked: Sequence[Facet], matching: Matching) -> dict[Facet, str]:
    """Return the answers that a message names; what it denies is left out, and of several the last counts.

    "Any" counts only once area or line of business are asked for. A button's words are its answer and no other,
    and words for the line of business that was asked for are none for the matter.

    Args:
        query: The message.
        asked: What the visitor was asked last, or may change.
        matching: Tells which words stand on buttons.
    """
    for one in asked:
        pressed = _pressed(query, one, matching)
        if pressed:
            return {one: pressed}
    answers: dict[Facet, str] = {}
    for entity in query.entities:
        facet = next((facet for facet in FACETS if facet == entity.kind), None)
        if facet is None or _is_denied(entity, query.text):
            continue
        if entity.value == ANY and not (facet in asked or set(asked) & set(_REFINED)):
            continue
        if "industry" in asked and facet == "stage" and _names_industry(entity, query):
            continue
        answers[facet] = entity.value
    return answers


def is_answer(query: Query, answers: Mapping[Facet, str]) -> bool:
    """Say whether a message answers the matching rather than asking something of its own."""
    if query.values("detail") or _ASKS_FIRST.search(query.text):
        return False
    if _covered(query) >= (COVERED_ASKING if _QUESTION.search(query.text.strip()) else COVERED):
        return True
    if asks(query.text):
        return query.intent == "deny" or (bool(answers) and query.intent in _TELLING)
    if answers == {"industry": OTHER}:
        return True
    return query.intent in _ANSWERING or (bool(answers) and query.intent not in _ELSEWHERE)


def refine(query: Query, slots: Mapping[str, Any], context: Context, matching: Matching) -> Situation | None:
    """Return the situation after a message that changes an answer of the list shown last; None if it does not."""
    if slots.get(slot_of("stage")) is None:
        return None
    situation = read_slots(slots)
    known = {match.clause_id for match in matching.rank(situation)}
    answers = read_answers(query, _REFINED, matching)
    lists = [topic for topic in context.topics[:_LISTS_REFINED] if topic.listed and set(topic.cited) <= known]
    if not answers or not lists:
        return None
    if query.intent != "correct" and _covered(query) < COVERED:
        return None
    return accept(situation, answers, matching)


def accept(situation: Situation, answers: Mapping[Facet, str], matching: Matching) -> Situation:
    """Return the situation with new answers; a stage that the visitor cannot be in is forgotten."""
    changed = read_situation({**situation.answers, **answers})
    offered = {option.value for option in matching.options("stage", changed)}
    if changed.stage and changed.stage not in offered:
        kept = "audience" in answers and "stage" not in answers
        changed = replace(changed, stage=None) if kept else replace(changed, audience=None)
    return matching.complete(changed)


def say_matches(
    situation: Situation,
    query: Query,
    context: Context,
    dispatcher: CollectingDispatcher,
    sources: Sources,
    *,
    response: str = "utter_match_list",
    most: int = LISTED,
    buttons: list[dict[str, str]] | None = None,
) -> list[dict[str, Any]]:
    """Utter the clauses that fit a situation, each with its reasons, and return the events that keep both."""
    matches = sources.matching.rank(situation)
    events = [SlotSet(slot_of(facet), getattr(situation, facet)) for facet in FACETS]
    logger.info("matched %s: %s", situation.answers, [match.clause_id for match in matches])
    if not matches:
        dispatcher.utter_message(
            response="utter_match_none",
            json_message=compose("match", (), sources.index),
            buttons=buttons or [],
            situation=describe(situation, query, sources.matching),
        )
        return events
    shown = matches[:most]
    hits = [Hit(match.clause_id, _score(match, matches[0])) for match in shown]
    dispatcher.utter_message(
        response=response,
        json_message=compose(
            "answer",
            hits,
            sources.index,
            quoted=len(hits),
            reasons={match.clause_id: match.reasons for match in shown},
            situation=situation,
        ),
        buttons=buttons or [],
        situation=describe(situation, query, sources.matching),
        count=str(len(matches)),
    )
    cited = tuple(match.clause_id for match in shown)
    shares = likeliest((match.clause_id, _score(match, matches[0]) / len(matches)) for match in matches)
    label, label_en = (describe(situation, query, sources.matching, english=english) for english in (False, True))
    topic = Topic(label, label_en, cited, cited, shares, listed=True)
    return [*events, SlotSet(SLOT, context.with_topic(topic).to_slot())]


def describe(situation: Situation, query: Query, matching: Matching, *, english: bool | None = None) -> str:
    """Return the answers in a few words."""
    in_english = query.english if english is None else english
    return " · ".join(
        matching.label(facet, value, english=in_english) for facet, value in situation.answers.items()
    )


class ValidateMatchForm(Action):
    """Takes the answers out of a message, and says what to ask next.

    It returns no answer for a message that asks something of its own: the engine then answers that first.
    """

    def __init__(self, sources: Sources) -> None:
        self._matching = sources.matching

    def name(self) -> str:
        """Return the name under which the engine calls it for ``match_form``."""
        return "validate_match_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Return slots for the answers, and which slot to request next; None ends the form."""
        query = read_query(tracker.latest_message)
        requested = _facet_of(tracker.slots.get(REQUESTED))
        begins = requested is None
        situation = Situation() if begins else read_slots(tracker.slots)
        answers = read_answers(query, (requested,) if requested else (), self._matching)
        if begins:
            return self._events(accept(situation, answers, self._matching), misses=0)
        if not answers and requested == "industry" and _is_short_statement(query):
            answers = {"industry": OTHER}
        if not is_answer(query, answers):
            return [SlotSet(REQUESTED, slot_of(requested))] if requested else []
        if answers:
            return self._events(accept(situation, answers, self._matching), misses=0)
        return self._put_again(situation, requested, int(tracker.slots.get(MISSES) or 0) + 1)

    def _put_again(self, situation: Situation, requested: Facet | None, misses: int) -> list[dict[str, Any]]:
        """Ask once more; area and industry are let go after that, as the list is of use without them."""
        if requested in {"area", "industry"} and (misses > 1):
            return self._events(replace(situation, **{requested: ANY}), misses=0)
        if misses >= MOST_MISSES:
            return [SlotSet(MISSES, 0), SlotSet(REQUESTED, None)]
        return self._events(situation, misses=misses)

    def _events(self, situation: Situation, *, misses: int) -> list[dict[str, Any]]:
        following = self._matching.next_facet(situation)
        return [
            *(SlotSet(slot_of(facet), getattr(situation, facet)) for facet in FACETS),
            SlotSet(MISSES, misses),
            SlotSet(REQUESTED, slot_of(following) if following else None),
        ]


class ActionAskMatch(Action):
    """Asks for one of the answers, with buttons; from the third on below the clauses that fit so far."""

    def __init__(self, sources: Sources, facet: Facet) -> None:
        self._sources, self._facet = sources, facet

    def name(self) -> str:
        """Return the name under which the engine calls it for its slot."""
        return f"action_ask_{slot_of(self._facet)}"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Utter the question; what fits so far goes along once who and what are known."""
        query, situation = read_query(tracker.latest_message), read_slots(tracker.slots)
        buttons = [
            {"title": title, "payload": title}
            for option in self._sources.matching.options(self._facet, situation)
            for title in [option.en if query.english else option.zh]
        ]
        response = f"utter_ask_match_{self._facet}"
        if tracker.slots.get(MISSES):
            response = "utter_ask_match_again"
        elif query.intent != "start_match" and not is_answer(
            query, read_answers(query, (self._facet,), self._sources.matching)
        ):
            response = "utter_ask_match_back"
        if response == f"utter_ask_match_{self._facet}" and self._facet in {"area", "industry"}:
            return say_matches(
                situation,
                query,
                read_context(tracker.slots.get(SLOT)),
                dispatcher,
                self._sources,
                response=response,
                most=PREVIEWED,
                buttons=buttons,
            )
        events = self._hint(query, read_context(tracker.slots.get(SLOT)), dispatcher)
        dispatcher.utter_message(
            response=response,
            json_message=compose("match", (), self._sources.index),
            buttons=buttons,
            situation=describe(situation, query, self._sources.matching),
            count="0",
        )
        return events

    def _hint(self, query: Query, context: Context, dispatcher: CollectingDispatcher) -> list[dict[str, Any]]:
        """Utter what answers the message that began the matching, if it tells enough; it is the latest topic."""
        if query.intent != "start_match" or self._sources.limits.of(query.text):
            return []
        index = self._sources.index
        retrieval = self._sources.retrieve(query, query.encoder, index, k=PREVIEWED)
        first = retrieval.hits[0] if retrieval.hits else None
        if first is None or retrieval.outcome != "answer" or first.score < ANSWERED_AT_ONCE:
            return []
        dispatcher.utter_message(
            response="utter_answer",
            json_message=compose("answer", retrieval.hits, index),
            **place_of(first.clause_id, index),
        )
        cited = tuple(hit.clause_id for hit in retrieval.hits)
        shares = likeliest((hit.clause_id, hit.score) for hit in retrieval.hits)
        topic = Topic(*topic_labels(query, first.clause_id, self._sources), cited, cited[:1], shares)
        return [SlotSet(SLOT, context.with_topic(topic).to_slot())]


class ActionListMatches(Action):
    """Ends the guided matching with the ranked list, or says that too little was said for one."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def name(self) -> str:
        """Return the action's name in ``domain.yml``."""
        return "action_list_matches"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Utter the list; it becomes the latest topic, so that the next message may point into it."""
        query, situation = read_query(tracker.latest_message), read_slots(tracker.slots)
        if not situation.stage:
            dispatcher.utter_message(
                response="utter_match_given_up", json_message=compose("match", (), self._sources.index)
            )
            return []
        context = read_context(tracker.slots.get(SLOT))
        return say_matches(situation, query, context, dispatcher, self._sources)


# Intents that are for others than the matching, unless the whole message names answers.
_ELSEWHERE = frozenset(
    {"stop_match", "restart", "human", "complaint", "greet", "goodbye", "thanks", "help", "praise"}
    | {"bot_challenge", "rate", "ask_text", "ask_number", "ask_more", "ask_rephrase", "ask_previous", "ask_who"}
    | {"ask_where", "out_of_scope"}
)


def _is_short_statement(query: Query) -> bool:
    """Say whether a message just names something: asked for the line of business, that is one we do not know."""
    named = any(entity.kind in {"service", "detail", "stage"} for entity in query.entities)
    letters = len(_WORD_CHARACTER.findall(query.text))
    is_topic = query.intent not in _ELSEWHERE | _ANSWERING
    return is_topic and letters <= LONGEST_NAME and not named and not asks(query.text)


def _facet_of(slot: object) -> Facet | None:
    return next((facet for facet in FACETS if slot == slot_of(facet)), None)


def _pressed(query: Query, asked: Facet, matching: Matching) -> str | None:
    """Return the answer whose button says what the message says."""
    text = query.text.strip().casefold()
    options = matching.options(asked)
    return next((one.value for one in options if text in (one.zh.casefold(), one.en.casefold())), None)


def _names_industry(entity: Entity, query: Query) -> bool:
    """Say whether an industry is named by some of the same words."""
    others = (other for other in query.entities if other.kind == "industry")
    return any(other.start < entity.end and entity.start < other.end for other in others)


def _is_denied(entity: Entity, text: str) -> bool:
    return bool(_NOT_WORDS.search(text[: entity.start]))


def _covered(query: Query) -> float:
    places = {at for entity in query.entities if entity.kind in FACETS for at in range(entity.start, entity.end)}
    around = {at for found in _AROUND.finditer(query.text) for at in range(*found.span())} - places
    letters = [at for at, c in enumerate(query.text) if _WORD_CHARACTER.match(c) and at not in around]
    return sum(at in places for at in letters) / len(letters) if letters else 0.0


def _score(match: Match, best: Match) -> float:
    return round(match.points / best.points, 4) if best.points > 0 else 0.0
