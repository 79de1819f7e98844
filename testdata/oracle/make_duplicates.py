"""Makes what careerpulse-learn's near-duplicate search is held to, with plain Python and no hurry.

    python make_duplicates.py

Writes duplicates.json beside itself: invented texts; the hashes of their shingles and MinHash bands,
written down once more from their definition, since lakes store them; and every pair of texts whose
exact Jaccard index, over the words themselves and without hashes, is 0.5 or more.
"""

import json
import random
import re
from itertools import combinations
from pathlib import Path

HERE = Path(__file__).parent
MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
BANDS, ROWS, WIDTH = 32, 6, 3


def words(text):
    return re.findall(r"[^\W_]+", text.lower())


def shingles(text):
    found = words(text)
    width = min(WIDTH, len(found))
    return {tuple(found[i : i + width]) for i in range(len(found) - width + 1)} if found else set()


def mix(state):
    z = (state + GOLDEN) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def fold(numbers):
    state = 0
    for number in numbers:
        state = mix((state + number) & MASK)
    return state


def fnv1a(word):
    value = 0xCBF29CE484222325
    for byte in word.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def hashes(text):
    return sorted(fold(map(fnv1a, shingle)) for shingle in shingles(text))


def bands(hashed):
    outputs = [mix(i * GOLDEN & MASK) for i in range(2 * BANDS * ROWS)]
    minima = [
        min((x * (factor | 1) + offset) & MASK for x in hashed)
        for factor, offset in zip(outputs[::2], outputs[1::2])
    ]
    return [fold([b] + minima[b * ROWS : (b + 1) * ROWS]) >> 32 for b in range(BANDS)]


def texts(rng):
    """Families of adverts: a text, and copies with more and more of its words replaced."""
    syllables = ["ka", "ro", "mi", "ten", "lus", "va", "por", "ne", "Ähre", "ж", "募集", "7"]
    vocabulary = ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(400)]
    made = []
    for _ in range(12):
        original = rng.choices(vocabulary, k=rng.randint(40, 90))
        for copy in range(5):
            text = list(original)
            for _ in range(copy * rng.randint(0, 3)):
                text[rng.randrange(len(text))] = rng.choice(vocabulary)
            joints = rng.choices([" ", ", ", " • ", "\n"], weights=[20, 2, 1, 1], k=len(text))
            made.append("".join(map("".join, zip(text, joints))))
    made += ["", "nurse", "Night nurse"]
    rng.shuffle(made)
    return made


def main():
    made = texts(random.Random(7))
    sets = [shingles(text) for text in made]
    pairs = [
        [i, j, len(sets[i] & sets[j]) / len(sets[i] | sets[j])]
        for i, j in combinations(range(len(made)), 2)
        if sets[i] and sets[j] and len(sets[i] & sets[j]) >= 0.5 * len(sets[i] | sets[j])
    ]
    # A pair on the very edge would leave the decision to rounding.
    assert all(abs(similarity - 0.8) > 1e-9 for _, _, similarity in pairs)
    assert sum(similarity >= 0.8 for _, _, similarity in pairs) > 30
    assert sum(similarity < 0.8 for _, _, similarity in pairs) > 10
    samples = [i for i in range(len(made)) if sets[i]][:4] + [made.index("nurse")]
    hashed = [
        {"text": i, "shingles": [f"{h:016x}" for h in hashes(made[i])][:5], "bands": bands(hashes(made[i]))}
        for i in samples
    ]
    whole = {"texts": made, "pairs": pairs, "hashed": hashed}
    (HERE / "duplicates.json").write_text(json.dumps(whole, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
