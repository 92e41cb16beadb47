"""Open Images V6 and V7: tables of boxes, of masks and of image labels beside pictures."""
