"""YOLO: one text file of rows beside each image, and a YAML file of classes and splits."""
