"""The analyst's search, saved searches and exports."""
