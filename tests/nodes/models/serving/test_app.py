"""The HTTP interface over a fake model: what is asked and answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("httpx2")
pytest.importorskip("python_multipart")

from starlette.testclient import TestClient

from tests.nodes.models.serving.clients import client_of, error_of, infer, service_of
from tests.nodes.models.serving.fake import FakePredictor, corners, picture, png, turned_jpeg

META = {
    "classes": [{"title": "wall", "shape": "rectangle", "color": "#112233"}],
    "tags": [{"name": "dark", "value_type": "none"}],
}
ANNOTATION = {
    "description": "",
    "tags": ["dark"],
    "size": {"width": 40, "height": 30},
    "objects": [
        {
            "classTitle": "wall",
            "geometryType": "rectangle",
            "tags": [],
            "points": {"exterior": [[0, 0], [20, 20]], "interior": []},
        }
    ],
}


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.fixture
def model() -> FakePredictor:
    return FakePredictor()


@pytest.fixture
def client(model: FakePredictor) -> Iterator[TestClient]:
    with client_of(service_of(model)) as made:
        yield made
        model.gate.set()


def test_an_image_alone(client: TestClient) -> None:
    answer = infer(client)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "description": "",
        "tags": [],
        "size": {"height": 30, "width": 40},
        "objects": [
            {
                "classTitle": "lamp_model",
                "description": "",
                "geometryType": "rectangle",
                "tags": [{"name": "confidence_model", "value": 0.875}],
                "points": {"exterior": [[5, 4], [15, 9]], "interior": []},
            }
        ],
    }


def test_what_was_annotated_before_comes_back_first(client: TestClient) -> None:
    found = infer(client, annotation=ANNOTATION, meta=META).json()
    assert [each["classTitle"] for each in found["objects"]] == ["wall", "lamp_model"]
    assert found["tags"] == [{"name": "dark"}]


def test_modes(client: TestClient) -> None:
    roi = {"name": "roi", "bounds": {"left": "10px", "top": "0px", "right": "0px", "bottom": "0px"}}
    kept = {"model_classes": {"save_classes": "__all__", "add_suffix": "_pred"}}
    found = infer(client, mode={**roi, "save": True, **kept}).json()
    assert corners(found) == [("lamp_pred", [10, 4, 15, 9]), ("inference_roi", [10, 0, 40, 30])]
    boxes = {"name": "objects", "from_classes": ["wall"], **kept}
    found = infer(client, annotation=ANNOTATION, meta=META, mode=boxes).json()
    assert corners(found) == [("lamp_pred", [5, 4, 15, 9]), ("wall", [0, 0, 20, 20])]


def test_images_are_upright_and_of_any_channels(client: TestClient) -> None:
    tall = picture(size=(40, 30), box=(8, 8, 24, 16))
    found = infer(client, turned_jpeg(tall)).json()
    assert found["size"] == {"height": 30, "width": 40}
    (_, edges), *_ = corners(found)
    assert edges == pytest.approx([8, 8, 24, 16], abs=2)
    import cv2

    for channels in (cv2.COLOR_RGB2GRAY, cv2.COLOR_RGB2RGBA):
        data = cv2.imencode(".png", cv2.cvtColor(picture(), channels))[1].tobytes()
        assert corners(infer(client, data).json()) == [("lamp_model", [5, 4, 15, 9])]


@pytest.mark.parametrize("as_json", [True, False])
def test_get_out_meta(client: TestClient, as_json: bool) -> None:
    mode = {"name": "roi", "save": True, "model_classes": {"add_suffix": "_x"}}
    arguments = {"meta": json.dumps(META), "mode": json.dumps(mode)}
    sent = {"json": arguments} if as_json else {"data": arguments}
    meta = client.post("/model/get_out_meta", **sent).json()
    assert [each["title"] for each in meta["classes"]] == ["wall", "lamp_x", "inference_roi"]
    assert [each["name"] for each in meta["tags"]] == ["dark", "confidence"]


def test_get_out_meta_of_nothing(client: TestClient) -> None:
    meta = client.post("/model/get_out_meta").json()
    assert [each["title"] for each in meta["classes"]] == ["lamp_model"]
    assert meta["classes"][0]["color"] == "#FFCC00"
    assert [each["name"] for each in meta["tags"]] == ["confidence_model"]


@pytest.mark.parametrize(
    ("parts", "code", "words"),
    [
        ({"mode": {"name": "rio"}}, "bad_mode", "full_image"),
        (
            {"mode": {"name": "roi", "bound": {}}},
            "bad_mode",
            "'mode.bound' (did you mean 'bounds'?)",
        ),
        ({"mode": {"nam": "roi"}}, "bad_mode", "unknown setting 'mode.nam' (did you mean 'name'?)"),
        ({"mode": {"name": "sliding_windw"}}, "bad_mode", "did you mean 'sliding_window'?"),
        ({"mode": ["roi"]}, "bad_mode", "'mode' is an object, not ['roi']"),
        ({"mode": {"name": "roi", "bounds": {"top": "3"}}}, "bad_mode", "'mode.bounds.top': an"),
        ({"mode": nested(600)}, "bad_mode", "nested"),
        ({"modes": {"name": "roi"}}, "unknown_part", "did you mean 'mode'?"),
        (
            {"meta": META, "annotation": {**ANNOTATION, "customBigData": {"x": nested(300)}}},
            "bad_annotation",
            "nested",
        ),
        ({"mode": {"name": "sliding_window"}}, "bad_mode", "sliding_window_det"),
        ({"mode": {"model_classes": {"save_classes": ["lmap"]}}}, "bad_mode", "lamp"),
        ({"annotation": ANNOTATION}, "no_meta", "meta"),
        ({"meta": {"tags": []}}, "bad_meta", "'meta': it holds no list 'classes'"),
        ({"meta": META, "annotation": {"size": {}}}, "bad_annotation", "size"),
        ({"meta": {"classes": []}, "annotation": ANNOTATION}, "bad_annotation", "wall"),
        (
            {"meta": META, "annotation": {**ANNOTATION, "size": {"width": 9, "height": 9}}},
            "bad_annotation",
            "9x9",
        ),
        (
            {
                "meta": {"classes": [{**META["classes"][0], "title": "lamp_model"}]},
                "mode": {"name": "full_image"},
            },
            "bad_mode",
            "lamp_model",
        ),
    ],
)
def test_what_the_caller_can_mend(
    client: TestClient, parts: dict[str, Any], code: str, words: str
) -> None:
    answer = infer(client, **parts)
    assert error_of(answer) == (400, code)
    assert words in answer.json()["error"]["message"]


def test_declarations_that_cannot_be_given_back(client: TestClient) -> None:
    meta = {"classes": [{**META["classes"][0], "x": nested(300)}]}
    for path in ("/model/get_out_meta", "/model/message"):
        arguments = {"meta": json.dumps(meta)}
        if path == "/model/message":
            arguments["request_type"] = "get_out_meta"
        answer = client.post(path, data=arguments)
        assert answer.status_code == 400
        assert "'meta' is nested too deeply" in answer.text


def test_what_would_not_be_read_is_refused(client: TestClient) -> None:
    post = client.post
    answer = post("/model/get_out_meta", params={"mode": "{}"})
    assert error_of(answer) == (400, "bad_request")
    assert "in the body" in answer.json()["error"]["message"]
    assert error_of(post("/model/get_out_meta", json={"mod": "{}"})) == (400, "unknown_part")
    twice = [("image", ("a", png(picture()))), ("image", ("b", png(picture())))]
    answer = post("/model/inference", files=twice)
    assert error_of(answer) == (400, "bad_request")
    assert "'image' was sent twice" in answer.json()["error"]["message"]


def test_images_that_are_none(client: TestClient) -> None:
    assert error_of(client.post("/model/inference", files={"mode": "{}"})) == (400, "no_image")
    assert error_of(infer(client, b"")) == (400, "no_image")
    assert error_of(infer(client, b"no picture")) == (400, "bad_image")
    assert error_of(infer(client, png(picture())[:60])) == (400, "bad_image")
    assert error_of(infer(client, png(picture(first=(0, 0, 255))))) == (400, "bad_data")


def test_requests_of_another_form(client: TestClient) -> None:
    post = client.post
    assert error_of(post("/model/inference", content=b"x")) == (400, "bad_request")
    assert error_of(post("/model/get_out_meta", json=[1])) == (400, "bad_request")
    broken = {"content-type": "application/json"}
    answer = post("/model/get_out_meta", content=b"{", headers=broken)
    assert error_of(answer) == (400, "bad_request")
    answer = post("/model/get_out_meta", data={"mode": "{"})
    assert error_of(answer) == (400, "bad_mode")
    form = {"content-type": "multipart/form-data"}
    assert error_of(post("/model/inference", content=b"x", headers=form)) == (400, "bad_request")
    answer = client.get("/model/inference")
    assert error_of(answer) == (405, "method_not_allowed")
    wanted = "/model/inference is asked by POST, not by GET"
    assert (answer.headers["allow"], answer.json()["error"]["message"]) == ("POST", wanted)
    answer = client.get("/nothing")
    assert error_of(answer) == (404, "not_found")
    assert "'/nothing'" in answer.json()["error"]["message"]


def test_what_is_told_of_the_model(client: TestClient) -> None:
    info = client.get("/model/info").json()
    assert info["architecture"] == {"name": "faster_rcnn", "backbone": "fake"}
    assert [each["title"] for each in info["classes"]] == ["bg", "lamp"]
    assert info["input_size"] == {"min_dim": 100, "max_dim": 200}
    assert info["thresholds"] == {"min_confidence_threshold": 0.7}
    assert info["limits"]["image_bytes"] == 4000


def test_messages(client: TestClient) -> None:
    def send(**fields: Any) -> Any:
        image = fields.pop("image", None)
        files = {"image": ("x", image)} if image else None
        return client.post("/model/message", data=fields, files=files)

    found = send(image=png(picture())).json()
    assert found["success"] is True
    assert corners(found) == [("lamp_model", [5, 4, 15, 9])]
    meta = send(request_type="get_out_meta").json()
    assert (meta["success"], len(meta["out_meta"]["classes"])) == (True, 1)
    for fields, word in (
        ({"request_type": "dance"}, "get_out_meta"),
        ({"image_hash": "abc"}, "image_hash"),
        ({"request_type": "inference"}, "image"),
    ):
        answer = send(**fields)
        assert answer.status_code == 400
        assert answer.json()["success"] is False
        assert word in answer.json()["error"]


def test_the_pages_need_nothing_from_elsewhere(client: TestClient) -> None:
    for path in ("/", "/docs"):
        page = client.get(path)
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "http://" not in page.text
        assert "https://" not in page.text


def test_the_description_of_the_interface(client: TestClient) -> None:
    told = client.get("/openapi.json").json()
    assert set(told["paths"]) == {
        *("/model/inference", "/model/get_out_meta", "/model/message", "/model/info"),
        *("/health", "/metrics"),
    }
    body = told["paths"]["/model/inference"]["post"]["requestBody"]["content"]
    assert set(body["multipart/form-data"]["schema"]["properties"]) == {
        *("image", "annotation", "meta", "mode")
    }
    for path, methods in told["paths"].items():
        for each in methods.values():
            wanted = {"/health": {"403", "503"}, "/metrics": {"401", "403"}}
            assert wanted.get(path, {"401", "403", "503"}) <= set(each["responses"])
