"""What readers repair, by codes: in the summary of a run, in its JSON log and in ``failed``."""

CUT = "R601"
"""An object leaves its image, and is cut at the border."""

TURNED = "R602"
"""An annotation of the picture as it is stored is turned with its EXIF orientation."""

SWAPPED = "R603"
"""The corners of a box are the wrong way round."""

REPEATED = "R604"
"""An object is said twice, and read once."""

CLIPPED = "R605"
"""A share of a side is a little beyond 0 to 1."""

RESIZED = "R606"
"""A mask is of another size than its image, and is resized to it."""

UNANNOTATED = "R607"
"""An image has no annotation, and is read without objects."""

SKIPPED = "R608"
"""A row or a mask holds no object, and is skipped."""

OTHER_SIZE = "R609"
"""An annotation tells another size than its image has, whose own counts."""

CROSSED = "R610"
"""An outline crosses or touches itself; it is kept, and filled by the even-odd rule."""
