"""The augmenters of imgaug that ``imgaug_studio`` offers: parameters, and what they do.

imgaug itself is not maintained any more and not needed: the effects are written down here.
"""
