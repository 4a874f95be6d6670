"""The engine and its oracle find the same runs; errors, forks and threads leave nothing behind."""

import multiprocessing
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.rules import correlation
from yichuang.rules.correlation import BATCH, CorrelationFailed, Correlator, Firing, History, Pattern, correlate

PATTERNS = (Pattern(2, 3600), Pattern(5, 86_400), Pattern(3, 600), Pattern(1, 0), Pattern(2, 0))
SHARED = Correlator(PATTERNS)
moments = st.lists(st.integers(0, 5000) | st.sampled_from([0, 600, 601, 3600, 3601, 86_400]), max_size=12).map(lambda found: tuple(sorted(found)))


@st.composite
def histories(draw: Any) -> list[History]:
    keys = draw(st.lists(st.tuples(st.integers(0, len(PATTERNS) - 1), st.integers(0, 6)), unique=True, max_size=8))
    return [History(rule, subject, draw(moments)) for rule, subject in keys]


@settings(max_examples=300, deadline=None)
@given(histories())
def test_engine_and_oracle_agree(found: Sequence[History]) -> None:
    assert SHARED.firings(found) == correlate(PATTERNS, found)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 100_000)), min_size=1, max_size=60), st.data())
def test_any_ruleset_of_up_to_sixty(made: list[tuple[int, int]], data: st.DataObject) -> None:
    patterns = [Pattern(times, within) for times, within in made]
    found = [History(data.draw(st.integers(0, len(patterns) - 1)), n, data.draw(moments)) for n in range(5)]
    assert Correlator(patterns).firings(found) == correlate(patterns, found)


@pytest.mark.parametrize("length", [BATCH - 1, BATCH, BATCH + 1, 3 * BATCH + 7])
def test_long_histories_are_cut_without_losing_a_run(length: int) -> None:
    found = [History(1, 0, tuple(range(0, length * 20_000, 20_000))), History(0, 1, tuple(range(0, length * 3600, 3600)))]
    assert SHARED.firings(found) == correlate(PATTERNS, found)


def test_two_within_an_hour_and_one_second_later_not() -> None:
    assert SHARED.firings([History(0, 7, (0, 3600)), History(0, 8, (0, 3601))]) == [Firing(0, 7, 0, 1)]


def test_a_failing_engine_is_dropped_and_the_next_call_works(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, real = Correlator(PATTERNS), correlation._engine()

    class Broken:
        def __getattr__(self, name: str) -> Any:
            return (lambda *_given: (1, 0)) if name == "assert_facts" else getattr(real, name)

    monkeypatch.setattr(correlation, "_engine", Broken)
    with pytest.raises(CorrelationFailed):
        engine.firings([History(0, 1, (0, 1))])
    monkeypatch.undo()
    assert engine.firings([History(0, 1, (0, 1))]) == [Firing(0, 1, 0, 1)]


def test_without_the_sentinel_nothing_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = correlation._engine()

    class Silent:
        def __getattr__(self, name: str) -> Any:
            return (lambda *_given: None) if name == "start_action_for_state" else getattr(real, name)

    monkeypatch.setattr(correlation, "_engine", Silent)
    with pytest.raises(CorrelationFailed, match="sentinel"):
        Correlator(PATTERNS).firings([History(0, 1, (0, 1))])


@pytest.mark.parametrize("patterns", [[Pattern(0, 1)], [Pattern(2, -1)], [Pattern(51, 1)], [Pattern(2, 1)] * 61])
def test_what_the_engine_cannot_bear_is_refused(patterns: list[Pattern]) -> None:
    with pytest.raises(ValueError):
        Correlator(patterns)


def test_moments_in_disorder_are_refused() -> None:
    with pytest.raises(CorrelationFailed):
        SHARED.firings([History(0, 1, (5, 1))])


def _in_child(pipe: Any) -> None:
    pipe.send(SHARED.firings([History(0, 1, (0, 1))]))


def test_after_a_fork_it_is_made_anew() -> None:
    SHARED.firings([History(0, 1, (0, 1))])
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=_in_child, args=(there,))
    child.start()
    assert here.poll(20)
    assert here.recv() == [Firing(0, 1, 0, 1)]
    child.join(10)
    assert child.exitcode == 0


def test_threads_take_turns() -> None:
    found: list[list[Firing]] = []
    threads = [threading.Thread(target=lambda: found.append(SHARED.firings([History(0, 1, (0, 1))] * 1))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == [[Firing(0, 1, 0, 1)]] * 8
