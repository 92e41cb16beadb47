"""Tables of image paths and boxes: CSV, TSV and Parquet files, one row for a box or an image."""
