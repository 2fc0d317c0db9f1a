"""Feeds, import runs, deliveries and rejections: the tables with their rules, as they stood in November 2026."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('imports', '0001_initial'),
        ('imports', '0002_feeds'),
        ('imports', '0003_batches'),
        ('imports', '0004_feed_roles'),
        ('imports', '0005_batches_are_retried'),
        ('imports', '0006_lists_left_to_the_next_run'),
        ('imports', '0007_a_try_says_why'),
        ('imports', '0008_empty_polls_are_forgotten'),
        ('imports', '0009_pages_put_off'),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('articles', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feeds', to='articles.outlet')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('kind', models.CharField(choices=[('web', 'web address'), ('folder', 'watched folder')], default='web', max_length=10)),
                ('url', models.CharField(blank=True, help_text='Of the feed, the sitemap, the list of addresses, or a page.', max_length=2000, verbose_name='address')),
                ('folder', models.CharField(blank=True, help_text='Below the folder that FEED_FOLDERS_ROOT names. Files are moved to done/ or failed/ in it.', max_length=500)),
                ('format', models.CharField(blank=True, help_text='Empty: told from what comes, which is usually right.', max_length=20)),
                ('every_minutes', models.PositiveIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10080)], verbose_name='every … minutes')),
                ('jitter_percent', models.PositiveSmallIntegerField(default=10, help_text='So that not all feeds are asked in the same moment.', validators=[django.core.validators.MaxValueValidator(50)], verbose_name='give or take … percent')),
                ('fetches_pages', models.BooleanField(default=False, help_text='Where an item is only a summary, fetch the page that it names. Pages named by sitemaps and lists of addresses are always fetched.', verbose_name='fetch the pages')),
                ('heeds_robots', models.BooleanField(default=True, help_text='Off only for your own site, or where the outlet has agreed to it.', verbose_name='heed robots.txt')),
                ('state', models.CharField(choices=[('active', 'active'), ('paused', 'paused')], default='active', max_length=10)),
                ('paused_reason', models.TextField(blank=True, help_text='Why it is paused, and who paused it.')),
                ('next_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text='When it is due.', verbose_name='next')),
                ('failures', models.PositiveIntegerField(default=0, help_text='In a row.')),
                ('last_error', models.TextField(blank=True, verbose_name='latest error')),
                ('last_polled_at', models.DateTimeField(blank=True, null=True, verbose_name='last asked')),
                ('last_success_at', models.DateTimeField(blank=True, null=True, verbose_name='last success')),
                ('last_new_at', models.DateTimeField(blank=True, null=True, verbose_name='last new story')),
                ('usual_gap', models.DurationField(blank=True, help_text='The usual time from one new story to the next.', null=True)),
                ('arrivals', models.PositiveIntegerField(default=0)),
                ('etag', models.TextField(blank=True, verbose_name='ETag')),
                ('last_modified', models.TextField(blank=True, verbose_name='Last-Modified')),
                ('moved_to', models.TextField(blank=True, help_text='The new address, if the server says so.')),
                ('lists_left', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, db_default=[], default=list, editable=False, help_text='Lists of addresses that it names and that the next run reads.', size=None)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['name'],
                'indexes': [models.Index(models.F('next_at'), condition=models.Q(('state', 'active')), name='feed_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['web', 'folder'])), name='feed_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('folder', ''), ('kind', 'web'), ('url__startswith', 'http')), models.Q(('kind', 'folder'), ('url', ''), models.Q(('folder', ''), _negated=True)), _connector='OR'), name='feed_has_address_or_folder', violation_error_message='A feed has either a web address or a folder.'), models.CheckConstraint(condition=models.Q(models.Q(('paused_reason', ''), ('state', 'active')), models.Q(('state', 'paused'), models.Q(('paused_reason', ''), _negated=True)), _connector='OR'), name='feed_paused_with_reason', violation_error_message='A paused feed says why; an active one has nothing to say.'), models.CheckConstraint(condition=models.Q(('every_minutes__gte', 1), ('jitter_percent__lte', 50)), name='feed_rhythm_sane'), models.UniqueConstraint(models.F('folder'), condition=models.Q(('kind', 'folder')), name='feed_one_per_folder')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "imports_feedevent" ("every_minutes", "fetches_pages", "folder", "format", "heeds_robots", "jitter_percent", "kind", "name", "outlet_id", "paused_reason", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "url") VALUES (NEW."every_minutes", NEW."fetches_pages", NEW."folder", NEW."format", NEW."heeds_robots", NEW."jitter_percent", NEW."kind", NEW."name", NEW."outlet_id", NEW."paused_reason", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."state", NEW."url"); RETURN NULL;', hash='3d51b7afa029fc22ad02dc221b503fc797b1864e', operation='INSERT', pgid='pgtrigger_insert_insert_12213', table='imports_feed', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."every_minutes" IS DISTINCT FROM (NEW."every_minutes") OR OLD."fetches_pages" IS DISTINCT FROM (NEW."fetches_pages") OR OLD."folder" IS DISTINCT FROM (NEW."folder") OR OLD."format" IS DISTINCT FROM (NEW."format") OR OLD."heeds_robots" IS DISTINCT FROM (NEW."heeds_robots") OR OLD."jitter_percent" IS DISTINCT FROM (NEW."jitter_percent") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."outlet_id" IS DISTINCT FROM (NEW."outlet_id") OR OLD."paused_reason" IS DISTINCT FROM (NEW."paused_reason") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "imports_feedevent" ("every_minutes", "fetches_pages", "folder", "format", "heeds_robots", "jitter_percent", "kind", "name", "outlet_id", "paused_reason", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "url") VALUES (NEW."every_minutes", NEW."fetches_pages", NEW."folder", NEW."format", NEW."heeds_robots", NEW."jitter_percent", NEW."kind", NEW."name", NEW."outlet_id", NEW."paused_reason", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."state", NEW."url"); RETURN NULL;', hash='c2a8b4285b17f3d1a84cea817592ef985ed48a15', operation='UPDATE', pgid='pgtrigger_update_update_1fdee', table='imports_feed', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "imports_feedevent" ("every_minutes", "fetches_pages", "folder", "format", "heeds_robots", "jitter_percent", "kind", "name", "outlet_id", "paused_reason", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "url") VALUES (OLD."every_minutes", OLD."fetches_pages", OLD."folder", OLD."format", OLD."heeds_robots", OLD."jitter_percent", OLD."kind", OLD."name", OLD."outlet_id", OLD."paused_reason", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."state", OLD."url"); RETURN NULL;', hash='cb7a7bffa37186b138e78436a132ebb999e72c1f', operation='DELETE', pgid='pgtrigger_delete_delete_29f14', table='imports_feed', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='feed_asks_anew_when_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."fetches_pages" IS DISTINCT FROM (NEW."fetches_pages") OR OLD."format" IS DISTINCT FROM (NEW."format") OR OLD."outlet_id" IS DISTINCT FROM (NEW."outlet_id") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func="NEW.etag = ''; NEW.last_modified = ''; NEW.moved_to = ''; NEW.lists_left = '{}'; RETURN NEW;", hash='28227bb329f4e6b006330b5fca8b0ea3c16364c5', operation='UPDATE', pgid='pgtrigger_feed_asks_anew_when_changed_01ce9', table='imports_feed', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Host',
            fields=[
                ('name', models.CharField(help_text='With the port.', max_length=300, primary_key=True, serialize=False)),
                ('free_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('robots', models.TextField(blank=True)),
                ('robots_fetched_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='import_runs', to='articles.outlet')),
                ('feed', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='imports.feed')),
                ('trigger', models.CharField(choices=[('command', 'command line'), ('demo', 'demo'), ('schedule', 'schedule'), ('admin', 'admin'), ('api', 'API')], max_length=10)),
                ('origin', models.TextField(blank=True, help_text='Files or addresses that were read.')),
                ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('running', 'running'), ('finished', 'finished'), ('failed', 'failed')], default='running', max_length=10)),
                ('started_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('progressed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text='A running import without progress for a while has been interrupted.', verbose_name='last progress')),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.TextField(blank=True, help_text='Why it failed, and what to do about it.')),
                ('note', models.TextField(blank=True, help_text='What else there is to say of it.')),
                ('pages', models.PositiveIntegerField(default=0, help_text='How many pages this run set out to fetch.', verbose_name='pages to fetch')),
                ('seen', models.PositiveIntegerField(default=0)),
                ('created', models.PositiveIntegerField(default=0, help_text='New stories.')),
                ('revised', models.PositiveIntegerField(default=0, help_text='Known stories with a new text.')),
                ('updated', models.PositiveIntegerField(default=0, help_text='Known text; headline, byline or another detail changed.')),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('rejected', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(models.F('progressed_at'), condition=models.Q(('state__in', ('queued', 'running'))), name='importrun_open'), models.Index(models.F('feed'), models.OrderBy(models.F('id'), descending=True), name='importrun_by_feed'), models.Index(models.F('finished_at'), condition=models.Q(('created', 0), ('feed__isnull', False), ('rejected', 0), ('revised', 0), ('state', 'finished'), ('trigger', 'schedule'), ('updated', 0)), name='importrun_brought_nothing')],
                'constraints': [models.CheckConstraint(condition=models.Q(('seen', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('created'), '+', models.F('revised')), '+', models.F('updated')), '+', models.F('unchanged')), '+', models.F('rejected')))), name='importrun_counts_add_up'), models.CheckConstraint(condition=models.Q(('trigger__in', ['command', 'demo', 'schedule', 'admin', 'api'])), name='importrun_trigger_known'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state__in', ('queued', 'running'))), models.Q(('finished_at__isnull', False), ('state__in', ('finished', 'failed'))), _connector='OR'), name='importrun_finished_or_running'), models.UniqueConstraint(models.F('feed'), condition=models.Q(('feed__isnull', False), ('state__in', ('queued', 'running'))), name='importrun_one_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'queued'), _negated=True), ('feed__isnull', False), _connector='OR'), name='importrun_queued_for_a_feed')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='importrun_finished', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.finished_at IS NOT NULL)', func="INSERT INTO changes_change (type, subject, subject_id, is_public, data) VALUES ('import_run.finished', 'import_run', NEW.id, false, jsonb_build_object('state', NEW.state, 'outlet', NEW.outlet_id)); RETURN NULL;", hash='4a5f207db17f5645346bb8f72619bf2b9a54c748', operation='UPDATE OF "state"', pgid='pgtrigger_importrun_finished_ca9c9', table='imports_importrun', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='FeedEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='outlet_name_kind_url_folder_format_every_minutes_jitter_percent_fetches_pages_heeds_robots_state_paused_reason_events', to='imports.feed')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('outlet', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='articles.outlet')),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('web', 'web address'), ('folder', 'watched folder')], default='web', max_length=10)),
                ('url', models.CharField(blank=True, help_text='Of the feed, the sitemap, the list of addresses, or a page.', max_length=2000, verbose_name='address')),
                ('folder', models.CharField(blank=True, help_text='Below the folder that FEED_FOLDERS_ROOT names. Files are moved to done/ or failed/ in it.', max_length=500)),
                ('format', models.CharField(blank=True, help_text='Empty: told from what comes, which is usually right.', max_length=20)),
                ('every_minutes', models.PositiveIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10080)], verbose_name='every … minutes')),
                ('jitter_percent', models.PositiveSmallIntegerField(default=10, help_text='So that not all feeds are asked in the same moment.', validators=[django.core.validators.MaxValueValidator(50)], verbose_name='give or take … percent')),
                ('fetches_pages', models.BooleanField(default=False, help_text='Where an item is only a summary, fetch the page that it names. Pages named by sitemaps and lists of addresses are always fetched.', verbose_name='fetch the pages')),
                ('heeds_robots', models.BooleanField(default=True, help_text='Off only for your own site, or where the outlet has agreed to it.', verbose_name='heed robots.txt')),
                ('state', models.CharField(choices=[('active', 'active'), ('paused', 'paused')], default='active', max_length=10)),
                ('paused_reason', models.TextField(blank=True, help_text='Why it is paused, and who paused it.')),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='acc999c2aa011f42bce489695ddbd7ee0ab059f1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f8a02', table='imports_feedevent', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='FeedPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('feed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='imports.feed')),
                ('url', models.CharField(max_length=2000)),
                ('state', models.CharField(choices=[('pending', 'to be fetched'), ('done', 'fetched'), ('failed', 'given up')], default='pending', max_length=10)),
                ('listed_version', models.DateTimeField(blank=True, help_text='When it last changed, by what the list says.', null=True)),
                ('known', models.JSONField(default=dict, help_text="What the feed's item says of the story, with its summary.")),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('put_off', models.PositiveSmallIntegerField(default=0, help_text='How often its server asked us to wait with it.')),
                ('fetched_at', models.DateTimeField(blank=True, null=True)),
                ('etag', models.TextField(blank=True)),
                ('last_modified', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'indexes': [models.Index(models.F('feed'), models.F('id'), condition=models.Q(('state', 'pending')), name='feedpage_pending')],
                'constraints': [models.UniqueConstraint(models.F('feed'), models.F('url'), name='feedpage_once'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'done', 'failed'])), name='feedpage_state_known')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='imports.importrun')),
                ('revision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='delivery', to='articles.revision')),
            ],
            options={
                'verbose_name_plural': 'deliveries',
                'ordering': ['id'],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='delivery_is_history', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_is_history', MESSAGE = 'What was delivered stays on record.';", hash='88d0554d3b6739ec84113e9646d5bbb1dbc50994', operation='UPDATE OR DELETE', pgid='pgtrigger_delivery_is_history_880af', table='imports_delivery', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Rejection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rejections', to='imports.importrun')),
                ('origin', models.TextField(blank=True, help_text='File or address it came from.')),
                ('position', models.PositiveIntegerField(default=1, help_text='Which item of its origin it was (the line, in JSON Lines).')),
                ('reason', models.CharField(choices=[('empty', 'empty'), ('not_utf8', 'not UTF-8'), ('too_large', 'too large'), ('malformed', 'malformed'), ('missing_field', 'missing field'), ('bad_date', 'unparsable date'), ('bad_value', 'unusable value'), ('unreadable', 'unreadable file'), ('stale', 'older than what is here'), ('refused', 'refused by the database'), ('not_a_story', 'an address, not a story'), ('not_fetched', 'page not fetched')], max_length=15)),
                ('message', models.TextField(help_text='What is wrong, and what would make it right.')),
                ('payload', models.BinaryField(help_text='The item, byte for byte; its beginning only when it was larger than is kept.')),
                ('size', models.PositiveBigIntegerField(help_text='Bytes of the whole item.')),
                ('sha256', models.CharField(blank=True, help_text='Of what is kept of it: a feed offers the same item again and again.', max_length=64, verbose_name='SHA-256')),
                ('format', models.CharField(blank=True, help_text='What it was read as.', max_length=20)),
                ('retried_in', models.ForeignKey(blank=True, help_text='The latest run that tried it again.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='retried', to='imports.importrun')),
                ('settled_in', models.ForeignKey(blank=True, help_text='The run in which it was taken in after all.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settled', to='imports.importrun')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(models.F('reason'), models.OrderBy(models.F('id'), descending=True), name='rejection_by_reason'), models.Index(models.OrderBy(models.F('id'), descending=True), condition=models.Q(('settled_in__isnull', True)), name='rejection_open'), models.Index(models.F('sha256'), condition=models.Q(('settled_in__isnull', True), models.Q(('sha256', ''), _negated=True)), name='rejection_open_same'), models.Index(models.F('origin'), condition=models.Q(('format', 'page'), ('settled_in__isnull', True)), name='rejection_open_page')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason__in', ['empty', 'not_utf8', 'too_large', 'malformed', 'missing_field', 'bad_date', 'bad_value', 'unreadable', 'stale', 'refused', 'not_a_story', 'not_fetched'])), name='rejection_reason_known')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='rejection_settled_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."settled_in_id" IS NOT NULL)', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'rejection_settled_once', MESSAGE = 'This item has been taken in already.';", hash='ad5b60c91c1ae62b75e509192be06de5dc31b0c6', operation='UPDATE OF "settled_in_id"', pgid='pgtrigger_rejection_settled_once_02b4f', table='imports_rejection', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='rejection_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."format" IS DISTINCT FROM (NEW."format") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."origin" IS DISTINCT FROM (NEW."origin") OR OLD."payload" IS DISTINCT FROM (NEW."payload") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."run_id" IS DISTINCT FROM (NEW."run_id") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."size" IS DISTINCT FROM (NEW."size"))', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'rejection_is_kept', MESSAGE = 'A rejected item is kept as it came.';", hash='27cbab278de85b9eac30be448a4114b2069148f7', operation='UPDATE', pgid='pgtrigger_rejection_is_kept_88dd7', table='imports_rejection', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='rejection_reason_by_a_try', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."message" IS DISTINCT FROM (NEW."message")) AND (NEW."retried_in_id" IS NULL OR OLD."settled_in_id" IS NOT NULL))', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'rejection_reason_by_a_try', MESSAGE = 'Why an item was rejected changes only when it is tried again.';", hash='e11229d01e8701785f30e134e4516d6c8a6e0b2f', operation='UPDATE OF "reason", "message"', pgid='pgtrigger_rejection_reason_by_a_try_637c5', table='imports_rejection', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='batch', to='imports.importrun')),
                ('payload', models.BinaryField()),
                ('is_ninjs', models.BooleanField(default=False)),
                ('taken_at', models.DateTimeField(help_text='When a worker began; empty: none has.', null=True)),
                ('attempts', models.PositiveIntegerField(db_default=0, help_text='How often a worker began.')),
                ('next_attempt_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text='When another worker may begin, if this one is lost or fails.')),
            ],
            options={
                'verbose_name_plural': 'batches',
            },
        ),
    ]
