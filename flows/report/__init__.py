"""The page of `marsad report`: geometry in charts.py and worldmap.py, markup in page.html.j2."""
