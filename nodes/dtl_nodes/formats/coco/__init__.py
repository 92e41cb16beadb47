"""COCO: instances, keypoints, results and panoptic pictures in large JSON files."""
