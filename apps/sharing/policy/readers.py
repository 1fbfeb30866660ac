"""The other half of the wall: what a reader holds, and the one condition that compares it with an audience."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet

from apps.agencies import policy as membership
from apps.agencies.policy import ALL_MEMBERS, Role
from apps.sharing.policy.audience import judge
from apps.sharing.policy.terms import Facts, Handling, Member, Stage, Tlp


def tokens_of(
    *, agency: Member | None, roles: Collection[Role], user_token: int, held: Collection[int] = ()
) -> frozenset[int]:
    """Return a reader's tokens: none without a content role in an active agency (platform staff have no agency).

    ``held`` are the operations in which the agency takes part now. An author reads a RED report by ``user_token``, so
    a person who moves to another agency needs a new account there.
    """
    return membership.tokens_of(
        agency=agency.token if agency else None,
        active=agency is not None and agency.active,
        law_enforcement=agency is not None and agency.law_enforcement,
        roles=roles,
        user=user_token,
        held=held,
    )


def visible(*, audience: AbstractSet[int], withheld: AbstractSet[int], tokens: AbstractSet[int]) -> bool:
    """Return whether a reader sees: the same condition as the queryset's and row-level security's."""
    return not audience.isdisjoint(tokens) and withheld.isdisjoint(tokens)


def reaches(*, audience: AbstractSet[int], withheld: AbstractSet[int], member: Member) -> bool:
    """Return whether the agency's liaison officers, whoever they are, read it: without that, no referral."""
    liaison = tokens_of(agency=member, roles={Role.LIAISON}, user_token=ALL_MEMBERS)
    return visible(audience=audience, withheld=withheld, tokens=liaison)


def may_pass_on(*, facts: Facts, members: Mapping[int, Member], tokens: AbstractSet[int], by: int, to: int) -> bool:
    """Return whether a recipient (agency ``by``, whose reader holds ``tokens``) may pass it on to agency ``to``.

    Once shared under AMBER and without H2, to one more law-enforcement agency of its own country. Whatever the cause,
    a refusal reads the same to who asked: the originator does not consent.
    """
    judgement = judge(facts=facts, members=members)
    asker, receiver = members[by], members[to]
    return (
        facts.stage is Stage.SHARED
        and facts.tlp is Tlp.AMBER
        and Handling.H2 not in facts.handling
        and by != facts.originator
        and visible(audience=judgement.audience, withheld=judgement.withheld, tokens=tokens)
        and receiver.law_enforcement
        and receiver.active
        and receiver.country == asker.country != ""
        and to not in {by, facts.originator, *facts.withheld}
        and not reaches(audience=judgement.audience, withheld=judgement.withheld, member=receiver)
    )
