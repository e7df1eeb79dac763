"""`{% load assets %}`: links to the stylesheets."""

from django import template

from alliance.assets import stylesheet_urls

register = template.Library()
register.simple_tag(stylesheet_urls)
