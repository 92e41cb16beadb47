"""Evaluation: predictions compared with ground truth, metrics, reports and their comparison."""
