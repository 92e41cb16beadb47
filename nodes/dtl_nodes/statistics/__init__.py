"""What streams are measured by: histograms, tallies, and the report that shows them."""
