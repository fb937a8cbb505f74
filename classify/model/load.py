"""A model opened: the shipped one or a folder's, with the encoder that it was trained with."""

from __future__ import annotations

from pathlib import Path

from classify.encoders.port import Encoder
from classify.encoders.registry import installed_name, open_encoder
from classify.flag.flagger import FlagModel
from classify.model import artefact
from classify.model.shipped import shipped
from core.errors import DataError, UsageError


def load_model(
    path: Path | None = None,
    threshold: float | None = None,
    encoder: str | Encoder = "auto",
    prevalence: float | None = None,
) -> FlagModel:
    """The model in a folder; without one, the shipped model, built first where it is not there yet.

    ``threshold`` (0 to 1) replaces the model's own. ``encoder``: ``auto`` asks the one that the model was trained with
    where it is installed, ``none`` asks none. ``prevalence``: as ``FlagModel.assume``; -1 leaves it. Raises DataError
    for a broken folder, UsageError for a bad threshold or prevalence, and for an encoder asked for by name that is not
    installed or not the model's.
    """
    folder = path or shipped_model_dir()
    state, card = artefact.load(folder)
    try:
        model = FlagModel.from_state(state, card)
        _give_encoder(model, encoder, folder)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise DataError(
            f"the model is incomplete ({type(error).__name__}: {error})",
            where=str(folder),
            cure="train it again with: soatin classify train",
        ) from None
    if prevalence is not None and prevalence != -1:
        model.assume(prevalence)
    if threshold is not None and threshold != -1:
        if not 0 <= threshold <= 1:
            raise UsageError(f"{threshold} is no probability", where="threshold", cure="give a number from 0 to 1")
        model.threshold = threshold
    return model


def _give_encoder(model: FlagModel, encoder: str | Encoder, folder: Path) -> None:
    """Opened only where the model has use for it: it takes a fifth of a second and 70 MB."""
    if isinstance(encoder, Encoder):
        model.use(encoder)
    elif encoder == "auto":
        if model.vectors is not None and installed_name() == model.card.get("encoder"):
            model.use(open_encoder())
    else:
        opened = open_encoder(encoder)
        model.use(opened)
        if opened.size and not model.encoder.size:
            raise UsageError(
                f"the model was trained with encoder {model.card.get('encoder', 'none')}, not {opened.name}",
                where=str(folder),
                cure=f"train it with --encoder {encoder}, or leave the option out",
            )


def shipped_model_dir() -> Path:
    """The folder of the shipped model; trains it from the shipped corpus where it is missing or out of date."""
    return shipped()
