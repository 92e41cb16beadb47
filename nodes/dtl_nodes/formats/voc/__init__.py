"""Pascal VOC: boxes in XML files, masks in pictures with a palette, splits in lists."""
