"""For people: result folders, IAMC files, figures and the terminal."""
