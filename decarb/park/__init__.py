"""One park, hour by hour: resource, load, dispatch and inventory."""
