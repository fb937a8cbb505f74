"""Where the next pages are named: feeds, sitemaps, listings, further pages."""
