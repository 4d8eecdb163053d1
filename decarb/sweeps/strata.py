"""Latin hypercube by row: which of n strata a row takes on each axis, and where in it, without a list of all rows."""

from __future__ import annotations

from typing import Final

import numpy as np

ROUNDS: Final = 6
ROUNDS_OF_FEW: Final = 12
FEW_BITS: Final = 7
"""Up to 128 strata some permutations would come more often than others after six rounds."""
JITTER_BITS: Final = 22
"""With a stratum number of at most 30 bits, stratum and jitter fit a float64 without rounding."""

_PERMUTATION: Final = 1
_JITTER: Final = 2
"""Words that keep the two streams of one seed apart."""
_OF_COUNTER: Final = 4  # numbers that one step of Philox's counter gives
_MULTIPLIERS: Final = (np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35))
_SHIFTS: Final = (np.uint32(13), np.uint32(16))


def stratified(seed: int, size: int, axes: int, first: int, count: int) -> np.ndarray:
    """Return some rows of a Latin hypercube of `size` rows: numbers greater than 0 and less than 1, (axis, scenario).

    On each axis, every one of `size` equal strata holds one row. A row depends on `seed`, `size` and its number alone.
    """
    strata = permuted(np.arange(first, first + count), seed, size, axes)
    return (strata + _jitter(seed, axes, first, count)) / size


def permuted(rows: np.ndarray, seed: int, size: int, axes: int) -> np.ndarray:
    """Return the stratum of rows on each axis: for each axis a permutation of 0 to `size` - 1.

    Parameters
    ----------
    rows : np.ndarray, (scenario)
        Row numbers, from 0 to `size` - 1; `size` is at most 2**30.

    Returns
    -------
    np.ndarray of uint32, (axis, scenario)

    Notes
    -----
    A Feistel network over the least power of two that holds `size`: each round adds, bit by bit, a hash of one half of
    the bits to the other half, which can be undone. A result of `size` or more goes through again until it is less.

    References
    ----------
    Black and Rogaway (2002), "Ciphers with arbitrary finite domains".
    """
    bits = max(2, (size - 1).bit_length())
    rounds = ROUNDS_OF_FEW if bits <= FEW_BITS else ROUNDS
    keys = np.random.SeedSequence((seed, _PERMUTATION)).generate_state(axes * rounds).reshape(axes, rounds, 1)
    result = _network(np.broadcast_to(rows.astype(np.uint32), (axes, len(rows))), keys.swapaxes(0, 1), bits)
    where = np.nonzero(result >= size)
    while where[0].size:
        again = _network(result[where], keys[where[0], :, 0].T, bits)
        result[where] = again
        beyond = again >= size
        where = (where[0][beyond], where[1][beyond])
    return result


def _network(numbers: np.ndarray, keys: np.ndarray, bits: int) -> np.ndarray:
    """Return numbers of so many bits, exchanged among each other; the first dimension of `keys` is the round."""
    width = np.uint32(bits // 2)
    low_mask, high_mask = np.uint32((1 << (bits // 2)) - 1), np.uint32((1 << (bits - bits // 2)) - 1)
    low, high = numbers & low_mask, numbers >> width
    for turn, key in enumerate(keys):
        if turn % 2:
            low ^= _hash(high, key) & low_mask
        else:
            high ^= _hash(low, key) & high_mask
    return (high << width) | low


def _hash(numbers: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Return 32 bits that look random for each number and key (the last steps of MurmurHash3)."""
    mixed = (numbers ^ key) * _MULTIPLIERS[0]
    mixed ^= mixed >> _SHIFTS[0]
    mixed *= _MULTIPLIERS[1]
    mixed ^= mixed >> _SHIFTS[1]
    return mixed


def _jitter(seed: int, axes: int, first: int, count: int) -> np.ndarray:
    """Return where rows lie inside their strata: greater than 0 and less than 1, (axis, scenario)."""
    key = np.random.SeedSequence((seed, _JITTER)).generate_state(2, np.uint64)
    steps = -(-axes // _OF_COUNTER)
    raw = np.random.Philox(key=key, counter=first * steps).random_raw(count * steps * _OF_COUNTER)
    kept = raw.reshape(count, -1)[:, :axes].T >> np.uint64(64 - JITTER_BITS)
    return (kept + 0.5) * 2.0**-JITTER_BITS
