"""Gatherings: meetings, workshops and conferences, who comes, their calendars."""
