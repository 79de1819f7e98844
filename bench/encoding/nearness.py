"""How near an engine's vectors are to the reference's."""

from dataclasses import dataclass

import numpy as np

NEIGHBOURS = 10
# Neighbours whose similarities differ by less are equally near: 32-bit floats say no more.
TIE = 1e-6


@dataclass
class Nearness:
    """Cosines of the pairs, and the share of each text's nearest that are the reference's."""

    least: float
    mean: float
    overlap: float


def nearness(rows, reference):
    """Both with a row per text, in the same order."""
    rows, reference = unit(rows), unit(reference)
    cosines = np.sum(rows * reference, axis=1)
    return Nearness(cosines.min(), cosines.mean(), overlap(rows, reference))


def unit(rows):
    rows = rows.astype(np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def overlap(rows, reference):
    """The mean share of a text's nearest ten that are among the reference's, itself left out.

    A neighbour is among them that the reference finds no farther than its own tenth.
    """
    number = min(NEIGHBOURS, len(rows) - 1)
    similar, of_reference = rows @ rows.T, reference @ reference.T
    np.fill_diagonal(similar, -np.inf)
    np.fill_diagonal(of_reference, -np.inf)
    nearest = np.argpartition(-similar, number - 1, axis=1)[:, :number]
    farthest = -np.partition(-of_reference, number - 1, axis=1)[:, number - 1 : number]
    agreed = np.take_along_axis(of_reference, nearest, axis=1) >= farthest - TIE
    return agreed.mean()
