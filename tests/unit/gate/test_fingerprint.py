"""The hash of keys: a prime and a factor that anyone who chooses the keys cannot know."""

from hypothesis import given
from hypothesis import strategies as st

from evenhand.gate.registers.fingerprint import SEED_BYTES, is_prime, prime_and_factor


def test_primes_are_told_from_their_neighbours() -> None:
    """Strong pseudoprimes to a few bases are where such tests fail."""
    prefilter = {n for n in range(2, 5000) if all(n % d for d in range(2, int(n**0.5) + 1))}

    assert {n for n in range(5000) if is_prime(n)} == prefilter
    assert is_prime(2**30 - 35)
    assert is_prime(2**29 + 11)
    for pseudoprime in (2047, 1_373_653, 25_326_001, 561 * 1729, (2**15 - 19) * (2**15 - 49)):
        assert not is_prime(pseudoprime)


@given(st.binary(min_size=SEED_BYTES, max_size=SEED_BYTES))
def test_every_seed_gives_a_prime_of_thirty_bits_and_a_factor_below_it(seed: bytes) -> None:
    """A hash then fits the upper bits of a slot, whatever was prime_and_factor."""
    prime, factor = prime_and_factor(seed)

    assert 2**29 < prime < 2**30
    assert is_prime(prime)
    assert 2**28 <= factor < 2**29


def test_another_seed_gives_another_hash() -> None:
    """Somebody who knows one file must not know the next."""
    assert len({prime_and_factor(bytes([n]) * SEED_BYTES) for n in range(50)}) == 50
    assert prime_and_factor(b"\xff" * SEED_BYTES)[0] > 2**29
