import alliance.clock
import alliance.tenancy.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alliance', '0009_seat_begins'),
        ('moderation', '0002_agreements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonalMute',
            fields=[
                ('id', models.UUIDField(default=alliance.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=alliance.clock.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('alliance', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.alliance')),
                ('muted', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('muter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['alliance', 'muted'], name='personal_mute_of')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('alliance', 'muter', 'muted'), name='personal_mute_once'), models.CheckConstraint(condition=models.Q(('muter', models.F('muted')), _negated=True), name='personal_mute_of_another')],
            },
        ),
    ]
