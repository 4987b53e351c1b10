"""Tags are the most usual sense of WordNet's nouns; the files are in WordNet's own format."""

from pathlib import Path

from models.recipe.tag_list import read_wordnet, tags

DATA = """\
  1 the licence, indented
00000001 05 n 01 animal 0 000 | a living organism
00000002 05 n 01 fish 0 001 @ 00000001 n 0000 | a cold-blooded animal
00000003 05 n 01 salmon 0 001 @ 00000002 n 0000 | a fish
00000004 13 n 02 food 0 solid_food 0 000 | what is eaten
00000005 13 n 01 salmon 1 001 @ 00000004 n 0000 | flesh of salmon
00000006 13 n 01 chicken 0 001 @ 00000004 n 0000 | the flesh of a chicken
00000007 05 n 01 chicken 1 001 @ 00000001 n 0000 | a bird
00000008 05 n 01 Lassie 0 001 @i 00000001 n 0000 | a famous dog
00000009 18 n 01 person 0 000 | a human being
00000010 18 n 01 waitress 0 001 @ 00000009 n 0000 | a person who serves
00000011 18 n 01 rarity 0 001 @ 00000009 n 0000 | a person whom nobody mentions
"""
INDEX = """\
  1 the licence, indented
animal n 1 0 1 0 00000001
fish n 1 1 @ 1 0 00000002
salmon n 2 1 @ 2 0 00000003 00000005
food n 1 0 1 0 00000004
solid_food n 1 0 1 0 00000004
chicken n 2 1 @ 2 0 00000006 00000007
lassie n 1 1 @i 1 0 00000008
person n 1 0 1 0 00000009
waitress n 1 1 @ 1 0 00000010
rarity n 1 1 @ 1 0 00000011
"""
COUNTS = "waitress%1:18:00:: 1 9\nperson%1:03:00:: 1 900\nrun%2:38:00:: 1 100\n"


def test_a_noun_is_in_the_group_of_its_most_usual_sense(tmp_path: Path) -> None:
    for name, text in (("data.noun", DATA), ("index.noun", INDEX), ("cntlist.rev", COUNTS)):
        (tmp_path / name).write_text(text)
    found = {tag: (group, family) for tag, group, family in tags(read_wordnet(tmp_path))}
    assert found["live salmon"] == ("animal", "fish")
    assert found["chicken"] == ("food", "")
    assert found["waitress"] == ("person", "")
    assert found.keys().isdisjoint({"salmon", "lassie", "rarity"})
