"""What a series of years says about peak, neutrality and rate, and nothing about where the series came from."""
