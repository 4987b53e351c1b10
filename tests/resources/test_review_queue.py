"""Many reviewers at the same time: on PostgreSQL, from threads with connections of their own."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from resources.database import Database
from resources.review_queue import ReviewQueue, Wanted
from resources.review_store import ReviewStore
from resources.review_votes import ReviewVotes
from resources.vote_log import Vote
from tests.resources.test_review_votes import item

DISHES, REVIEWERS = 500, 8


def test_eight_reviewers_decide_on_500_dishes_and_none_twice(postgres_database: Database) -> None:
    queue, votes = ReviewQueue(postgres_database), ReviewVotes(postgres_database)
    queue.replace("de", [item(str(number)) for number in range(1, DISHES + 1)])
    together = Barrier(REVIEWERS)

    def review(name: str) -> list[str]:
        seen = []
        together.wait()
        while found := queue.take(name, Wanted(), 2):
            for waiting in found:
                picture = waiting.item.candidates[0].candidate_id
                votes.vote(waiting.key, Vote(name, "approve", (picture,)))
                seen.append(waiting.item.product_id)
        return seen

    with ThreadPoolExecutor(REVIEWERS) as pool:
        seen = list(pool.map(review, [f"reviewer-{number}" for number in range(REVIEWERS)]))
    counted = Counter(product_id for of_one in seen for product_id in of_one)
    assert len(counted) == DISHES
    assert set(counted.values()) == {1}
    decided = [one.product_id for one in ReviewStore(postgres_database).decisions("de")]
    assert sorted(decided) == sorted(counted)
    assert all(of_one for of_one in seen), "one of them got nothing"


def test_the_same_vote_from_two_windows_counts_once(postgres_database: Database) -> None:
    queue, votes = ReviewQueue(postgres_database), ReviewVotes(postgres_database)
    queue.replace("de", [item(str(number)) for number in range(1, 21)])
    held = queue.take("ada", Wanted(), 20)
    both = Barrier(2)

    def send(_: int) -> int:
        counted = 0
        for waiting in held:
            both.wait()
            picture = waiting.item.candidates[0].candidate_id
            try:
                votes.vote(waiting.key, Vote("ada", "approve", (picture,)))
                counted += 1
            except ValueError:  # the other window was quicker
                pass
        return counted

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(send, range(2))) == 20
    assert len(ReviewStore(postgres_database).decisions("de")) == 20
