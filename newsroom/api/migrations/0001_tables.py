"""Tokens, their use, and answers that are kept for a second try: the tables with their rules, as they stood in November 2026."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('api', '0001_initial'),
        ('api', '0002_scopes_without_labels'),
        ('api', '0003_replay_headers'),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Usage',
            fields=[
                ('key', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('window', models.BigIntegerField(help_text='Which stretch of time, counted from 1970.')),
                ('count', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(help_text='A service user: history names it for all that is done with this token.', on_delete=django.db.models.deletion.PROTECT, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
                ('name', models.CharField(help_text='Which program holds it, and where.', max_length=100)),
                ('prefix', models.CharField(editable=False, help_text='Begins the token; not secret.', max_length=8, unique=True)),
                ('digest', models.CharField(editable=False, max_length=64, unique=True, verbose_name='SHA-256')),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'read'), ('articles:write', 'articles:write'), ('decisions:write', 'decisions:write'), ('verification:write', 'verification:write'), ('admin', 'admin')], max_length=30), size=None)),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('last_used_at', models.DateTimeField(editable=False, help_text='To within five minutes.', null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='revoked')),
                ('revoked_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'API token',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['read', 'articles:write', 'decisions:write', 'verification:write', 'admin']), ('scopes__len__gte', 1)), name='apitoken_scopes_known'), models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='apitoken_digest_is_hash'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='apitoken_expires_later', violation_error_message='A token expires after it is made.'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), ('revoked_at__isnull', False), _connector='OR'), name='apitoken_revoked_by_and_at')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='apitoken_is_not_exchanged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."prefix" IS DISTINCT FROM (NEW."prefix") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'apitoken_is_not_exchanged', MESSAGE = 'A token stays with its user; make another one instead.';", hash='d408f82123835ebbaf30c1183918d02807453874', operation='UPDATE', pgid='pgtrigger_apitoken_is_not_exchanged_f6367', table='api_apitoken', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='apitoken_stays_revoked', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.revoked_at IS NOT NULL AND (OLD.revoked_at, OLD.scopes, OLD.expires_at) IS DISTINCT FROM (NEW.revoked_at, NEW.scopes, NEW.expires_at))', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'apitoken_stays_revoked', MESSAGE = 'A revoked token stays revoked; make another one instead.';", hash='faad1f095f2c154f7420e4c088149cd850ea8e57', operation='UPDATE', pgid='pgtrigger_apitoken_stays_revoked_d3a2d', table='api_apitoken', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='apitoken_is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'apitoken_is_never_deleted', MESSAGE = 'A token is revoked, not deleted: what was done with it stays on record.';", hash='0dda66822a73363302e3a41383b92b076610621b', operation='DELETE', pgid='pgtrigger_apitoken_is_never_deleted_eb602', table='api_apitoken', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='apitoken_is_of_a_service', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF NOT EXISTS (SELECT 1 FROM accounts_user WHERE id = NEW.user_id AND is_service) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'apitoken_is_of_a_service', MESSAGE = 'A token belongs to a service user, not to a person.'; END IF; RETURN NEW;", hash='de13083091d29def840ee41b6a117345fac026b6', operation='INSERT OR UPDATE OF "user_id"', pgid='pgtrigger_apitoken_is_of_a_service_82509', table='api_apitoken', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "api_apitokenevent" ("created_at", "created_by_id", "expires_at", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "revoked_by_id", "scopes", "user_id") VALUES (NEW."created_at", NEW."created_by_id", NEW."expires_at", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."prefix", NEW."revoked_at", NEW."revoked_by_id", NEW."scopes", NEW."user_id"); RETURN NULL;', hash='484bce47de46a00e935d418efd6e14b7f2cfb578', operation='INSERT', pgid='pgtrigger_insert_insert_d7986', table='api_apitoken', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."revoked_by_id" IS DISTINCT FROM (NEW."revoked_by_id") OR OLD."scopes" IS DISTINCT FROM (NEW."scopes"))', func='INSERT INTO "api_apitokenevent" ("created_at", "created_by_id", "expires_at", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "revoked_by_id", "scopes", "user_id") VALUES (NEW."created_at", NEW."created_by_id", NEW."expires_at", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."prefix", NEW."revoked_at", NEW."revoked_by_id", NEW."scopes", NEW."user_id"); RETURN NULL;', hash='11a434241b5ece0043e3af653ef85ddb3f51d83c', operation='UPDATE', pgid='pgtrigger_update_update_55b1f', table='api_apitoken', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='IdempotentRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('key', models.CharField(max_length=255)),
                ('digest', models.CharField(help_text='Of method, address and body.', max_length=64)),
                ('started_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('status', models.PositiveSmallIntegerField(help_text='Empty while it is being done.', null=True)),
                ('body', models.JSONField(null=True)),
                ('headers', models.JSONField(default=dict, help_text='Those that belong to the answer.')),
            ],
            options={
                'indexes': [models.Index(models.F('started_at'), name='idempotent_by_start')],
                'constraints': [models.UniqueConstraint(models.F('user'), models.F('key'), name='idempotent_request_once')],
            },
        ),
        migrations.CreateModel(
            name='ApiTokenEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='api.apitoken')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('user', models.ForeignKey(db_constraint=False, help_text='A service user: history names it for all that is done with this token.', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('name', models.CharField(help_text='Which program holds it, and where.', max_length=100)),
                ('prefix', models.CharField(editable=False, help_text='Begins the token; not secret.', max_length=8)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'read'), ('articles:write', 'articles:write'), ('decisions:write', 'decisions:write'), ('verification:write', 'verification:write'), ('admin', 'admin')], max_length=30), size=None)),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('created_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='revoked')),
                ('revoked_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1df8a2cc41dd5a6607c1efbe89ab9e567748ccac', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b8b46', table='api_apitokenevent', when='BEFORE')),
                ],
            },
        ),
        # Counts of a minute: they need not outlive a crash, and their rows are written again and again.
        migrations.RunSQL(
            "ALTER TABLE api_usage SET UNLOGGED; ALTER TABLE api_usage SET (fillfactor = 50)",
            migrations.RunSQL.noop,
        ),
    ]
