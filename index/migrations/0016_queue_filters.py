from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0015_evidence_packages'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['claim', 'source_kind', 'id'], name='doc_claim_kind'),
        ),
    ]
