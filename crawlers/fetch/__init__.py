"""One polite round of asking: the spider, its limits and who may be asked."""
