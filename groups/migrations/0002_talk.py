"""Topics, posts, and the one function that finds among them."""

import alliance.clock
import alliance.tenancy.models
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

# `@@` is not leakproof: under row-level security no plan may use the text index. As its owner
# this function may; it refuses any alliance but the current one and gives ids alone (ADR-0020).
# What is rare is found by its words and then put in order, what is frequent by walking back in
# time until enough is found. The planner cannot tell which is which: it takes a word that nobody
# wrote for one that a page of newest posts will hold, and walks through all. So it is counted
# first, up to 5,000. Without sequential scans: under a LIMIT they look cheap in a large table.
SEARCH = """
CREATE FUNCTION groups_search(
    for_alliance uuid, for_groups uuid[], wanted tsquery, before timestamptz, before_id uuid, most integer
)
RETURNS TABLE (post uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
AS $$
DECLARE
    rare CONSTANT integer := 5000;
    fitting uuid[];
BEGIN
    IF for_alliance IS DISTINCT FROM NULLIF(current_setting('app.alliance', true), '')::uuid THEN
        RAISE EXCEPTION 'this is not the current alliance' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT array_agg(few.id) INTO fitting FROM (
        SELECT found.id FROM groups_post AS found
        WHERE found.alliance_id = for_alliance AND found.document @@ wanted
        LIMIT rare
    ) AS few;
    IF COALESCE(cardinality(fitting), 0) < rare THEN
        RETURN QUERY
            SELECT found.id
            FROM groups_post AS found
            JOIN groups_topic AS topic
                ON topic.alliance_id = found.alliance_id AND topic.id = found.topic_id
            WHERE found.id = ANY (fitting)
                AND found.alliance_id = for_alliance AND found.group_id = ANY (for_groups)
                AND found.hidden_at IS NULL AND topic.hidden_at IS NULL
                AND (found.created_at, found.id) < (before, before_id)
            ORDER BY found.created_at DESC, found.id DESC
            LIMIT most;
    ELSE
        RETURN QUERY
            SELECT found.id
            FROM groups_post AS found
            JOIN groups_topic AS topic
                ON topic.alliance_id = found.alliance_id AND topic.id = found.topic_id
            WHERE found.alliance_id = for_alliance AND found.group_id = ANY (for_groups)
                AND found.hidden_at IS NULL AND topic.hidden_at IS NULL
                AND found.document @@ wanted
                AND (found.created_at, found.id) < (before, before_id)
            ORDER BY found.created_at DESC, found.id DESC
            LIMIT most;
    END IF;
END
$$;
COMMENT ON FUNCTION groups_search IS
    'Posts of the current alliance in these groups that fit and are not hidden, the newest first, before a place.';
"""


