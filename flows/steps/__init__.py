"""The steps of the pipeline; a step does not know who called it."""
