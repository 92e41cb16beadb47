"""Names of actions beside the catalogue's: other names, and what cannot be had here."""

_VIDEO = (
    "works on videos, and dtl-engine reads images",
    "cut the videos into images and read these with 'data'",
)
_JOB = (
    "needs a labelling platform",
    "save the samples with 'supervisely' and label them in a tool of your choice",
)

ALIASES = {
    "apply_nn": "infer",
    "apply_nn_inference": "infer",
    "bbox_to_polygon": "bbox2poly",
    "bitmap2poly": "find_contours",
    "change_class_color": "color_class",
    "copy": "dummy",
    "create_new_project": "supervisely",
    "deploy_mmdetection": "model",
    "deploy_mmsegmentation": "model",
    "deploy_rtdetr": "model",
    "deploy_rtdetrv2": "model",
    "deploy_yolo_v5": "model",
    "deploy_yolo_v8": "model",
    "drop_object_by_class": "drop_obj_by_class",
    "existing_project": "add_to_existing_project",
    "export_archive": "save",
    "export_archive_with_masks": "save_masks",
    "image_tag": "tag",
    "images_project": "data",
    "line_to_mask": "line2bitmap",
    "mask_to_lines": "bitmap2lines",
    "mask_to_polygon": "find_contours",
    "merge_masks": "merge_bitmap_masks",
    "polygon_to_mask": "poly2bitmap",
    "rename_classes": "rename",
}
"""What the second generation of the language, and its own older documents, call the actions."""

REFUSED = {
    "create_labeling_job": _JOB,
    "filter_video_by_duration": _VIDEO,
    "filter_video_without_annotation": _VIDEO,
    "filter_video_without_objects": _VIDEO,
    "filter_videos_by_object": _VIDEO,
    "filter_videos_by_tag": _VIDEO,
    "filtered_project": (
        "picks images by the ids that a hosted platform gave them",
        "read the project with 'data' and pick by name: 'if' with 'regex_names'",
    ),
    "iaa_imgaug_corruptlike": (
        "is only what five other actions have in common",
        "use iaa_imgcorruptlike_noise, _blur, _weather, _color or _compression",
    ),
    "input_labeling_job": (
        _JOB[0],
        "export what the job labelled as a project and read it with 'data'",
    ),
    "labeling_job": _JOB,
    "split_video_by_duration": _VIDEO,
    "video_data": _VIDEO,
    "videos_project": _VIDEO,
}
"""Actions of the second generation -> why they cannot be had, and what to use instead."""
