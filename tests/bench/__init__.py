"""How fast soatin is, measured on this machine: ``make bench`` prints a table and writes docs/benchmarks.md."""
