"""Many parks and the rest of the economy: zones, rollout, power, sectors, sinks, ledger and totals."""
