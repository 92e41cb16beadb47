"""Where things lie in a Supervisely project.

<project>/meta.json
<project>/<dataset>/img/<image>
<project>/<dataset>/ann/<image>.json
"""

META = "meta.json"
META_OF_FIRST_VERSION = "classes.json"
IMAGES = "img"
ANNOTATIONS = "ann"
NESTED = "datasets"
ANNOTATION_SUFFIX = ".json"
