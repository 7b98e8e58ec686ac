"""Edits between a text read and the text wanted (Levenshtein, 1966)."""

__all__ = ["edit_distance", "matched"]


def edit_distance(read: str, wanted: str) -> int:
    """Count the fewest characters to put in, take out or change that make one text the other."""
    costs, unit = _costs(read, wanted)
    return costs[-1][-1] // unit


def matched(read: str, wanted: str) -> tuple[bool, ...]:
    """Tell of each character of ``read`` whether the fewest edits to ``wanted`` leave it as it is.

    Of several ways with as few edits it is one that leaves the most characters as they are; where there is still
    a choice, the latter of two alike is the one that stays.
    """
    costs, unit = _costs(read, wanted)
    i, j, kept = len(read), len(wanted), [False] * len(read)
    while i and j:
        if read[i - 1] == wanted[j - 1] and costs[i][j] == costs[i - 1][j - 1]:
            i, j = i - 1, j - 1
            kept[i] = True
        elif costs[i][j] == costs[i - 1][j] + unit:
            i -= 1
        elif costs[i][j] == costs[i][j - 1] + unit:
            j -= 1
        else:
            i, j = i - 1, j - 1
    return tuple(kept)


def _costs(read: str, wanted: str) -> tuple[list[list[int]], int]:
    """The cost of making each beginning of ``read`` each beginning of ``wanted``, and that of one edit.

    A change costs one more than putting in or taking out: never enough for another edit in its stead, but of
    two ways with as many edits the one with fewer changes, and so with more characters left alone, is cheaper.
    """
    unit = min(len(read), len(wanted)) + 1
    rows = [[unit * j for j in range(len(wanted) + 1)]]
    for i, one in enumerate(read, 1):
        above, row = rows[-1], [unit * i]
        for j, other in enumerate(wanted, 1):
            change = above[j - 1] + (one != other) * (unit + 1)
            row.append(min(change, above[j] + unit, row[-1] + unit))
        rows.append(row)
    return rows, unit
