"""Outlets, stories and their revisions: the tables with their rules, as they stood in November 2026."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('articles', '0001_initial'),
        ('articles', '0002_skipped_extraction'),
        ('articles', '0003_topics'),
        ('articles', '0004_announced'),
        ('articles', '0005_write_many_at_once'),
        ('articles', '0006_topics_latest_first'),
        ('articles', '0007_compared_with_others'),
        ('articles', '0008_notes_are_read_by_themselves'),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Outlet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('slug', models.SlugField(help_text='Short name used in addresses and on the command line.', max_length=80, unique=True)),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='web site')),
                ('extracts_opinion', models.BooleanField(default=False, help_text='Whether candidates are looked for in opinion and analysis of this outlet as in its news. Otherwise such stories are kept, and extracted only when somebody asks.', verbose_name='extract opinion, too')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['name'],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "articles_outletevent" ("created_at", "extracts_opinion", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "url") VALUES (NEW."created_at", NEW."extracts_opinion", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."slug", NEW."url"); RETURN NULL;', hash='eba02dba804832e385c1d9db84bdb4588c79e1a3', operation='INSERT', pgid='pgtrigger_insert_insert_d21ef', table='articles_outlet', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "articles_outletevent" ("created_at", "extracts_opinion", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "url") VALUES (NEW."created_at", NEW."extracts_opinion", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."slug", NEW."url"); RETURN NULL;', hash='7f98ff73217c4e3bf4ff407d18db78599fa90a3f', operation='UPDATE', pgid='pgtrigger_update_update_57ece', table='articles_outlet', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "articles_outletevent" ("created_at", "extracts_opinion", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "url") VALUES (OLD."created_at", OLD."extracts_opinion", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."slug", OLD."url"); RETURN NULL;', hash='ad68b38c3a98f3812786e2bb0334046a717386b7', operation='DELETE', pgid='pgtrigger_delete_delete_8d141', table='articles_outlet', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='articles.outlet')),
                ('external_id', models.CharField(help_text="The outlet's own identifier: the key by which a later delivery is recognised.", max_length=500, verbose_name='external ID')),
                ('url', models.URLField(blank=True, help_text='Canonical address.', max_length=2000, verbose_name='URL')),
                ('original_url', models.TextField(blank=True, help_text='Where it differs from the canonical one.', verbose_name='URL as given')),
                ('slug', models.CharField(blank=True, help_text="The outlet's name for a running story.", max_length=200)),
                ('headline', models.CharField(blank=True, max_length=1000)),
                ('byline', models.CharField(blank=True, max_length=500)),
                ('dateline', models.CharField(blank=True, max_length=200)),
                ('section', models.CharField(blank=True, max_length=200)),
                ('genre', models.CharField(blank=True, help_text='As the outlet calls it: news, analysis, opinion …', max_length=50)),
                ('wire_origin', models.CharField(blank=True, help_text='The agency or paper that it was taken over from.', max_length=200)),
                ('rights', models.TextField(blank=True, help_text='Terms of use and copyright, as stated.')),
                ('editor_note', models.TextField(blank=True, help_text='What the outlet says to editors: corrections, kills, advisories.', verbose_name="editor's note")),
                ('language', models.CharField(default='en', help_text='BCP 47 tag.', max_length=35)),
                ('published_at', models.DateTimeField(blank=True, help_text='As stated by the outlet. Empty when it did not say: never the time of import.', null=True)),
                ('status', models.CharField(choices=[('live', 'live'), ('withheld', 'withheld'), ('killed', 'killed')], default='live', max_length=10)),
                ('embargoed_until', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='first received')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(models.F('outlet'), models.OrderBy(models.F('id'), descending=True), name='article_by_outlet'), models.Index(models.OrderBy(models.F('published_at'), descending=True, nulls_last=True), name='article_by_date'), models.Index(models.F('section'), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('section', ''), _negated=True), name='article_by_section')],
                'constraints': [models.UniqueConstraint(models.F('outlet'), models.F('external_id'), name='article_once_per_outlet'), models.CheckConstraint(condition=models.Q(('external_id', ''), _negated=True), name='article_has_external_id'), models.CheckConstraint(condition=models.Q(('status__in', ['live', 'withheld', 'killed'])), name='article_status_known')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "articles_articleevent" ("byline", "created_at", "dateline", "editor_note", "embargoed_until", "external_id", "genre", "headline", "id", "language", "original_url", "outlet_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "rights", "section", "slug", "status", "url", "wire_origin") VALUES (NEW."byline", NEW."created_at", NEW."dateline", NEW."editor_note", NEW."embargoed_until", NEW."external_id", NEW."genre", NEW."headline", NEW."id", NEW."language", NEW."original_url", NEW."outlet_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."published_at", NEW."rights", NEW."section", NEW."slug", NEW."status", NEW."url", NEW."wire_origin"); RETURN NULL;', hash='7a5afdcde331781bf287252fe245f55b51ca2d84', operation='UPDATE', pgid='pgtrigger_update_update_d7697', table='articles_article', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "articles_articleevent" ("byline", "created_at", "dateline", "editor_note", "embargoed_until", "external_id", "genre", "headline", "id", "language", "original_url", "outlet_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "rights", "section", "slug", "status", "url", "wire_origin") VALUES (OLD."byline", OLD."created_at", OLD."dateline", OLD."editor_note", OLD."embargoed_until", OLD."external_id", OLD."genre", OLD."headline", OLD."id", OLD."language", OLD."original_url", OLD."outlet_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."published_at", OLD."rights", OLD."section", OLD."slug", OLD."status", OLD."url", OLD."wire_origin"); RETURN NULL;', hash='a7ea1e0c2e14f372e05148263af21de9cfb0ae2f', operation='DELETE', pgid='pgtrigger_delete_delete_ddb9c', table='articles_article', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='article_status_holds_extraction', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."status" IS DISTINCT FROM (NEW."status"))', func="\nIF NEW.status = 'live' THEN\n    UPDATE articles_revision SET extraction_state = 'pending', extraction_skipped = '',\n        extraction_next_attempt_at = now(), extraction_finished_at = NULL, extraction_attempts = 0\n    WHERE article_id = NEW.id AND extraction_state = 'skipped'\n        AND extraction_skipped IN ('withheld', 'killed');\nELSE\n    UPDATE articles_revision SET extraction_state = 'skipped', extraction_skipped = NEW.status,\n        extraction_next_attempt_at = NULL, extraction_finished_at = now()\n    WHERE article_id = NEW.id AND (extraction_state IN ('pending', 'running')\n        OR extraction_skipped IN ('withheld', 'killed'));\nEND IF;\nRETURN NULL;\n", hash='02a094c3beae74ff6ff44216277b3eb0885f76ae', operation='UPDATE OF "status"', pgid='pgtrigger_article_status_holds_extraction_ea762', table='articles_article', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='article_created', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO changes_change (type, subject, subject_id, is_public, data) SELECT 'article.created', 'article', fresh.id, fresh.status = 'live' AND coalesce(fresh.embargoed_until <= now(), true), jsonb_build_object('outlet', fresh.outlet_id) FROM inserted fresh  ORDER BY fresh.id; RETURN NULL;", hash='26320b1df7298efcadc15f820b0b44900601f344', level='STATEMENT', operation='INSERT', pgid='pgtrigger_article_created_d2cec', referencing='REFERENCING NEW TABLE AS inserted ', table='articles_article', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='article_updated', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func="INSERT INTO changes_change (type, subject, subject_id, is_public, data) VALUES ('article.updated', 'article', NEW.id, (OLD.status = 'live' AND coalesce(OLD.embargoed_until <= now(), true)) OR (NEW.status = 'live' AND coalesce(NEW.embargoed_until <= now(), true)), jsonb_build_object('outlet', NEW.outlet_id, 'status', NEW.status)); RETURN NULL;", hash='9d3afa93253e3012311d33bd83004e6859937742', operation='UPDATE', pgid='pgtrigger_article_updated_bda1f', table='articles_article', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "articles_articleevent" ("byline", "created_at", "dateline", "editor_note", "embargoed_until", "external_id", "genre", "headline", "id", "language", "original_url", "outlet_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "rights", "section", "slug", "status", "url", "wire_origin") SELECT new_values."byline", new_values."created_at", new_values."dateline", new_values."editor_note", new_values."embargoed_until", new_values."external_id", new_values."genre", new_values."headline", new_values."id", new_values."language", new_values."original_url", new_values."outlet_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', new_values."id", new_values."published_at", new_values."rights", new_values."section", new_values."slug", new_values."status", new_values."url", new_values."wire_origin" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='86f80c1e1c63d98c1a62bc5795d92044d79157fe', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_b6ebd', referencing='REFERENCING NEW TABLE AS new_values ', table='articles_article', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='article_note_is_unread', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."editor_note" IS DISTINCT FROM (NEW."editor_note") AND NOT (NEW."editor_note" = \'\'))', func='\nINSERT INTO articles_unreadnote (article_id) VALUES (NEW.id)\nON CONFLICT (article_id) DO UPDATE SET attempts = 0, next_attempt_at = now();\nRETURN NULL;\n', hash='d944e24d0b12a13ffdf45639fc98b336d070bf8d', operation='UPDATE OF "editor_note"', pgid='pgtrigger_article_note_is_unread_e3977', table='articles_article', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='OutletEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='articles.outlet')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('slug', models.SlugField(db_index=False, help_text='Short name used in addresses and on the command line.', max_length=80)),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='web site')),
                ('extracts_opinion', models.BooleanField(default=False, help_text='Whether candidates are looked for in opinion and analysis of this outlet as in its news. Otherwise such stories are kept, and extracted only when somebody asks.', verbose_name='extract opinion, too')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c880373467f99afeaf43c858bb7e3fe926f4b555', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fec9a', table='articles_outletevent', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='articles.article')),
                ('number', models.PositiveIntegerField(help_text='1 for the first version received, then 2, 3 …')),
                ('text', models.TextField(help_text='As received. Spans count its code points, end-exclusive.')),
                ('sha256', models.CharField(help_text='Of the text in UTF-8, hex.', max_length=64, verbose_name='SHA-256')),
                ('versioned_at', models.DateTimeField(blank=True, help_text='When the outlet made this version, if it said so.', null=True)),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('is_partial', models.BooleanField(default=False, help_text='Only a summary or a beginning came. It never replaces a fuller text.', verbose_name='partial')),
                ('extraction_state', models.CharField(choices=[('pending', 'pending'), ('running', 'running'), ('done', 'done'), ('failed', 'failed'), ('skipped', 'skipped')], default='pending', max_length=10, verbose_name='extraction')),
                ('extraction_skipped', models.CharField(blank=True, choices=[('opinion', 'opinion or analysis'), ('withheld', 'the story is withheld'), ('killed', 'the story is killed')], db_default='', default='', help_text='Set where nobody looks for candidates unless somebody asks.', max_length=10, verbose_name='not extracted because')),
                ('extraction_attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('extraction_next_attempt_at', models.DateTimeField(blank=True, db_default=django.db.models.functions.datetime.Now(), help_text='When the sweep sends this revision to a worker (again). Empty once finished.', null=True, verbose_name='next attempt')),
                ('extraction_finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('extraction_error', models.TextField(blank=True, help_text='Of the latest attempt.', verbose_name='error')),
                ('extractor', models.CharField(blank=True, max_length=50)),
                ('extractor_version', models.CharField(blank=True, max_length=50)),
                ('extraction_notes', models.TextField(blank=True, help_text='What the extractor has to say of this text.', verbose_name='notes')),
                ('compared_by', models.CharField(blank=True, db_default='', default='', editable=False, help_text='What compared this text with other stories. Empty: that is still to be done.', max_length=30)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(models.F('extraction_next_attempt_at'), condition=models.Q(('extraction_state__in', ('pending', 'running'))), name='revision_due'), models.Index(models.OrderBy(models.F('id'), descending=True), condition=models.Q(('extraction_state', 'failed')), name='revision_failed'), models.Index(models.OrderBy(models.F('received_at'), descending=True), name='revision_by_received'), models.Index(models.F('id'), condition=models.Q(('compared_by', '')), name='revision_not_compared')],
                'constraints': [models.UniqueConstraint(models.F('article'), models.F('number'), name='revision_number_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='revision_number_from_one'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='revision_has_text'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='revision_sha256_is_hex'), models.CheckConstraint(condition=models.Q(('extraction_state__in', ['pending', 'running', 'done', 'failed', 'skipped'])), name='revision_extraction_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('extraction_finished_at__isnull', True), ('extraction_next_attempt_at__isnull', False), ('extraction_state__in', ('pending', 'running'))), models.Q(('extraction_finished_at__isnull', False), ('extraction_next_attempt_at__isnull', True), ('extraction_state__in', ('done', 'failed', 'skipped'))), _connector='OR'), name='revision_due_until_finished'), models.CheckConstraint(condition=models.Q(('extraction_state', 'skipped'), ('extraction_skipped', ''), _connector='XOR'), name='revision_skipped_with_reason'), models.CheckConstraint(condition=models.Q(('extraction_skipped__in', ['', 'opinion', 'withheld', 'killed'])), name='revision_skip_reason_known')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='revision_text_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."article_id" IS DISTINCT FROM (NEW."article_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."received_at" IS DISTINCT FROM (NEW."received_at") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."versioned_at" IS DISTINCT FROM (NEW."versioned_at"))', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'revision_text_never_changes', MESSAGE = 'The text of a revision never changes; a changed story is a new revision.';", hash='56b6222ac905373a5089985764ec7568e57199f9', operation='UPDATE', pgid='pgtrigger_revision_text_never_changes_d6465', table='articles_revision', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='revision_whole_stays_whole', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."is_partial" AND NOT OLD."is_partial")', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'revision_whole_stays_whole', MESSAGE = 'A whole text does not become a part of one.';", hash='756dda598b837171a2a9263dd3b8259ce38ad3a9', operation='UPDATE', pgid='pgtrigger_revision_whole_stays_whole_5a8d5', table='articles_revision', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='revision_is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'revision_is_never_deleted', MESSAGE = 'A revision is never deleted; withhold or kill the article instead.';", hash='4c7d16c66ddc26e41083b4f2179b8c13d1bbe479', operation='DELETE', pgid='pgtrigger_revision_is_never_deleted_c98da', table='articles_revision', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='requeued_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."extraction_state" = \'pending\' AND OLD."extraction_state" IN (\'done\', \'failed\', \'skipped\'))', func='INSERT INTO "articles_revisionevent" ("extraction_attempts", "extraction_error", "extraction_finished_at", "extraction_state", "extractor", "extractor_version", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."extraction_attempts", OLD."extraction_error", OLD."extraction_finished_at", OLD."extraction_state", OLD."extractor", OLD."extractor_version", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'requeued\', OLD."id"); RETURN NULL;', hash='fd32b3ae8f91bcc624a077fed7279bb05ffa6472', operation='UPDATE', pgid='pgtrigger_requeued_update_2cfec', table='articles_revision', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='revision_created', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO changes_change (type, subject, subject_id, is_public, data) SELECT 'revision.created', 'article', fresh.article_id, article.status = 'live' AND coalesce(article.embargoed_until <= now(), true), jsonb_build_object('revision', fresh.number) FROM inserted fresh JOIN articles_article article ON article.id = fresh.article_id ORDER BY fresh.id; RETURN NULL;", hash='70c7bc30d6502dc4fd873258afd9ba623f4217fb', level='STATEMENT', operation='INSERT', pgid='pgtrigger_revision_created_c6305', referencing='REFERENCING NEW TABLE AS inserted ', table='articles_revision', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='revision_extracted', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."extraction_state" = \'done\' AND OLD."extraction_state" = \'running\')', func="INSERT INTO changes_change (type, subject, subject_id, is_public, data) VALUES ('revision.extracted', 'article', NEW.article_id, false, jsonb_build_object('revision', NEW.number)); RETURN NULL;", hash='414d92a8deb126014d130a1de4516a44e4987024', operation='UPDATE OF "extraction_state"', pgid='pgtrigger_revision_extracted_3eb53', table='articles_revision', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='revision_sha256_is_of_text', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.sha256 <> encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex'))", func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'revision_sha256_is_of_text', MESSAGE = 'The hash is not that of the text.';", hash='012ae4b4ce33f9d0fc263a7204afd681252c1649', operation='INSERT', pgid='pgtrigger_revision_sha256_is_of_text_234cd', table='articles_revision', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='ArticleEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='articles.article')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('outlet', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='articles.outlet')),
                ('external_id', models.CharField(help_text="The outlet's own identifier: the key by which a later delivery is recognised.", max_length=500, verbose_name='external ID')),
                ('url', models.URLField(blank=True, help_text='Canonical address.', max_length=2000, verbose_name='URL')),
                ('original_url', models.TextField(blank=True, help_text='Where it differs from the canonical one.', verbose_name='URL as given')),
                ('slug', models.CharField(blank=True, help_text="The outlet's name for a running story.", max_length=200)),
                ('headline', models.CharField(blank=True, max_length=1000)),
                ('byline', models.CharField(blank=True, max_length=500)),
                ('dateline', models.CharField(blank=True, max_length=200)),
                ('section', models.CharField(blank=True, max_length=200)),
                ('genre', models.CharField(blank=True, help_text='As the outlet calls it: news, analysis, opinion …', max_length=50)),
                ('wire_origin', models.CharField(blank=True, help_text='The agency or paper that it was taken over from.', max_length=200)),
                ('rights', models.TextField(blank=True, help_text='Terms of use and copyright, as stated.')),
                ('editor_note', models.TextField(blank=True, help_text='What the outlet says to editors: corrections, kills, advisories.', verbose_name="editor's note")),
                ('language', models.CharField(default='en', help_text='BCP 47 tag.', max_length=35)),
                ('published_at', models.DateTimeField(blank=True, help_text='As stated by the outlet. Empty when it did not say: never the time of import.', null=True)),
                ('status', models.CharField(choices=[('live', 'live'), ('withheld', 'withheld'), ('killed', 'killed')], default='live', max_length=10)),
                ('embargoed_until', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='first received')),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='97e38e30f4f2ced7f80fc829b7756986ceddd8a6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2e536', table='articles_articleevent', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='UnreadNote',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='unread_note', serialize=False, to='articles.article')),
                ('attempts', models.PositiveIntegerField(db_default=0)),
                ('next_attempt_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='RevisionEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='extraction_state_extraction_attempts_extraction_finished_at_extraction_error_extractor_extractor_version_events', to='articles.revision')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('extraction_state', models.CharField(choices=[('pending', 'pending'), ('running', 'running'), ('done', 'done'), ('failed', 'failed'), ('skipped', 'skipped')], default='pending', max_length=10, verbose_name='extraction')),
                ('extraction_attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('extraction_finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('extraction_error', models.TextField(blank=True, help_text='Of the latest attempt.', verbose_name='error')),
                ('extractor', models.CharField(blank=True, max_length=50)),
                ('extractor_version', models.CharField(blank=True, max_length=50)),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1a5aa62dedeafb467e650c8d4c4c243f30a985a4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_44bba', table='articles_revisionevent', when='BEFORE')),
                ],
            },
        ),
    ]
