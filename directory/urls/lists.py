"""Lists of listings: search, map, feeds, sitemap, what others embed."""

from django.urls import URLPattern, path

from directory.views import embed, feeds, lists, map, printed

public: list[URLPattern] = [
    path("directory/", lists.directory, name="directory"),
    path("directory/map/", map.map_page, name="map"),
    path("directory/map.json", map.map_json, name="map_json"),
    path("directory/print/", printed.printed, name="print"),
    path("directory/feed.atom", feeds.atom, name="feed"),
    path("directory/businesses.csv", feeds.csv, name="csv"),
    path("directory/businesses.json", feeds.json, name="json"),
    path("directory/businesses.geojson", feeds.geojson, name="geojson"),
    path("directory/widget/", embed.widget, name="widget"),
    path("directory/widget/frame/", embed.frame, name="widget_frame"),
    path("directory/widget.js", embed.script, name="widget_js"),
]
