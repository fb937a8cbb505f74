"""Sentence vectors of suspect documents, by which retellings of one claim are told."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of its own: few documents have a vector, and pages never read it."""

    dependencies = [("archive", "0017_claim_facets")]

    operations = [
        migrations.CreateModel(
            name="Sense",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="sense",
                        serialize=False,
                        to="archive.document",
                    ),
                ),
                ("vector", models.BinaryField()),
            ],
        ),
    ]
