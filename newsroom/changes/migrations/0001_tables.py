"""The outbox of changes: the tables with their rules, as they stood in November 2026."""

import django.db.models.functions.comparison
import django.db.models.functions.datetime
import newsroom.changes.models
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('changes', '0001_initial'),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transaction', models.BigIntegerField(db_default=django.db.models.functions.comparison.Cast(django.db.models.functions.comparison.Cast(newsroom.changes.models.CurrentTransaction(), models.TextField()), models.BigIntegerField()), editable=False)),
                ('type', models.CharField(help_text='Such as claim.state_changed.', max_length=40)),
                ('subject', models.CharField(help_text='What kind of record.', max_length=20)),
                ('subject_id', models.BigIntegerField()),
                ('is_public', models.BooleanField(default=False, help_text='Of something that is, or was until then, open to every reader.')),
                ('data', models.JSONField(default=dict)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['transaction', 'id'],
                'indexes': [models.Index(models.F('transaction'), models.F('id'), name='change_in_order'), models.Index(models.F('at'), name='change_by_time')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='change_is_history', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'change_is_history', MESSAGE = 'What happened stays as it was.';", hash='3714e00b4b6a6f4e1c7f5037620720b13c178103', operation='UPDATE', pgid='pgtrigger_change_is_history_ceb3a', table='changes_change', when='BEFORE')),
                ],
            },
        ),
    ]
