"""Sources, their roles and names, and copies of pages: the tables with their rules, as they stood in November 2026."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('sources', '0001_initial'),
        ('sources', '0002_unnamed_source_rules'),
        ('sources', '0003_merged_into'),
        ('sources', '0004_copies_are_retried'),
        ('sources', '0005_outside_copies'),
        ('sources', '0006_merged_sources_get_nothing'),
        ('sources', '0007_roles_stay'),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('person', 'person'), ('organisation', 'organisation'), ('publication', 'publication'), ('document', 'document'), ('dataset', 'dataset'), ('unnamed', 'unnamed source')], max_length=15)),
                ('name', models.CharField(blank=True, help_text='Empty for an unnamed source.', max_length=300)),
                ('description', models.TextField(blank=True)),
                ('url', models.URLField(blank=True, max_length=2000, verbose_name='URL')),
                ('descriptor', models.CharField(blank=True, help_text='How the story calls an unnamed source: “a European official”.', max_length=300)),
                ('anonymity_reason', models.CharField(blank=True, help_text='As stated in the story: “not authorised to speak to the press”.', max_length=500, verbose_name='reason for anonymity')),
                ('basis_of_knowledge', models.CharField(blank=True, help_text='How the unnamed source knows what it says.', max_length=500)),
                ('offers', models.CharField(blank=True, choices=[('information', 'information'), ('opinion', 'opinion or speculation')], help_text='Whether the unnamed source gives information, or opinion.', max_length=15, verbose_name='gives')),
                ('approved_by', models.ForeignKey(blank=True, help_text='Who agreed to use the unnamed source.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approving editor')),
                ('merged_into', models.ForeignKey(blank=True, editable=False, help_text='The source that stands for this one since the two were found to be one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='sources.source')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['name', 'descriptor'],
                'indexes': [models.Index(models.F('kind'), models.F('name'), name='source_by_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['person', 'organisation', 'publication', 'document', 'dataset', 'unnamed'])), name='source_kind_known'), models.CheckConstraint(condition=models.Q(('offers__in', ['', 'information', 'opinion'])), name='source_offer_known'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'unnamed'), ('name', ''), models.Q(('descriptor', ''), _negated=True)), models.Q(models.Q(('kind', 'unnamed'), _negated=True), models.Q(('name', ''), _negated=True), ('anonymity_reason', ''), ('approved_by__isnull', True), ('basis_of_knowledge', ''), ('descriptor', ''), ('offers', '')), _connector='OR'), name='source_named_or_described', violation_error_message='An unnamed source has a descriptor and no name; any other source has a name and none of the fields of an unnamed one.'), models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), models.Q(models.Q(('kind', 'unnamed'), _negated=True), models.Q(('merged_into', models.F('id')), _negated=True)), _connector='OR'), name='source_merged_into_another', violation_error_message='A named source is merged into another one.')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='source_with_alias_is_named', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."kind" = \'unnamed\')', func="IF EXISTS (SELECT 1 FROM sources_alias WHERE source_id = NEW.id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'source_with_alias_is_named', MESSAGE = 'Remove the names of this source first: an unnamed one has none.'; END IF; RETURN NEW;", hash='5c521b133dba2a253166e19e2ce5cf02d05fb39c', operation='UPDATE OF "kind"', pgid='pgtrigger_source_with_alias_is_named_3da6f', table='sources_source', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_sourceevent" ("anonymity_reason", "approved_by_id", "basis_of_knowledge", "created_at", "description", "descriptor", "id", "kind", "merged_into_id", "name", "offers", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "url") VALUES (NEW."anonymity_reason", NEW."approved_by_id", NEW."basis_of_knowledge", NEW."created_at", NEW."description", NEW."descriptor", NEW."id", NEW."kind", NEW."merged_into_id", NEW."name", NEW."offers", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."url"); RETURN NULL;', hash='eff76d3008d933308ae1d0152b33029695aed022', operation='INSERT', pgid='pgtrigger_insert_insert_c3ed3', table='sources_source', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "sources_sourceevent" ("anonymity_reason", "approved_by_id", "basis_of_knowledge", "created_at", "description", "descriptor", "id", "kind", "merged_into_id", "name", "offers", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "url") VALUES (NEW."anonymity_reason", NEW."approved_by_id", NEW."basis_of_knowledge", NEW."created_at", NEW."description", NEW."descriptor", NEW."id", NEW."kind", NEW."merged_into_id", NEW."name", NEW."offers", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."url"); RETURN NULL;', hash='e12bfe2d13310a1e1ed937bc05ff02ac6f0347a4', operation='UPDATE', pgid='pgtrigger_update_update_e6185', table='sources_source', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_sourceevent" ("anonymity_reason", "approved_by_id", "basis_of_knowledge", "created_at", "description", "descriptor", "id", "kind", "merged_into_id", "name", "offers", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "url") VALUES (OLD."anonymity_reason", OLD."approved_by_id", OLD."basis_of_knowledge", OLD."created_at", OLD."description", OLD."descriptor", OLD."id", OLD."kind", OLD."merged_into_id", OLD."name", OLD."offers", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."url"); RETURN NULL;', hash='5a1ff48eb4c941e1de060c817eea6421500d70c5', operation='DELETE', pgid='pgtrigger_delete_delete_fde77', table='sources_source', when='AFTER')),
                ],
                'permissions': [('approve_unnamed', 'Can approve the use of an unnamed source')],
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.URLField(max_length=2000, verbose_name='URL')),
                ('state', models.CharField(choices=[('pending', 'pending'), ('kept', 'kept'), ('failed', 'failed')], default='pending', max_length=10)),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('file', models.FileField(blank=True, upload_to='snapshots/%Y/%m/')),
                ('error', models.TextField(blank=True, help_text='Of the latest attempt.')),
                ('attempts', models.PositiveSmallIntegerField(db_default=0, editable=False)),
                ('next_attempt_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'kept'), ('taken_at__isnull', False), models.Q(('sha256', ''), _negated=True), models.Q(('file', ''), _negated=True)), models.Q(('file', ''), ('sha256', ''), ('state__in', ('pending', 'failed')), ('taken_at__isnull', True)), _connector='OR'), name='snapshot_kept_or_not')],
                'indexes': [models.Index(models.F('id'), condition=models.Q(('state', 'pending')), name='snapshot_due')],
            },
        ),
        migrations.CreateModel(
            name='Affiliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='affiliations', to='sources.source')),
                ('title', models.CharField(blank=True, help_text='“Sen.”, “Minister of Ports”', max_length=200)),
                ('role', models.CharField(blank=True, help_text='“chair of the Budget Committee”', max_length=300)),
                ('organisation', models.CharField(blank=True, max_length=300)),
                ('party', models.CharField(blank=True, max_length=100)),
                ('seat', models.CharField(blank=True, help_text='“N.C.”, “Harbour South”', max_length=100)),
                ('as_printed', models.CharField(blank=True, max_length=500)),
                ('start', models.DateField(blank=True, help_text='Empty when not known.', null=True)),
                ('end', models.DateField(blank=True, help_text='Empty while the role is held.', null=True)),
            ],
            options={
                'ordering': ['-start'],
                'constraints': [models.CheckConstraint(condition=models.Q(('start__isnull', True), ('end__isnull', True), ('end__gte', models.F('start')), _connector='OR'), name='affiliation_ends_after_start', violation_error_message='The role ends before it starts.'), models.CheckConstraint(condition=models.Q(('organisation', ''), ('party', ''), ('role', ''), ('seat', ''), ('title', ''), _negated=True), name='affiliation_says_something', violation_error_message='Give at least a title, role, organisation, party or seat.')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_affiliationevent" ("as_printed", "end", "id", "organisation", "party", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "seat", "source_id", "start", "title") VALUES (NEW."as_printed", NEW."end", NEW."id", NEW."organisation", NEW."party", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."role", NEW."seat", NEW."source_id", NEW."start", NEW."title"); RETURN NULL;', hash='391c42da2de488f162aa52e73fe836eb30c7fbd2', operation='INSERT', pgid='pgtrigger_insert_insert_99061', table='sources_affiliation', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "sources_affiliationevent" ("as_printed", "end", "id", "organisation", "party", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "seat", "source_id", "start", "title") VALUES (NEW."as_printed", NEW."end", NEW."id", NEW."organisation", NEW."party", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."role", NEW."seat", NEW."source_id", NEW."start", NEW."title"); RETURN NULL;', hash='3157e24274900a3d5d0f259c246d87ce3028479d', operation='UPDATE', pgid='pgtrigger_update_update_d5523', table='sources_affiliation', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_affiliationevent" ("as_printed", "end", "id", "organisation", "party", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "seat", "source_id", "start", "title") VALUES (OLD."as_printed", OLD."end", OLD."id", OLD."organisation", OLD."party", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."role", OLD."seat", OLD."source_id", OLD."start", OLD."title"); RETURN NULL;', hash='a0dc13a7ff2a83e14b99f1f94f72fedcdc641b3d', operation='DELETE', pgid='pgtrigger_delete_delete_edb48', table='sources_affiliation', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='merged_source_has_no_affiliation', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM 1 FROM sources_source WHERE id = NEW.source_id FOR SHARE; IF EXISTS (SELECT 1 FROM sources_source WHERE id = NEW.source_id AND merged_into_id IS NOT NULL) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'merged_source_has_no_affiliation', MESSAGE = 'This source was merged into another one: add it there.'; END IF; RETURN NEW;", hash='28a919e6c8481ecaf7eb4258cabbdfd50680e8d0', operation='INSERT OR UPDATE OF "source_id"', pgid='pgtrigger_merged_source_has_no_affiliation_4d361', table='sources_affiliation', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='affiliation_stays_with_its_source', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="IF EXISTS (SELECT 1 FROM sources_affiliation a WHERE a.id = NEW.id AND a.source_id <> OLD.source_id AND NOT EXISTS (SELECT 1 FROM sources_source s WHERE s.id = OLD.source_id AND s.merged_into_id = a.source_id)) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'affiliation_stays_with_its_source', MESSAGE = 'A role stays with its source, or goes to the one that stands for it after a merge.'; END IF; RETURN NULL;", hash='8e6ae92c3756b315b3b163152293da41618d0d29', operation='UPDATE OF "source_id"', pgid='pgtrigger_affiliation_stays_with_its_source_df3fa', table='sources_affiliation', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Alias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='sources.source')),
                ('name', models.CharField(max_length=300)),
                ('normalised', models.CharField(editable=False, max_length=300)),
            ],
            options={
                'verbose_name_plural': 'aliases',
                'ordering': ['name'],
                'indexes': [models.Index(models.F('normalised'), name='alias_by_name')],
                'constraints': [models.UniqueConstraint(models.F('source'), models.F('normalised'), name='alias_once_per_source'), models.CheckConstraint(condition=models.Q(('normalised', ''), _negated=True), name='alias_not_empty')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='unnamed_source_has_no_alias', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM 1 FROM sources_source WHERE id = NEW.source_id AND kind = 'unnamed' FOR SHARE; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'unnamed_source_has_no_alias', MESSAGE = 'An unnamed source has no names.'; END IF; RETURN NEW;", hash='cf00f227a7b008287557750cad4d0722fec437d9', operation='INSERT OR UPDATE OF "source_id"', pgid='pgtrigger_unnamed_source_has_no_alias_ba224', table='sources_alias', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_aliasevent" ("id", "name", "normalised", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id") VALUES (NEW."id", NEW."name", NEW."normalised", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."source_id"); RETURN NULL;', hash='556139ce175dbd9c3d515554075858306e27b30d', operation='INSERT', pgid='pgtrigger_insert_insert_56caa', table='sources_alias', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "sources_aliasevent" ("id", "name", "normalised", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id") VALUES (NEW."id", NEW."name", NEW."normalised", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."source_id"); RETURN NULL;', hash='8455441427aaa74ac418df267d01e65ec14b7cd2', operation='UPDATE', pgid='pgtrigger_update_update_155f3', table='sources_alias', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_aliasevent" ("id", "name", "normalised", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id") VALUES (OLD."id", OLD."name", OLD."normalised", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."source_id"); RETURN NULL;', hash='448fba758c66944e5da438538c513a4704e89e0d', operation='DELETE', pgid='pgtrigger_delete_delete_d2c05', table='sources_alias', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='merged_source_has_no_alias', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM 1 FROM sources_source WHERE id = NEW.source_id FOR SHARE; IF EXISTS (SELECT 1 FROM sources_source WHERE id = NEW.source_id AND merged_into_id IS NOT NULL) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'merged_source_has_no_alias', MESSAGE = 'This source was merged into another one: add it there.'; END IF; RETURN NEW;", hash='0b2eb24d54de4ede1b9d06f93c75cd8adbafdfac', operation='INSERT OR UPDATE OF "source_id"', pgid='pgtrigger_merged_source_has_no_alias_82a83', table='sources_alias', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='SourceEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sources.source')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('person', 'person'), ('organisation', 'organisation'), ('publication', 'publication'), ('document', 'document'), ('dataset', 'dataset'), ('unnamed', 'unnamed source')], max_length=15)),
                ('name', models.CharField(blank=True, help_text='Empty for an unnamed source.', max_length=300)),
                ('description', models.TextField(blank=True)),
                ('url', models.URLField(blank=True, max_length=2000, verbose_name='URL')),
                ('descriptor', models.CharField(blank=True, help_text='How the story calls an unnamed source: “a European official”.', max_length=300)),
                ('anonymity_reason', models.CharField(blank=True, help_text='As stated in the story: “not authorised to speak to the press”.', max_length=500, verbose_name='reason for anonymity')),
                ('basis_of_knowledge', models.CharField(blank=True, help_text='How the unnamed source knows what it says.', max_length=500)),
                ('offers', models.CharField(blank=True, choices=[('information', 'information'), ('opinion', 'opinion or speculation')], help_text='Whether the unnamed source gives information, or opinion.', max_length=15, verbose_name='gives')),
                ('approved_by', models.ForeignKey(blank=True, db_constraint=False, help_text='Who agreed to use the unnamed source.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approving editor')),
                ('merged_into', models.ForeignKey(blank=True, db_constraint=False, editable=False, help_text='The source that stands for this one since the two were found to be one.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sources.source')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f130dee5c0afd9f03250b1f9000e554b81c5c4ae', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_add2d', table='sources_sourceevent', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='OutsideCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('snapshot', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='outside', to='sources.snapshot')),
                ('archive', models.CharField(max_length=100)),
                ('state', models.CharField(choices=[('pending', 'to be asked for'), ('requested', 'asked for'), ('archived', 'archived'), ('failed', 'failed')], default='pending', max_length=10)),
                ('job', models.CharField(blank=True, help_text='How the archive names the order.', max_length=100)),
                ('url', models.URLField(blank=True, max_length=2100, verbose_name='URL')),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.TextField(blank=True, help_text='Of the latest attempt.')),
                ('attempts', models.PositiveSmallIntegerField(db_default=0, editable=False)),
                ('next_attempt_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name_plural': 'outside copies',
                'ordering': ['-id'],
                'indexes': [models.Index(models.F('next_attempt_at'), condition=models.Q(('state__in', ['pending', 'requested'])), name='outside_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'archived'), ('taken_at__isnull', False), models.Q(('url', ''), _negated=True)), models.Q(('state__in', ['pending', 'requested', 'failed']), ('taken_at__isnull', True), ('url', '')), _connector='OR'), name='outside_archived_or_not'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'requested'), _negated=True), models.Q(('job', ''), _negated=True), _connector='OR'), name='outside_requested_has_job')],
            },
        ),
        migrations.CreateModel(
            name='AffiliationEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sources.affiliation')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('source', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sources.source')),
                ('title', models.CharField(blank=True, help_text='“Sen.”, “Minister of Ports”', max_length=200)),
                ('role', models.CharField(blank=True, help_text='“chair of the Budget Committee”', max_length=300)),
                ('organisation', models.CharField(blank=True, max_length=300)),
                ('party', models.CharField(blank=True, max_length=100)),
                ('seat', models.CharField(blank=True, help_text='“N.C.”, “Harbour South”', max_length=100)),
                ('as_printed', models.CharField(blank=True, max_length=500)),
                ('start', models.DateField(blank=True, help_text='Empty when not known.', null=True)),
                ('end', models.DateField(blank=True, help_text='Empty while the role is held.', null=True)),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='48a7e2e2d17a7a3010f9a383d6f8f051958c861d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_59b6a', table='sources_affiliationevent', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='AliasEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sources.alias')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('source', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sources.source')),
                ('name', models.CharField(max_length=300)),
                ('normalised', models.CharField(editable=False, max_length=300)),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='287f12af5ff45872c24f3460df379758090d24e1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_92b29', table='sources_aliasevent', when='BEFORE')),
                ],
            },
        ),
    ]
