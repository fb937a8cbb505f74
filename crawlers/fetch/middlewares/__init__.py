"""What stands between a hostile web and us: Scrapy's downloader middlewares, one a file (run.py names them)."""
