"""Webhooks and what was sent to them: the tables with their rules, as they stood in November 2026."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('webhooks', '0001_initial'),
        ('webhooks', '0002_one_message_at_a_time'),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Which program listens there.', max_length=100)),
                ('url', models.URLField(max_length=500, verbose_name='address')),
                ('types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Of changes, with commas: claim.state_changed, article.created … Empty: all.', size=None)),
                ('unpublished', models.BooleanField(default=False, help_text='Otherwise it is told only of what every reader may see.', verbose_name='unpublished work too')),
                ('contact', models.ForeignKey(blank=True, help_text='Who gets the mail when it is switched off. Empty: the administrators.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('secret', models.CharField(editable=False, max_length=100)),
                ('previous_secret', models.CharField(blank=True, editable=False, max_length=100)),
                ('previous_until', models.DateTimeField(editable=False, null=True)),
                ('read_transaction', models.BigIntegerField(default=0, editable=False)),
                ('read_id', models.BigIntegerField(default=0, editable=False)),
                ('sending_until', models.DateTimeField(editable=False, help_text='A message is on its way, at the longest until then.', null=True)),
                ('disabled_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='switched off')),
                ('disabled_reason', models.TextField(blank=True, editable=False)),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('secret', ''), _negated=True), name='webhook_has_secret'), models.CheckConstraint(condition=models.Q(models.Q(('previous_secret', ''), ('previous_until__isnull', True)), models.Q(models.Q(('previous_secret', ''), _negated=True), ('previous_until__isnull', False)), _connector='OR'), name='webhook_previous_secret_ends'), models.CheckConstraint(condition=models.Q(models.Q(('disabled_at__isnull', True), ('disabled_reason', '')), models.Q(('disabled_at__isnull', False), models.Q(('disabled_reason', ''), _negated=True)), _connector='OR'), name='webhook_disabled_says_why')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "webhooks_webhookevent" ("contact_id", "created_at", "created_by_id", "disabled_at", "disabled_reason", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "previous_until", "types", "unpublished", "url") VALUES (NEW."contact_id", NEW."created_at", NEW."created_by_id", NEW."disabled_at", NEW."disabled_reason", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."previous_until", NEW."types", NEW."unpublished", NEW."url"); RETURN NULL;', hash='84bd71ec2dd5610167de37c9e93111cf7f52debe', operation='INSERT', pgid='pgtrigger_insert_insert_b6e67', table='webhooks_webhook', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."disabled_at" IS DISTINCT FROM (NEW."disabled_at") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."types" IS DISTINCT FROM (NEW."types") OR OLD."unpublished" IS DISTINCT FROM (NEW."unpublished") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "webhooks_webhookevent" ("contact_id", "created_at", "created_by_id", "disabled_at", "disabled_reason", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "previous_until", "types", "unpublished", "url") VALUES (NEW."contact_id", NEW."created_at", NEW."created_by_id", NEW."disabled_at", NEW."disabled_reason", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."previous_until", NEW."types", NEW."unpublished", NEW."url"); RETURN NULL;', hash='9cd880c1bfe8264e022becd3736bdf05ba476fd5', operation='UPDATE', pgid='pgtrigger_update_update_86703', table='webhooks_webhook', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "webhooks_webhookevent" ("contact_id", "created_at", "created_by_id", "disabled_at", "disabled_reason", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "previous_until", "types", "unpublished", "url") VALUES (OLD."contact_id", OLD."created_at", OLD."created_by_id", OLD."disabled_at", OLD."disabled_reason", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."previous_until", OLD."types", OLD."unpublished", OLD."url"); RETURN NULL;', hash='1818a4985112fe7ea9b37dd36c930df3880b000b', operation='DELETE', pgid='pgtrigger_delete_delete_74817', table='webhooks_webhook', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='webhooks.webhook')),
                ('change_id', models.BigIntegerField(help_text='Of the change that it tells of.')),
                ('message_id', models.CharField(help_text='The same at each attempt: receivers go by it.', max_length=40, unique=True)),
                ('type', models.CharField(max_length=40)),
                ('payload', models.JSONField()),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('delivered', 'delivered'), ('failed', 'failed')], default='waiting', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('status', models.PositiveSmallIntegerField(help_text='HTTP status last answered.', null=True)),
                ('answer', models.TextField(blank=True, help_text='What was answered last, or what went wrong.')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name_plural': 'webhook deliveries',
                'ordering': ['-id'],
                'indexes': [models.Index(models.F('next_attempt_at'), condition=models.Q(('state', 'waiting')), name='webhook_delivery_due'), models.Index(models.F('webhook'), models.OrderBy(models.F('id'), descending=True), name='webhook_delivery_log')],
                'constraints': [models.UniqueConstraint(models.F('webhook'), models.F('change_id'), name='delivery_once_per_change'), models.CheckConstraint(condition=models.Q(models.Q(('next_attempt_at__isnull', False), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('next_attempt_at__isnull', True)), _connector='OR'), name='delivery_due_while_waiting'), models.CheckConstraint(condition=models.Q(models.Q(('delivered_at__isnull', False), ('state', 'delivered')), models.Q(models.Q(('state', 'delivered'), _negated=True), ('delivered_at__isnull', True)), _connector='OR'), name='delivery_delivered_at')],
            },
        ),
        migrations.CreateModel(
            name='WebhookEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='webhooks.webhook')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(help_text='Which program listens there.', max_length=100)),
                ('url', models.URLField(max_length=500, verbose_name='address')),
                ('types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Of changes, with commas: claim.state_changed, article.created … Empty: all.', size=None)),
                ('unpublished', models.BooleanField(default=False, help_text='Otherwise it is told only of what every reader may see.', verbose_name='unpublished work too')),
                ('contact', models.ForeignKey(blank=True, db_constraint=False, help_text='Who gets the mail when it is switched off. Empty: the administrators.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('previous_until', models.DateTimeField(editable=False, null=True)),
                ('disabled_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='switched off')),
                ('disabled_reason', models.TextField(blank=True, editable=False)),
                ('created_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bfed9a2216752605dad340309b6bf82f6e995d12', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9de0c', table='webhooks_webhookevent', when='BEFORE')),
                ],
            },
        ),
    ]
