from django.db import migrations, models

from index.proof import append_only


def guard(_apps, editor):
    """SQLite makes the table anew to add a column, and its triggers go with the old one."""
    append_only.install(editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0008_sources_and_evidence'),
    ]

    operations = [
        migrations.AddField(
            model_name='flag',
            name='unsure',
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
