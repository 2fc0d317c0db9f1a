"""Families of stories that are copies of each other: the tables with their rules, as they stood in November 2026."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('families', '0001_initial'),
        ('families', '0002_failures_are_put_off'),
        ('families', '0003_follow_again_and_refused_copies'),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('articles', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Family',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='leads_family', to='articles.article')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name_plural': 'families',
                'triggers': [
                    pgtrigger.compiler.Trigger(name='family_first_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."first_id" IS DISTINCT FROM (NEW."first_id"))', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'family_first_never_changes', MESSAGE = 'A family keeps the story that it began with.';", hash='f3a8ad006f3ca47c65742f2769b65c6a87d0d4af', operation='UPDATE', pgid='pgtrigger_family_first_never_changes_cd285', table='families_family', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "families_familyevent" ("created_at", "first_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."created_at", NEW."first_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id"); RETURN NULL;', hash='0551e15cb9854d35f0d2e4daaf371400d0a92655', operation='INSERT', pgid='pgtrigger_insert_insert_b3032', table='families_family', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "families_familyevent" ("created_at", "first_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."created_at", NEW."first_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id"); RETURN NULL;', hash='d785c59d4d2ba1eeac897a7e07265a7a7703ec17', operation='UPDATE', pgid='pgtrigger_update_update_9cc70', table='families_family', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "families_familyevent" ("created_at", "first_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."created_at", OLD."first_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id"); RETURN NULL;', hash='ab3e7d63246616ab2ed8342e04e1f477b0281a0e', operation='DELETE', pgid='pgtrigger_delete_delete_9ca0f', table='families_family', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='signature', serialize=False, to='articles.article')),
                ('revision', models.ForeignKey(help_text='The text that was compared.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.revision')),
                ('bands', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
                ('leads', models.BooleanField(default=True, help_text='Whether others are compared with it: it is the first of its family, or alone.')),
                ('engine', models.CharField(max_length=30)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(condition=models.Q(('leads', True)), fields=['bands'], name='signature_bands')],
            },
        ),
        migrations.CreateModel(
            name='Failure',
            fields=[
                ('revision', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='articles.revision')),
                ('attempts', models.PositiveIntegerField(db_default=0)),
                ('next_attempt_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='NotACopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='no_copy_of', to='articles.article')),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.article')),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('said_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': 'refused copy',
                'verbose_name_plural': 'refused copies',
                'constraints': [models.UniqueConstraint(models.F('article'), models.F('of'), name='not_a_copy_once'), models.CheckConstraint(condition=models.Q(('article', models.F('of')), _negated=True), name='not_a_copy_of_another')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "families_notacopyevent" ("article_id", "id", "of_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "said_at", "said_by_id") VALUES (NEW."article_id", NEW."id", NEW."of_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."said_at", NEW."said_by_id"); RETURN NULL;', hash='e277ab5063372a225d0e026c3f71fdc1cd1adcb5', operation='INSERT', pgid='pgtrigger_insert_insert_a691d', table='families_notacopy', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "families_notacopyevent" ("article_id", "id", "of_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "said_at", "said_by_id") VALUES (OLD."article_id", OLD."id", OLD."of_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."said_at", OLD."said_by_id"); RETURN NULL;', hash='e9460ce9aece4f2ec6f645358789f61753f068a8', operation='DELETE', pgid='pgtrigger_delete_delete_e59a2', table='families_notacopy', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='FamilyEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='families.family')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('first', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='articles.article')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d07eadc7f2edf1dc922a880fabf8ab53b90e3c86', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f644e', table='families_familyevent', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='FamilyMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='family_member', to='articles.article')),
                ('family', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='families.family')),
                ('revision', models.ForeignKey(help_text='The text that was compared.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.revision')),
                ('similarity', models.FloatField(help_text='How much of the words is the same, 0 to 1.')),
                ('engine', models.CharField(max_length=30)),
                ('joined_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('followed_at', models.DateTimeField(blank=True, editable=False, help_text='When decisions on its siblings were last taken over. Empty: still to be done.', null=True)),
                ('follow_attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('follow_next_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, help_text='Not tried before, where it is still to be done.')),
                ('follow_error', models.TextField(blank=True, editable=False, help_text='Why it could not be done at the last attempt.')),
            ],
            options={
                'indexes': [models.Index(models.F('follow_next_at'), condition=models.Q(('followed_at', None)), name='family_member_to_follow')],
                'constraints': [models.CheckConstraint(condition=models.Q(('similarity__gte', 0), ('similarity__lte', 1)), name='family_member_similarity_0_to_1')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='family_member_leads_none', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT FROM families_family WHERE first_id = NEW.article_id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'family_member_leads_none', MESSAGE = 'The first story of a family is in no other one.'; END IF; RETURN NEW;", hash='f07fb65dd00c256184dab9349dec2efe07cf2ccb', operation='INSERT OR UPDATE', pgid='pgtrigger_family_member_leads_none_e7b18', table='families_familymember', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "families_familymemberevent" ("article_id", "engine", "family_id", "followed_at", "id", "joined_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "similarity") VALUES (NEW."article_id", NEW."engine", NEW."family_id", NEW."followed_at", NEW."id", NEW."joined_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."revision_id", NEW."similarity"); RETURN NULL;', hash='8e78952231887d55e6cc95528f80df8c84ca4d89', operation='INSERT', pgid='pgtrigger_insert_insert_c4154', table='families_familymember', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "families_familymemberevent" ("article_id", "engine", "family_id", "followed_at", "id", "joined_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "similarity") VALUES (OLD."article_id", OLD."engine", OLD."family_id", OLD."followed_at", OLD."id", OLD."joined_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."revision_id", OLD."similarity"); RETURN NULL;', hash='c69f88da15a0690b2fc69d9954bcf9e89bb803aa', operation='DELETE', pgid='pgtrigger_delete_delete_6aaee', table='families_familymember', when='AFTER')),
                    pgtrigger.compiler.Trigger(name='family_member_was_not_refused', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT FROM families_notacopy refused JOIN families_family family ON family.first_id = refused.of_id WHERE refused.article_id = NEW.article_id AND family.id = NEW.family_id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'family_member_was_not_refused', MESSAGE = 'Somebody said that this is not a copy of that story.'; END IF; RETURN NEW;", hash='6b5663c628f28b10efc989cf27b2fe4cc9e7f52a', operation='INSERT OR UPDATE OF "article_id", "family_id"', pgid='pgtrigger_family_member_was_not_refused_cf8cb', table='families_familymember', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."article_id" IS DISTINCT FROM (NEW."article_id") OR OLD."engine" IS DISTINCT FROM (NEW."engine") OR OLD."family_id" IS DISTINCT FROM (NEW."family_id") OR OLD."followed_at" IS DISTINCT FROM (NEW."followed_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."joined_at" IS DISTINCT FROM (NEW."joined_at") OR OLD."revision_id" IS DISTINCT FROM (NEW."revision_id") OR OLD."similarity" IS DISTINCT FROM (NEW."similarity"))', func='INSERT INTO "families_familymemberevent" ("article_id", "engine", "family_id", "followed_at", "id", "joined_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "similarity") VALUES (NEW."article_id", NEW."engine", NEW."family_id", NEW."followed_at", NEW."id", NEW."joined_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."revision_id", NEW."similarity"); RETURN NULL;', hash='f0ac18ba426709298db8d29124c2e3cf5b504ad7', operation='UPDATE', pgid='pgtrigger_update_update_0ee8b', table='families_familymember', when='AFTER')),
                ],
            },
        ),
        migrations.CreateModel(
            name='NotACopyEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='families.notacopy')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('article', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='articles.article')),
                ('of', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='articles.article')),
                ('said_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('said_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8a670bcab8fa14ee52b8fbf09fa854d78a3d76e8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fd4fa', table='families_notacopyevent', when='BEFORE')),
                ],
            },
        ),
        migrations.CreateModel(
            name='FamilyMemberEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='families.familymember')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('article', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='articles.article')),
                ('family', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.family')),
                ('revision', models.ForeignKey(db_constraint=False, help_text='The text that was compared.', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='articles.revision')),
                ('similarity', models.FloatField(help_text='How much of the words is the same, 0 to 1.')),
                ('engine', models.CharField(max_length=30)),
                ('joined_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('followed_at', models.DateTimeField(blank=True, editable=False, help_text='When decisions on its siblings were last taken over. Empty: still to be done.', null=True)),
            ],
            options={
                'abstract': False,
                'triggers': [
                    pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='59a3d4059e59bb2929afee6350d51713191d9306', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d502c', table='families_familymemberevent', when='BEFORE')),
                ],
            },
        ),
    ]
