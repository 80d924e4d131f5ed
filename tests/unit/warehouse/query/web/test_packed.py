"""The page's files other than code are in the package, and load nothing from elsewhere."""

import re
from importlib.resources import files

TEMPLATES = files("warehouse.query.web").joinpath("templates")
STATIC = files("warehouse.query.web").joinpath("static")


def test_templates_have_no_inline_style_or_script() -> None:
    texts = {entry.name: entry.read_text(encoding="utf-8") for entry in TEMPLATES.iterdir()}
    assert "base.html" in texts
    for name, text in texts.items():
        assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:|\|\s*safe|https?://", text), name
        assert all("src=" in script for script in re.findall(r"<script[^>]*>", text)), name


def test_style_and_script_load_nothing() -> None:
    texts = {entry.name: entry.read_text(encoding="utf-8") for entry in STATIC.iterdir()}
    assert {"style.css", "page.js"} <= set(texts)
    assert "url(" not in texts["style.css"]
    assert "@import" not in texts["style.css"]
    for dangerous in ("innerHTML", "eval(", "fetch(", "document.write", "insertAdjacentHTML"):
        assert dangerous not in texts["page.js"]
