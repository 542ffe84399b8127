"""The seal: opens what it closed, with old keys too, and never what was altered or made with another key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.secrets import Seal, new_key

OLD, NEW = new_key(), new_key()
SEAL = Seal([OLD])


@given(st.text())
def test_what_is_closed_opens_and_is_not_readable(plain: str) -> None:
    sealed = SEAL.close(plain)
    assert SEAL.open_text(sealed) == plain
    assert len(plain) < 8 or plain not in sealed


def test_the_same_text_never_looks_the_same_twice() -> None:
    assert SEAL.close("82000") != SEAL.close("82000")


def test_values_come_back_as_they_were() -> None:
    value = {"salary": 82_000, "note": "Ünïcode", "none": None}
    assert SEAL.open_json(SEAL.close_json(value)) == value


def test_after_a_rotation_old_seals_open_and_new_ones_need_the_new_key() -> None:
    rotated = Seal([NEW, OLD])
    assert rotated.open_text(SEAL.close("kept")) == "kept"
    with pytest.raises(ValueError, match="not in CALLSHEET_SECRET_KEYS"):
        SEAL.open(rotated.close("newer"))
    assert rotated.unsign("link", SEAL.sign("link", "lnk_1")) == "lnk_1"


def test_another_key_opens_nothing_and_the_error_quotes_nothing() -> None:
    sealed = SEAL.close("82000")
    with pytest.raises(ValueError, match="not in CALLSHEET_SECRET_KEYS") as error:
        Seal([NEW]).open(sealed)
    assert sealed not in str(error.value)
    with pytest.raises(ValueError, match="not signed by us"):
        Seal([NEW]).unsign("link", SEAL.sign("link", "lnk_1"))


def test_no_altered_letter_goes_unnoticed() -> None:
    sealed, token = SEAL.close("82000"), SEAL.sign("link", "lnk_1")
    for at in range(len(sealed.rstrip("=")) - 1):  # the last letter holds bits that mean nothing
        with pytest.raises(ValueError, match="sealed"):
            SEAL.open(sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :])
    for at in range(len(token) - 1):
        with pytest.raises(ValueError, match="not signed"):
            SEAL.unsign("link", token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :])


@pytest.mark.parametrize("cut", ["", "x", "gAAAAA", "é", "\x00"])
def test_scraps_are_refused_as_plainly(cut: str) -> None:
    with pytest.raises(ValueError, match="sealed"):
        SEAL.open(cut)
    with pytest.raises(ValueError, match="not signed"):
        SEAL.unsign("link", cut)


def test_a_signature_for_one_purpose_is_none_for_another() -> None:
    with pytest.raises(ValueError, match="not signed"):
        SEAL.unsign("session", SEAL.sign("link", "lnk_1"))


@pytest.mark.parametrize("keys", [[], ["short"], ["é" * 43], ["A" * 44]])
def test_keys_that_are_none_are_refused_at_start(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="CALLSHEET_SECRET_KEYS"):
        Seal(keys)
