"""Characters that differ in form but not in content."""

from tracker.folding import fold, tidy


def test_white_space_between_chinese_characters_is_layout() -> None:
    assert tidy("2023 年 度　收入\n合计 2,020.06 万元") == "2023年度收入合计2,020.06万元"


def test_digits_that_were_separated_stay_two_numbers() -> None:
    assert tidy("2016.24\n30 辆") == "2016.24 30辆"


def test_latin_words_stay_apart() -> None:
    assert tidy("Big  Data 平台") == "Big Data平台"


def test_full_width_forms_and_kangxi_radicals_are_forms_of_the_same_character() -> None:
    assert tidy("１００．５％ ⼈员") == "100.5%人员"


def test_a_circled_number_and_a_square_metre_are_not_flattened() -> None:
    assert tidy("①租用1188.57㎡") == "①租用1188.57㎡"


def test_comparison_keys_know_one_width_of_punctuation_and_no_separators() -> None:
    assert fold("（境）费：１,２３４,５６７.８９元，“三公”") == fold('(境)费:1234567.89元,"三公"')


def test_a_comma_between_two_numbers_is_no_separator_of_thousands() -> None:
    assert fold("3,17类") == "3,17类"
