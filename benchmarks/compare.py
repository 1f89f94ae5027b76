"""What the benchmarks share: sides that take turns, rows of the table, and verdicts."""

import statistics
from collections.abc import Callable, Sequence

MET, MISSED = "✓ met", "✗ missed"
HEAD = f"{'what':78} {'thr':>3} {'ours':>9} {'other':>9} {'ratio (low to high)':>24}  target"


def take_turns(sides: dict[str, Callable[[int], float]], rounds: int) -> dict[str, list[float]]:
    """Call the sides in turn (A B A B …), so that a busy machine slows all of them.

    Args:
        sides: by name, what runs round i (counted from 0) and returns its seconds.

    Returns:
        by name, the seconds of each round.
    """
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for i in range(rounds):
        for name, side in sides.items():
            seconds[name].append(side(i))
    return seconds


def row(
    what: str,
    ours: Sequence[float],
    other: Sequence[float],
    target: float | None = None,
    amount: float | None = None,
    unit: str = "s",
    threads: int | None = None,
    more_is_better: bool = False,
    **more,
) -> dict:
    """One line of the table: how many times better ours was, round by round.

    Args:
        ours, other: each round's figure; seconds for the same work, unless more_is_better.
        target: the ratio wanted.
        amount: how much work a round was; the two figures shown are then amount per second.
        unit: of these two figures.
        more: what else the JSON keeps.
    """
    ratios = [a / b if more_is_better else b / a for a, b in zip(ours, other, strict=True)]
    figures = [statistics.median(side) for side in (ours, other)]
    if amount is not None:
        figures = [amount / seconds for seconds in figures]
    ratio = statistics.median(ratios)
    return {
        "what": what,
        "threads": threads,
        "unit": unit,
        "ours": figures[0],
        "other": figures[1],
        "ratio": ratio,
        "low": min(ratios),
        "high": max(ratios),
        "outliers": outliers(ratios),
        "target": target,
        "verdict": verdict(ratio, target),
        "rounds of ours": list(ours),
        "rounds of the other": list(other),
    } | more


def value(
    what: str, figure: float, unit: str, at_most: float | None = None, threads: int | None = None, **more
) -> dict:
    """A line with one figure and no other side; a target is a limit that it must not exceed."""
    said = ""
    if at_most is not None:
        over = f"{100 * (figure / at_most - 1):.0f} %" if at_most else short(figure)
        said = MET if figure <= at_most else f"{MISSED} by {over}"
    return {"what": what, "threads": threads, "unit": unit, "ours": figure, "at most": at_most, "verdict": said} | more


def outliers(values: Sequence[float]) -> list[float]:
    """The values that lie more than 1.5 times the quartiles' distance outside the quartiles (Tukey's fences)."""
    if len(values) < 4:
        return []
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    reach = 1.5 * (high - low)
    return [v for v in values if not low - reach <= v <= high + reach]


def verdict(ratio: float, target: float | None) -> str:
    """MET, or MISSED and by how much; nothing without a target."""
    if target is None:
        return ""
    return MET if ratio >= target else f"{MISSED} by {100 * (1 - ratio / target):.0f} %"


def line(result: dict) -> str:
    """A row as a line of text under HEAD."""
    what = ", ".join(filter(None, (result["what"], result["unit"])))
    start = f"{what:78} {result['threads'] or '':>3} {short(result['ours']):>9}"
    if "ratio" not in result:
        limit = f"at most {short(result['at most'])}: " if result["at most"] is not None else ""
        return f"{start} {'':>9} {'':>24}  {limit}{result['verdict']}".rstrip()
    ratio = f"{result['ratio']:.2f} ({result['low']:.2f} to {result['high']:.2f})"
    target = f"{result['target']:g}: {result['verdict']}" if result["target"] is not None else ""
    odd = f"  outliers: {', '.join(f'{r:.2f}' for r in result['outliers'])}" if result["outliers"] else ""
    return f"{start} {short(result['other']):>9} {ratio:>24}  {target}{odd}".rstrip()


def short(number: float) -> str:
    """Three digits that count, or a whole number with thousands marked."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
