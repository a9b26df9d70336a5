"""What pycocotools makes of a COCO document and a list of results: `python3 read.py DOCUMENT RESULTS` prints it as JSON."""

import contextlib
import json
import sys

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

with contextlib.redirect_stdout(sys.stderr):
    truth = COCO(sys.argv[1])
    found = truth.loadRes(sys.argv[2])
    evaluation = COCOeval(truth, found, "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()

print(
    json.dumps(
        {
            "images": [[each["id"], each["file_name"], each["width"], each["height"]] for each in truth.loadImgs(truth.getImgIds())],
            "categories": [each["name"] for each in truth.loadCats(truth.getCatIds())],
            # The area of the pixels that it fills, which it works out itself, beside the one that is written.
            "annotations": [
                [each["id"], each["image_id"], each["category_id"], each["bbox"], each["area"], int(truth.annToMask(each).sum())]
                for each in truth.loadAnns(truth.getAnnIds())
            ],
            "results": len(found.getAnnIds()),
            "ap": float(evaluation.stats[0]),
            "ap50": float(evaluation.stats[1]),
            "ar": float(evaluation.stats[8]),
        }
    )
)
