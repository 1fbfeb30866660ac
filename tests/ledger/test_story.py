"""What is right is found right, in figures; and what may be different now from then is not called wrong."""

from tests.ledger.conftest import Story, judged


def test_the_books_of_a_story_told_by_the_products_own_verbs_agree(story: Story) -> None:
    proof = judged()
    assert [str(finding) for finding in proof.findings] == []
    assert proof.pending == 0
    assert proof.counted["reports"] == 2
