"""A topic is one file; a wrong one says in one line what is wrong."""

import pytest

from core.errors import UsageError
from core.topics import load_topics, names, parse_topic
from core.vietnamese import normalise


@pytest.mark.parametrize("name", names())
def test_every_shipped_topic_loads_and_repeats_no_term(name):
    [topic] = load_topics([name])
    assert topic.title
    for terms in (topic.strong, topic.weak, topic.context, topic.exclusions):
        read = [normalise(term).text for term in terms]
        assert sorted(set(read)) == sorted(read)
    assert not set(topic.strong) & set(topic.weak)


def test_an_unknown_topic_names_the_known_ones():
    with pytest.raises(UsageError, match="covid, dengue"):
        load_topics(["covit"])


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({}, "title"),
        ({"title": "Cúm"}, "strong"),
        ({"title": "Cúm", "strong": "cúm"}, "strong"),
        ({"title": "Cúm", "strong": ["cúm"], "weaak": []}, "weaak"),
        ({"title": "Cúm", "strong": [""]}, "strong"),
    ],
)
def test_a_wrong_topic_names_its_field(data, complaint):
    with pytest.raises(ValueError, match=complaint):
        parse_topic("cum", data)
