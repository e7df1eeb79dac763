"""The staff's side of the directory."""

from django.urls import URLPattern

staff: list[URLPattern] = []
