"""Many scenarios of one design: the design, its sample, the store and what it says."""
