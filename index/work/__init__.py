"""Who does what now: leases, outbox, one-at-a-time latches, work asked for at the desk."""
