"""Plain folders of images, without annotations."""
