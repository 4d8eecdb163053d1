"""Questions that run the model: a run and its verdict."""