class Migration(migrations.Migration):

    dependencies = [
        ("directory", "0002_search"),
        ('alliance', '0008_steward_roles'),
        ('groups', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.UUIDField(default=alliance.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('hidden_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('talk', 'Talk'), ('help_wanted', 'Help wanted'), ('resource', 'Resource'), ('win_failure', 'Win & failure'), ('meeting', 'Meeting')], default='talk', max_length=12)),
                ('title', models.CharField(max_length=120)),
                ('is_tough_ok', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=alliance.clock.now)),
                ('last_post_at', models.DateTimeField(default=alliance.clock.now)),
                ('last_number', models.PositiveIntegerField(default=0)),
                ('post_count', models.PositiveIntegerField(default=0)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('pinned_at', models.DateTimeField(blank=True, null=True)),
                ('locked_at', models.DateTimeField(blank=True, null=True)),
                ('alliance', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.alliance')),
                ('author', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='topics', to='groups.groupmember')),
                ('group', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='topics', to='groups.group')),
                ('last_by', alliance.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='groups.groupmember')),
                ('merged_into', alliance.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='groups.topic')),
            ],
            options={
                'ordering': ['-last_post_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ReadMark',
            fields=[
                ('id', models.UUIDField(default=alliance.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('at', models.DateTimeField(default=alliance.clock.now)),
                ('alliance', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.alliance')),
                ('member', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='read_marks', to='groups.groupmember')),
                ('topic', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='read_marks', to='groups.topic')),
            ],
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.UUIDField(default=alliance.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('hidden_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('number', models.PositiveIntegerField()),
                ('words', models.TextField(validators=[django.core.validators.MaxLengthValidator(20000)])),
                ('html', models.TextField()),
                ('created_at', models.DateTimeField(default=alliance.clock.now)),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('helped_count', models.PositiveIntegerField(default=0)),
                ('document', django.contrib.postgres.search.SearchVectorField()),
                ('alliance', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.alliance')),
                ('author', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='groups.groupmember')),
                ('group', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='groups.group')),
                ('reply_to', alliance.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='groups.post')),
                ('topic', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='groups.topic')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='HelpWantedStep',
            fields=[
                ('id', models.UUIDField(default=alliance.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('step', models.CharField(choices=[('facilitator', 'reached the facilitator'), ('staff', 'reached the staff')], max_length=12)),
                ('at', models.DateTimeField(default=alliance.clock.now)),
                ('alliance', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.alliance')),
                ('topic', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='help_steps', to='groups.topic')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.UUIDField(default=alliance.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('track', 'following'), ('mute', 'muted')], max_length=5)),
                ('at', models.DateTimeField(default=alliance.clock.now)),
                ('alliance', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.alliance')),
                ('member', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='follows', to='groups.groupmember')),
                ('topic', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='follows', to='groups.topic')),
            ],
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.UUIDField(default=alliance.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('talk', 'Talk'), ('help_wanted', 'Help wanted'), ('resource', 'Resource'), ('win_failure', 'Win & failure'), ('meeting', 'Meeting')], default='talk', max_length=12)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('words', models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(20000)])),
                ('is_tough_ok', models.BooleanField(default=False)),
                ('saved_at', models.DateTimeField(default=alliance.clock.now)),
                ('alliance', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.alliance')),
                ('group', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='groups.group')),
                ('seat', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.seat')),
                ('topic', alliance.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='groups.topic')),
            ],
        ),
        migrations.CreateModel(
            name='Habit',
            fields=[
                ('id', models.UUIDField(default=alliance.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('read_up_to', models.DateTimeField(default=alliance.clock.now)),
                ('no_letters_at', models.DateTimeField(blank=True, null=True)),
                ('alliance', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.alliance')),
                ('member', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='habits', to='groups.groupmember')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('alliance', 'member'), name='habit_once')],
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.UUIDField(default=alliance.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=alliance.clock.now)),
                ('alliance', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.alliance')),
                ('member', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='groups.groupmember')),
                ('post', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='groups.post')),
            ],
            options={
                'indexes': [models.Index(fields=['alliance', 'member', '-at'], name='mention_of_member')],
                'constraints': [models.UniqueConstraint(fields=('alliance', 'post', 'member'), name='mention_once')],
            },
        ),
        migrations.CreateModel(
            name='Helped',
            fields=[
                ('id', models.UUIDField(default=alliance.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=alliance.clock.now)),
                ('alliance', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.alliance')),
                ('member', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='helped_by', to='groups.groupmember')),
                ('post', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='helped', to='groups.post')),
            ],
            options={
                'indexes': [models.Index(fields=['alliance', 'at'], name='helped_recent')],
                'constraints': [models.UniqueConstraint(fields=('alliance', 'post', 'member'), name='helped_once')],
            },
        ),
        migrations.CreateModel(
            name='PostPicture',
            fields=[
                ('id', models.UUIDField(default=alliance.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('hidden_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('words', models.CharField(max_length=160)),
                ('added_at', models.DateTimeField(default=alliance.clock.now)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('alliance', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.alliance')),
                ('large', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.storedfile')),
                ('post', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='pictures', to='groups.post')),
                ('seat', alliance.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.seat')),
                ('small', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.storedfile')),
            ],
            options={
                'ordering': ['added_at', 'id'],
                'indexes': [models.Index(fields=['alliance', 'post', 'added_at'], name='post_picture_of')],
            },
        ),
        migrations.CreateModel(
            name='PostVersion',
            fields=[
                ('id', models.UUIDField(default=alliance.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('words', models.TextField()),
                ('at', models.DateTimeField(default=alliance.clock.now)),
                ('alliance', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.alliance')),
                ('by', alliance.tenancy.models.TenantForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.seat')),
                ('post', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='groups.post')),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('alliance', 'post', 'number'), name='post_version_once')],
            },
        ),
        migrations.CreateModel(
            name='TalkVersion',
            fields=[
                ('id', models.UUIDField(default=alliance.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveBigIntegerField(default=1)),
                ('alliance', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.alliance')),
                ('group', alliance.tenancy.models.TenantForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='talk_versions', to='groups.group')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('alliance', 'group'), name='talk_version_once')],
            },
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(condition=models.Q(('hidden_at__isnull', True), ('merged_into__isnull', True)), fields=['alliance', 'group', '-last_post_at', '-id'], name='topic_by_last_post'),
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(condition=models.Q(('pinned_at__isnull', False)), fields=['alliance', 'group', 'pinned_at'], name='topic_pinned'),
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(condition=models.Q(('answered_at__isnull', True), ('hidden_at__isnull', True), ('kind', 'help_wanted'), ('locked_at__isnull', True), ('merged_into__isnull', True)), fields=['alliance', 'created_at'], name='topic_help_waits'),
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(condition=models.Q(('kind', 'help_wanted')), fields=['alliance', 'group', 'created_at'], name='topic_help_of_group'),
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(fields=['alliance', 'created_at', 'id'], name='topic_by_creation'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.UniqueConstraint(fields=('alliance', 'number'), name='topic_number_once'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['talk', 'help_wanted', 'resource', 'win_failure', 'meeting'])), name='topic_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('post_count__lte', models.F('last_number'))), name='topic_counts_its_posts'),
        ),
        migrations.AddConstraint(
            model_name='readmark',
            constraint=models.UniqueConstraint(fields=('alliance', 'member', 'topic'), name='read_mark_once'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=django.contrib.postgres.indexes.GinIndex(fields=['alliance', 'document'], name='post_document'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('hidden_at__isnull', True)), fields=['alliance', 'group', '-created_at', '-id'], name='post_of_group'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('hidden_at__isnull', True)), fields=['alliance', '-created_at', '-id'], name='post_by_time'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['alliance', 'author', '-created_at'], name='post_of_author'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('alliance', 'topic', 'number'), name='post_number_once'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='post_numbers_begin_at_one'),
        ),
        migrations.AddConstraint(
            model_name='helpwantedstep',
            constraint=models.UniqueConstraint(fields=('alliance', 'topic', 'step'), name='help_step_once'),
        ),
        migrations.AddConstraint(
            model_name='helpwantedstep',
            constraint=models.CheckConstraint(condition=models.Q(('step__in', ['facilitator', 'staff'])), name='help_step_known'),
        ),
        migrations.AddIndex(
            model_name='follow',
            index=models.Index(condition=models.Q(('kind', 'track')), fields=['alliance', 'topic'], name='follow_of_topic'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.UniqueConstraint(fields=('alliance', 'member', 'topic'), name='follow_once'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['track', 'mute'])), name='follow_kind_known'),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(fields=['alliance', 'seat', '-saved_at'], name='draft_of_seat'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(fields=('alliance', 'seat', 'group', 'topic'), name='draft_once', nulls_distinct=False),
        ),
        migrations.RunSQL(
            SEARCH,
            "DROP FUNCTION groups_search(uuid, uuid[], tsquery, timestamptz, uuid, integer);",
        ),
    ]
