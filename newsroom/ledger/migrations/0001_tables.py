"""The ledger that seals the history: the tables with their rules, as they stood in November 2026."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('ledger', '0001_initial'),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('table', models.CharField(max_length=63)),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), help_text='What the hashes cover.', size=None)),
                ('after_id', models.BigIntegerField(help_text='The rows stand after this number …')),
                ('last_id', models.BigIntegerField(help_text='… up to this one.')),
                ('is_late', models.BooleanField(default=False, help_text='Rows that were still uncommitted when their range was sealed.')),
                ('ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('hashes', models.BinaryField(help_text='SHA-256 of each row, one after the other.')),
                ('backdated', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='Rows that claim to be older than the transaction that wrote them.', size=None)),
                ('snapshot', models.TextField(help_text='Which transactions were finished.')),
                ('sealed_at', models.DateTimeField()),
                ('previous_hash', models.BinaryField(max_length=32)),
                ('hash', models.BinaryField(max_length=32)),
            ],
            options={
                'ordering': ['number'],
                'indexes': [models.Index(models.F('table'), models.OrderBy(models.F('last_id'), descending=True), name='seal_by_table')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='seal_stands', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'seal_stands', MESSAGE = 'A seal is never broken.';", hash='ab9bbe3eb18cadc8fe3fd2480d0c887e3c04be6b', operation='UPDATE OR DELETE', pgid='pgtrigger_seal_stands_06169', table='ledger_seal', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='seal_follows_the_last', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF NEW.number <> COALESCE((SELECT max(number) FROM ledger_seal), 0) + 1 OR NEW.number > 1 AND NEW.previous_hash IS DISTINCT FROM (SELECT hash FROM ledger_seal WHERE number = NEW.number - 1) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'seal_follows_the_last', MESSAGE = 'A seal follows the last one.'; END IF; RETURN NEW;", hash='bddc5ff8834346e087e014c8e8303702548016f7', operation='INSERT', pgid='pgtrigger_seal_follows_the_last_fc856', table='ledger_seal', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('seal', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='watch', serialize=False, to='ledger.seal')),
                ('missing', models.TextField(help_text='As an int8multirange.')),
            ],
        ),
    ]
