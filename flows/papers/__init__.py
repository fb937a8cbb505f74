"""Papers of the office: reports, and the official form that all share."""
