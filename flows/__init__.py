"""When things happen: pipeline, flows, reports, deliveries, the command line."""
