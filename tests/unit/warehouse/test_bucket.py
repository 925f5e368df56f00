from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from flows.settings import export_flags, lake_location, load
from warehouse.lake import Bucket, LakeError, Location, connect

SECRET = "it's a secret"


def test_a_secret_is_in_the_statement_quoted_and_nowhere_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.delenv("MARSAD_S3_SECRET", raising=False)
    settings = load(home=tmp_path, data="s3://bucket/x", s3_key="key")
    place = lake_location(settings)
    assert "SECRET 'it''s a secret'" in place.bucket.sql
    assert SECRET not in repr(settings) + str(place) + repr(place)


def test_secrets_are_not_handed_on_as_flags(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MARSAD_S3_SECRET", SECRET)
    export_flags(load(home=tmp_path))
    import os

    assert os.environ["MARSAD_S3_SECRET"] == SECRET  # and not asterisks


@pytest.mark.parametrize("catalog", ["postgres:host=db password=x", "mysql:host=db"])
def test_a_catalog_with_a_password_or_of_another_kind_is_refused(catalog: str) -> None:
    with pytest.raises(ValidationError):
        load(catalog=catalog)


def test_a_catalog_that_does_not_answer_is_one_error_without_secrets(tmp_path: Path) -> None:
    place = Location(
        tmp_path, "postgres:host=127.0.0.1 port=1 connect_timeout=2 password=hidden", "s3://b/x", Bucket("k", SECRET)
    )
    with pytest.raises(LakeError) as caught:
        connect(place)
    assert "hidden" not in str(caught.value) and SECRET not in str(caught.value)


def test_the_server_listens_on_this_machine_only() -> None:
    assert load().host == "127.0.0.1"
