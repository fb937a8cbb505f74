from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0014_search_revision'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['claim', 'source_kind', 'id'], name='doc_claim_kind'),
        ),
    ]
