"""What the queue is filtered by, kept for each claim; filled for the claims that are there."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

_INTO = "INSERT INTO archive_claimfacet (claim_id, name, value) "
FILL = (
    f"{_INTO}SELECT DISTINCT claim_id, 'source_kind', source_kind FROM archive_document WHERE claim_id IS NOT NULL",
    f"{_INTO}SELECT DISTINCT d.claim_id, 'place', p.province "
    "FROM archive_document d JOIN archive_place p ON p.document_id = d.id WHERE d.claim_id IS NOT NULL",
    f"{_INTO}SELECT DISTINCT d.claim_id, 'place', p.province || '/' || p.district "
    "FROM archive_document d JOIN archive_place p ON p.document_id = d.id "
    "WHERE d.claim_id IS NOT NULL AND p.district <> ''",
)


class Migration(migrations.Migration):
    """A table that follows from documents and their places."""

    dependencies = [("archive", "0016_queue_filters")]

    operations = [
        migrations.CreateModel(
            name="ClaimFacet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=12)),
                ("value", models.CharField(max_length=130)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="facets", to="archive.claim"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="claimfacet",
            constraint=models.UniqueConstraint(fields=("name", "value", "claim"), name="claim_facet_once"),
        ),
        migrations.RemoveIndex(model_name="claim", name="claim_queue"),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["verdict", "-urgency", "id", "probability", "last_seen"], name="claim_queue"),
        ),
        *(migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in FILL),
    ]
