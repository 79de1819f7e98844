"""CareerPulse's models in Python: the category of a job posting, with how sure it is and why.

>>> import careerpulse
>>> model = careerpulse.load("models:/careerpulse-category@production")
>>> model.predict(["Staff Nurse"], ["<p>Care for patients on a surgical ward</p>"])[0].category
"""

from __future__ import annotations

from ._careerpulse import VERSION as __version__
from ._careerpulse import CareerPulseError, Encoder, clean_description
from .model import COLUMNS, Model, Prediction, Thresholds
from .sources import load

__all__ = [
    "COLUMNS",
    "CareerPulseError",
    "Encoder",
    "Model",
    "Prediction",
    "Thresholds",
    "__version__",
    "clean_description",
    "load",
]
