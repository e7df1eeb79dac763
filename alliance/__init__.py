"""Commonweal's shell: places, people, tenancy and what every room needs.

Deliberately free of Django imports: `alliance.local` starts servers before
any settings exist. The Celery application is found by Celery as
`alliance.celery` and by Django through `alliance.apps`.
"""
