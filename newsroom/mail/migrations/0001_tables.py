"""The outbox of mails: the tables with their rules, as they stood in November 2026."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('mail', '0001_initial'),
        ('mail', '0002_webhook_mails'),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Declined',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='declined_mail', to=settings.AUTH_USER_MODEL)),
                ('kind', models.CharField(choices=[('assignment', 'a claim is assigned to me'), ('mention', 'somebody mentions me in a comment'), ('return', 'a check of mine is returned'), ('overdue', 'a claim of mine is overdue'), ('webhook', 'a webhook is switched off')], max_length=12)),
            ],
            options={
                'verbose_name_plural': 'declined',
                'constraints': [models.UniqueConstraint(models.F('user'), models.F('kind'), name='declined_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['assignment', 'mention', 'return', 'overdue', 'webhook'])), name='declined_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(editable=False, max_length=200, unique=True)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to=settings.AUTH_USER_MODEL)),
                ('kind', models.CharField(choices=[('assignment', 'a claim is assigned to me'), ('mention', 'somebody mentions me in a comment'), ('return', 'a check of mine is returned'), ('overdue', 'a claim of mine is overdue'), ('webhook', 'a webhook is switched off')], max_length=12)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='waiting', editable=False, max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('next_attempt_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('sent_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('error', models.TextField(blank=True, editable=False, help_text='Why it was not sent, or not at the first attempt.')),
            ],
            options={
                'verbose_name': 'e-mail',
                'ordering': ['-id'],
                'indexes': [models.Index(models.F('next_attempt_at'), condition=models.Q(('state', 'waiting')), name='mail_due'), models.Index(models.OrderBy(models.F('id'), descending=True), condition=models.Q(('state', 'failed')), name='mail_failed'), models.Index(models.F('recipient'), models.OrderBy(models.F('id'), descending=True), name='mail_by_recipient')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sent', 'failed', 'cancelled'])), name='mail_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('next_attempt_at__isnull', False), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('next_attempt_at__isnull', True)), _connector='OR'), name='mail_next_attempt_while_waiting'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='mail_sent_at_when_sent'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('failed', 'cancelled')), _negated=True), models.Q(('error', ''), _negated=True), _connector='OR'), name='mail_unsent_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('subject', ''), _negated=True), models.Q(('subject__regex', '[\\r\\n]'), _negated=True)), name='mail_subject_is_one_line'), models.CheckConstraint(condition=models.Q(('kind__in', ['assignment', 'mention', 'return', 'overdue', 'webhook'])), name='mail_kind_known')],
                'triggers': [
                    pgtrigger.compiler.Trigger(name='mail_says_what_it_said', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."recipient_id" IS DISTINCT FROM (NEW."recipient_id") OR OLD."subject" IS DISTINCT FROM (NEW."subject"))', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mail_says_what_it_said', MESSAGE = 'A mail is not changed after it was written.';", hash='a4cc3e627e6dc026647a584e420fa8455dc7e68e', operation='UPDATE', pgid='pgtrigger_mail_says_what_it_said_f6af7', table='mail_mail', when='BEFORE')),
                    pgtrigger.compiler.Trigger(name='mail_sent_stays_sent', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" = \'sent\')', func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mail_sent_stays_sent', MESSAGE = 'What was sent cannot be taken back.';", hash='b7717113d6c55c1c2995bda5c3e033dd3461ca33', operation='UPDATE', pgid='pgtrigger_mail_sent_stays_sent_59e43', table='mail_mail', when='BEFORE')),
                ],
            },
        ),
    ]
