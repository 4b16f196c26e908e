"""The encoding of a text is found from its bytes, wherever they are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.data.encoding import OFFERED, check_encoding, damage, decode, encoding_words, guess_encoding
from tests.data.texts import any_text

WESTERN = {
    "German": "Größe;Straße\nMüller;Düsseldorf\nJäger;Köln\nKöhler;Nürnberg;Würzburg;Lübeck;Münster;Göttingen;Gießen\n",
    "Spanish": "Nombre;Dirección;Año\nMuñoz;España;¿Qué?\nGarcía;Málaga;niño\nLópez;Córdoba;mañana\nIbáñez;corazón\n",
    "French": "Prénom;Ville\nHélène;Orléans\nJérôme;Besançon\nL’été;d’œuvre;être;où;là;à;forêt;Saint-Étienne\n",
    "Portuguese": "Endereço\nJoão;São Paulo\nConceição;Praça da Sé\nMaçã;Pão;Ação\nÂngela;Três Corações;Goiânia;não\n",
    "Danish": "Søren;København\nJørgen;Ålborg\nFærøerne;Århus;Helsingør;Køge;Næstved;Tønder;Hillerød;Rødovre\n",
    "Finnish": "Hyvää;päivää;Äänekoski;yö;Jyväskylä;Hämeenlinna;Järvenpää;Ylöjärvi;Mäntsälä\n",
    "units": "Area m²;25 m²\n20 °C;±3 µm\n50 £;5 €;“quoted” – dash\n",
    "one name": "id,name\n1,café\n2,plain\n",
}
OTHERS = [
    ("cp1250", "Imię;Miasto\nŁukasz;Łódź\nGrażyna;Gdańsk\nczłowiek;mężczyzna;książka;żółty;przyszłość\n"),
    ("cp1250", "název;město\nJiří;Příbram\nŠárka;Třebíč\nžluťoučký kůň;úpěl ďábelské ódy;řeka;čtvrtek\n"),
    ("cp1251", "имя;город\nИван;Москва\n"),
    ("cp1253", "όνομα;πόλη\nΓιώργος;Αθήνα\n"),
    ("cp932", "名前,住所\n山田太郎,東京都千代田区\n"),
    ("euc_jp", "名前,住所\n山田太郎,東京都千代田区\n佐藤花子,大阪府\n"),
    ("gb18030", "姓名,地址\n张三,北京市海淀区\n"),
    ("big5", "姓名,地址\n張三,臺北市中正區\n陳小明,高雄市\n"),
    ("euc_kr", "이름,주소\n김철수,서울특별시 강남구\n"),
]


@pytest.mark.parametrize("language", WESTERN)
@pytest.mark.parametrize("times", [1, 50])
def test_western_text_is_windows_1252(language: str, times: int) -> None:
    assert guess_encoding(WESTERN[language].encode("cp1252") * times, whole=True) == "cp1252"


@pytest.mark.parametrize(("codec", "text"), OTHERS)
@pytest.mark.parametrize("times", [1, 50])
def test_other_scripts_are_told_apart(codec: str, text: str, times: int) -> None:
    assert guess_encoding(text.encode(codec) * times, whole=True) == codec


@pytest.mark.parametrize("text", [*WESTERN.values(), *(text for _, text in OTHERS), "plain ASCII", ""])
def test_unicode_is_found_with_and_without_a_mark(text: str) -> None:
    assert guess_encoding(text.encode(), whole=True) == "utf-8"
    assert guess_encoding(text.encode("utf-8-sig"), whole=True) == "utf-8-sig"
    assert guess_encoding(text.encode("utf-16"), whole=True) == "utf-16"
    assert guess_encoding(text.encode("utf-32"), whole=True) == "utf-32"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_shows_by_its_zeros(codec: str) -> None:
    assert guess_encoding("id,name\n1,Ann\n".encode(codec), whole=True) == codec


@given(any_text(20), st.integers(1, 3))
def test_utf_8_cut_inside_a_character_is_still_utf_8(text: str, cut: int) -> None:
    text = "".join(character for character in text if character.isprintable()) + "€uro "
    data = (text + "名").encode()
    assert guess_encoding(data[:-cut], whole=False) == "utf-8"
    assert decode(data[:-cut], "utf-8", whole=False) == text


def test_a_few_damaged_characters_do_not_make_another_encoding() -> None:
    data = "naïve café, Größe\n".encode() * 50 + b"\xff broken\n"
    assert guess_encoding(data, whole=True) == "utf-8"
    assert damage(decode(data, "utf-8", whole=True), "utf-8") == (
        "1 character could not be read as UTF-8; in their place stands “\ufffd”.",
    )


@pytest.mark.parametrize("data", [bytes(1000), bytes(range(256)) * 4, b"\x00\x01\x02\x03" * 50])
def test_what_is_not_text_has_no_encoding(data: bytes) -> None:
    assert guess_encoding(data, whole=True) is None


def test_a_single_zero_does_not_make_a_text_binary() -> None:
    assert guess_encoding(b"a,b\n1,\x00\n", whole=True) == "utf-8"


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_have_a_usable_answer(data: bytes, whole: bool) -> None:
    codec = guess_encoding(data, whole=whole)
    if codec is not None:
        decode(data, codec, whole=whole)
        assert encoding_words(codec)


@pytest.mark.parametrize("codec", OFFERED)
def test_what_is_offered_exists_and_reads_anything(codec: str) -> None:
    check_encoding(codec)
    assert isinstance(decode(bytes(range(256)), codec, whole=False), str)


@pytest.mark.parametrize("codec", ["klingon", "base64", "rot13", ""])
def test_what_is_no_text_encoding_is_refused_in_words(codec: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a text encoding"):
        check_encoding(codec)


def test_proper_names_of_many_languages_in_one_table_are_western() -> None:
    streets = "Café Row;El Niño Way;Königsweg;Main Street\n" * 40
    assert guess_encoding(streets.encode("cp1252"), whole=True) == "cp1252"
