from knowledge.repair.lines import Edit, Line, Repair, apply_edits


def test_apply_edits_keeps_the_raw_columns_of_what_stays() -> None:
    line, _ = apply_edits(Line.raw(4, "發(fā)布,好"), [Edit(1, 5, "", "")], step="s")

    assert (line.text, line.columns) == ("發布,好", (1, 6, 7, 8))


def test_apply_edits_records_places_of_the_raw_file() -> None:
    stripped, _ = apply_edits(Line.raw(4, "發(fā)布,好"), [Edit(1, 5, "", "")], step="strip")

    _, repairs = apply_edits(stripped, [Edit(2, 3, "，", "wide")], step="widen")

    assert repairs == (Repair("widen", 4, 7, ",", "，", "wide"),)


def test_apply_edits_places_a_longer_text_where_the_shorter_one_stood() -> None:
    line, _ = apply_edits(Line.raw(1, "上?!拔心"), [Edit(1, 4, "海“五個", "")], step="s")

    assert (line.text, line.columns) == ("上海“五個心", (1, 2, 3, 4, 4, 5))


def test_apply_edits_without_edits_changes_nothing() -> None:
    line = Line.raw(1, "好")

    assert apply_edits(line, [], step="s") == (line, ())


def test_column_behind_the_end_is_the_last_characters() -> None:
    assert Line.raw(1, "好事").column(2) == 2
    assert Line.raw(1, "").column(0) == 1
