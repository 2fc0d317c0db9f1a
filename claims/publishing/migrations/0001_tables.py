"""Published checks, their corrections, and readers' requests: the tables with their rules, as they stood in November 2026."""

import claims.publishing.models
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.fields.json
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from newsroom.accounts.roles import granting

READERS = ("reporter", "checker", "editor", "administrator", "API client")
READING = ("publishing.view_correction", "publishing.view_factcheck")


class Migration(migrations.Migration):

    replaces = [
        ('publishing', '0001_initial'),
        ('publishing', '0002_correction_requests'),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('claims', '0002_roles_of_the_newsroom'),
        ('sources', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='FactCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claim', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='fact_check', to='claims.claim')),
                ('slug', models.SlugField(help_text='Its address for ever: /checks/SLUG/.', max_length=120, unique=True)),
                ('headline', models.CharField(max_length=74)),
                ('short_claim', models.CharField(help_text='The claim in a few words, without the verdict: machines show it alone.', max_length=74)),
                ('summary', models.CharField(blank=True, help_text='One or two sentences on what was found.', max_length=500)),
                ('state', models.CharField(choices=[('published', 'published'), ('corrected', 'corrected'), ('withdrawn', 'withdrawn')], default='published', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('body', models.JSONField()),
                ('rating', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fact_checks', to='claims.rating')),
                ('speaker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fact_checks', to='sources.source')),
                ('published_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('modified_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text='What readers see changed then.')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawal_reason', models.TextField(blank=True, help_text='Shown on the page that stays.')),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector('headline', 'short_claim', config='simple', weight='A'), '||', django.contrib.postgres.search.SearchVector('summary', django.db.models.fields.json.KeyTextTransform('name', django.db.models.fields.json.KeyTextTransform('speaker', 'body')), config='simple', weight='B'), django.contrib.postgres.search.SearchConfig('simple')), '||', django.contrib.postgres.search.SearchVector(django.db.models.fields.json.KeyTextTransform('statement', 'body'), django.db.models.fields.json.KeyTextTransform('rationale', 'body'), config='simple', weight='C'), django.contrib.postgres.search.SearchConfig('simple')), output_field=django.contrib.postgres.search.SearchVectorField())),
            ],
            options={
                'ordering': ['-published_at', '-id'],
                'indexes': [models.Index(models.OrderBy(models.F('published_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='factcheck_latest'), models.Index(models.F('speaker'), models.OrderBy(models.F('published_at'), descending=True), name='factcheck_by_speaker'), django.contrib.postgres.indexes.GinIndex(models.F('search'), name='factcheck_words')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['published', 'corrected', 'withdrawn'])), name='factcheck_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('slug', ''), _negated=True), models.Q(('headline', ''), _negated=True), models.Q(('short_claim', ''), _negated=True)), name='factcheck_is_named'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='factcheck_version_from_one'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), ('withdrawal_reason__regex', '\\S'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawal_reason', ''), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), _connector='OR'), name='factcheck_withdrawn_by_at_and_why', violation_error_message='A withdrawal names who, when and why.')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='factcheck_is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factcheck_is_never_deleted', MESSAGE = 'A fact check is never deleted; withdraw it with a reason instead.';", hash='a285f2621c5bae5b7b53fc00a1c0bab3078332ee', operation='DELETE', pgid='pgtrigger_factcheck_is_never_deleted_d9fd5', table='publishing_factcheck', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='factcheck_address_stands', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."claim_id" IS DISTINCT FROM (NEW."claim_id") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."published_by_id" IS DISTINCT FROM (NEW."published_by_id") OR OLD."slug" IS DISTINCT FROM (NEW."slug"))', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factcheck_address_stands', MESSAGE = 'Address, claim and first publication of a fact check never change.';", hash='8b47dbf4ee9645567ebac185dee50fcf5940ed9e', operation='UPDATE', pgid='pgtrigger_factcheck_address_stands_dfb18', table='publishing_factcheck', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='factcheck_tombstone_stands', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" = \'withdrawn\')', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factcheck_tombstone_stands', MESSAGE = 'What is withdrawn stays withdrawn, and as it was.';", hash='6a86cd5de2813d10b4e17553c5a006976d1f54d2', operation='UPDATE', pgid='pgtrigger_factcheck_tombstone_stands_33a94', table='publishing_factcheck', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='factcheck_stays_corrected', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" = \'published\' AND OLD."state" = \'corrected\')', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factcheck_stays_corrected', MESSAGE = 'A correction stays on record.';", hash='d44922df8f6066e7e51f889c837b77092ccc5511', operation='UPDATE', pgid='pgtrigger_factcheck_stays_corrected_b8174', table='publishing_factcheck', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='factcheck_changes_with_a_correction', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."headline" IS DISTINCT FROM (NEW."headline") OR OLD."rating_id" IS DISTINCT FROM (NEW."rating_id") OR OLD."short_claim" IS DISTINCT FROM (NEW."short_claim") OR OLD."speaker_id" IS DISTINCT FROM (NEW."speaker_id") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func="IF NEW.version <> OLD.version + 1 OR NEW.state <> 'corrected' OR NOT EXISTS (SELECT 1 FROM publishing_correction WHERE fact_check_id = NEW.id AND version = NEW.version) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factcheck_changes_with_a_correction', MESSAGE = 'What readers see changes only with a correction on record.'; END IF; RETURN NEW;", hash='a9f80e8c950aae00a61fc4b6b9401637ba39a26c', operation='UPDATE', pgid='pgtrigger_factcheck_changes_with_a_correction_cb8bd', table='publishing_factcheck', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='factcheck_and_claim_agree', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', declare='DECLARE work text; shown text;', func="SELECT c.state, f.state INTO work, shown FROM claims_claim c JOIN publishing_factcheck f ON f.claim_id = c.id WHERE f.id = NEW.id; IF (shown = 'withdrawn') <> (work = 'withdrawn') OR TG_OP = 'INSERT' AND work IN ('new', 'checking', 'in_review', 'verified', 'shelved') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'factcheck_and_claim_agree', MESSAGE = 'The claim of a fact check is published, and withdrawn with it.'; END IF; RETURN NULL;", hash='b8aeaf01b182b63466f3a1997110bc0c6d33e1cd', operation='INSERT OR UPDATE OF "state"', pgid='pgtrigger_factcheck_and_claim_agree_9835d', table='publishing_factcheck', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "publishing_factcheckevent" ("body", "claim_id", "headline", "id", "modified_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "rating_id", "short_claim", "slug", "speaker_id", "state", "summary", "version", "withdrawal_reason", "withdrawn_at", "withdrawn_by_id") VALUES (NEW."body", NEW."claim_id", NEW."headline", NEW."id", NEW."modified_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."rating_id", NEW."short_claim", NEW."slug", NEW."speaker_id", NEW."state", NEW."summary", NEW."version", NEW."withdrawal_reason", NEW."withdrawn_at", NEW."withdrawn_by_id"); RETURN NULL;', hash='00ebd6771185ed639c39956f44a19d86a38088a8', operation='INSERT', pgid='pgtrigger_insert_insert_bb015', table='publishing_factcheck', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."claim_id" IS DISTINCT FROM (NEW."claim_id") OR OLD."headline" IS DISTINCT FROM (NEW."headline") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."modified_at" IS DISTINCT FROM (NEW."modified_at") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."published_by_id" IS DISTINCT FROM (NEW."published_by_id") OR OLD."rating_id" IS DISTINCT FROM (NEW."rating_id") OR OLD."short_claim" IS DISTINCT FROM (NEW."short_claim") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."speaker_id" IS DISTINCT FROM (NEW."speaker_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."withdrawal_reason" IS DISTINCT FROM (NEW."withdrawal_reason") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id"))', func='INSERT INTO "publishing_factcheckevent" ("body", "claim_id", "headline", "id", "modified_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "rating_id", "short_claim", "slug", "speaker_id", "state", "summary", "version", "withdrawal_reason", "withdrawn_at", "withdrawn_by_id") VALUES (NEW."body", NEW."claim_id", NEW."headline", NEW."id", NEW."modified_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."rating_id", NEW."short_claim", NEW."slug", NEW."speaker_id", NEW."state", NEW."summary", NEW."version", NEW."withdrawal_reason", NEW."withdrawn_at", NEW."withdrawn_by_id"); RETURN NULL;', hash='a41f2ec8128c0a4a074625eb12cb4b6905f2ea52', operation='UPDATE', pgid='pgtrigger_update_update_ce256', table='publishing_factcheck', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "publishing_factcheckevent" ("body", "claim_id", "headline", "id", "modified_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "rating_id", "short_claim", "slug", "speaker_id", "state", "summary", "version", "withdrawal_reason", "withdrawn_at", "withdrawn_by_id") VALUES (OLD."body", OLD."claim_id", OLD."headline", OLD."id", OLD."modified_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."published_at", OLD."published_by_id", OLD."rating_id", OLD."short_claim", OLD."slug", OLD."speaker_id", OLD."state", OLD."summary", OLD."version", OLD."withdrawal_reason", OLD."withdrawn_at", OLD."withdrawn_by_id"); RETURN NULL;', hash='8aaa98d7f5468c895c5c400dbdc9e9aed260ea74', operation='DELETE', pgid='pgtrigger_delete_delete_f212a', table='publishing_factcheck', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fact_check', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='publishing.factcheck')),
                ('version', models.PositiveIntegerField(help_text='Of the fact check, with this correction.')),
                ('severity', models.CharField(choices=[('minor', 'minor'), ('major', 'major')], help_text='Major: a reader of the earlier version was led to another conclusion.', max_length=5)),
                ('text', models.TextField(help_text='What was wrong, and what is right. Readers see it.')),
                ('rating_before', models.CharField(blank=True, max_length=100)),
                ('rating_after', models.CharField(blank=True, max_length=100)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('transaction', models.BigIntegerField(db_default=claims.publishing.models._CurrentTransaction(), editable=False)),
            ],
            options={
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(models.OrderBy(models.F('at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='correction_latest')],
                'constraints': [models.UniqueConstraint(models.F('fact_check'), models.F('version'), name='correction_once_per_version'), models.CheckConstraint(condition=models.Q(('severity__in', ['minor', 'major'])), name='correction_severity_known'), models.CheckConstraint(condition=models.Q(('text__regex', '\\S')), name='correction_says_something', violation_error_message='A correction says what was wrong and what is right.'), models.CheckConstraint(condition=models.Q(('rating_before', ''), models.Q(('rating_before', models.F('rating_after')), _negated=True), _connector='OR'), name='correction_rating_changed'), models.CheckConstraint(condition=models.Q(('rating_before', ''), ('severity', 'major'), _connector='OR'), name='correction_of_rating_is_major', violation_error_message='A changed rating is a major correction.')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='correction_is_history', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_is_history', MESSAGE = 'A correction stays on record as it was made.';", hash='eb33021d6fc8a942355c5196daa432e20483d259', operation='UPDATE OR DELETE', pgid='pgtrigger_correction_is_history_946fe', table='publishing_correction', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='FactCheckEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='publishing.factcheck')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('claim', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='claims.claim')),
                ('slug', models.SlugField(db_index=False, help_text='Its address for ever: /checks/SLUG/.', max_length=120)),
                ('headline', models.CharField(max_length=74)),
                ('short_claim', models.CharField(help_text='The claim in a few words, without the verdict: machines show it alone.', max_length=74)),
                ('summary', models.CharField(blank=True, help_text='One or two sentences on what was found.', max_length=500)),
                ('state', models.CharField(choices=[('published', 'published'), ('corrected', 'corrected'), ('withdrawn', 'withdrawn')], default='published', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('body', models.JSONField()),
                ('rating', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='claims.rating')),
                ('speaker', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sources.source')),
                ('published_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('published_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('modified_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text='What readers see changed then.')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawal_reason', models.TextField(blank=True, help_text='Shown on the page that stays.')),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ab5b6107b773afd9c2a53433c951249618e248b2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e8e0e', table='publishing_factcheckevent', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='CorrectionRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fact_check', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='publishing.factcheck')),
                ('text', models.TextField(verbose_name='what is wrong')),
                ('source', models.TextField(blank=True, verbose_name='how they know')),
                ('email', models.EmailField(blank=True, help_text='If they want to be written to.', max_length=254, verbose_name='e-mail')),
                ('state', models.CharField(choices=[('received', 'received'), ('looking', 'being looked at'), ('corrected', 'corrected'), ('declined', 'not corrected')], default='received', max_length=10)),
                ('answer', models.TextField(blank=True, help_text='The reader sees it.')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('token', models.CharField(editable=False, max_length=64, unique=True)),
                ('place', models.CharField(editable=False, max_length=32)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(models.F('place'), models.F('created_at'), name='request_by_place')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['received', 'looking', 'corrected', 'declined'])), name='request_state_known'), models.CheckConstraint(condition=models.Q(('text__regex', '\\S')), name='request_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('answer__regex', '\\S'), ('answered_at__isnull', False), ('answered_by__isnull', False), ('state__in', ['corrected', 'declined'])), models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True), ('state__in', ['received', 'looking'])), _connector='OR'), name='request_answered_whole', violation_error_message='An answer has words, a person and a time.')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='request_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'request_is_kept', MESSAGE = 'What readers wrote is kept.';", hash='21c0e2fb3c00b0111520e2f23e6b9a6e2b616aa9', operation='DELETE', pgid='pgtrigger_request_is_kept_37e9d', table='publishing_correctionrequest', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='request_stands', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."fact_check_id" IS DISTINCT FROM (NEW."fact_check_id") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."token" IS DISTINCT FROM (NEW."token"))', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'request_stands', MESSAGE = 'What a reader wrote stands as they wrote it.';", hash='4538c21674666890adecadd8333342cb620082a8', operation='UPDATE', pgid='pgtrigger_request_stands_4619d', table='publishing_correctionrequest', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='request_answer_stands', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IN (\'corrected\', \'declined\'))', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'request_answer_stands', MESSAGE = 'A reader has been answered; the answer stands.';", hash='3239250f33534d1fdf941ec69563f0f995a6cebf', operation='UPDATE', pgid='pgtrigger_request_answer_stands_687c0', table='publishing_correctionrequest', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "publishing_correctionrequestevent" ("answer", "answered_at", "answered_by_id", "created_at", "email", "fact_check_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "source", "state", "text", "token") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."created_at", NEW."email", NEW."fact_check_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."place", NEW."source", NEW."state", NEW."text", NEW."token"); RETURN NULL;', hash='2f1c6a51f989f102fbd53ebc503025480953d43b', operation='INSERT', pgid='pgtrigger_insert_insert_32959', table='publishing_correctionrequest', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "publishing_correctionrequestevent" ("answer", "answered_at", "answered_by_id", "created_at", "email", "fact_check_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "source", "state", "text", "token") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."created_at", NEW."email", NEW."fact_check_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."place", NEW."source", NEW."state", NEW."text", NEW."token"); RETURN NULL;', hash='8f8bb7c43e8d61401d20bcef564b755871b84a16', operation='UPDATE', pgid='pgtrigger_update_update_46769', table='publishing_correctionrequest', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "publishing_correctionrequestevent" ("answer", "answered_at", "answered_by_id", "created_at", "email", "fact_check_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "source", "state", "text", "token") VALUES (OLD."answer", OLD."answered_at", OLD."answered_by_id", OLD."created_at", OLD."email", OLD."fact_check_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."place", OLD."source", OLD."state", OLD."text", OLD."token"); RETURN NULL;', hash='b95d89ffceba60b0350cf98c3090eecc47a773a7', operation='DELETE', pgid='pgtrigger_delete_delete_2bfaa', table='publishing_correctionrequest', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='CorrectionRequestEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='publishing.correctionrequest')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('fact_check', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='publishing.factcheck')),
                ('text', models.TextField(verbose_name='what is wrong')),
                ('source', models.TextField(blank=True, verbose_name='how they know')),
                ('email', models.EmailField(blank=True, help_text='If they want to be written to.', max_length=254, verbose_name='e-mail')),
                ('state', models.CharField(choices=[('received', 'received'), ('looking', 'being looked at'), ('corrected', 'corrected'), ('declined', 'not corrected')], default='received', max_length=10)),
                ('answer', models.TextField(blank=True, help_text='The reader sees it.')),
                ('answered_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('token', models.CharField(editable=False, max_length=64)),
                ('place', models.CharField(editable=False, max_length=32)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='47a456ffdc5ab575cc556bd8667714c736b03006', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ca689', table='publishing_correctionrequestevent', when='BEFORE')),
                ],
            },
        ),
        granting({role: READING for role in READERS}),
    ]
