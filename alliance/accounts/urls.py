"""allauth's pages; sign-up stands closed, its address answers so."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.urls"))]
