"""Who joins, as three forecasters have it together: our law, the sided logit, boosted trees, a third each.

    log P(k) = sum over members m of h[m] log P[m](k) + constant,    k: stays out, joins A, joins B             (1)

    symbol   in code    meaning                                          unit    value
    P[m]     members    law (`joining.py`), logit (`sided.py`), trees      1      fitted
    h[m]     WEIGHTS    weight of a member                                 1      1/3 each, fixed beforehand

(1) averages log odds. The trees (`trees.py`) say whether a state joins; the side is split as the logit splits it.

Why a pool: the law has the best log loss, the logit and the trees see more columns and pick the side more surely, and
a choice among variants flatters the chosen one. Equal weights are not fitted to anything.

A row of the posterior moves the pool as it moves the law: log P(k) + log P[law, row](k) - log P[law, mode](k). The
other two have no posterior and are taken to err as the law does. Holding them fixed would leave a third of its spread.

Limits:   three equal members: the pool is each of them. Swapping the sides swaps the probabilities, exactly.
Source:   form and weights: our choice; data: militarized disputes and alliances (docs/history.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tertius.history.columns import Usual, by_side, by_state, fit_usual, quantities
from tertius.history.features import RawArrays, raw_of
from tertius.history.joining import Joining, Likelihood, marginal, widening
from tertius.history.panel import Floats, Integers, Panel
from tertius.history.sided import Sided, fit_sided
from tertius.history.trees import Trees, fit_trees

MEMBERS = ("law", "logit", "trees")
WEIGHTS = dict.fromkeys(MEMBERS, 1 / len(MEMBERS))
_LEAST = 1e-300


@dataclass(frozen=True)
class Pool:
    """The fitted members, and what stands in for quantities that are not told."""

    law: Joining
    sided: Sided
    trees: Trees
    usual: Usual

    def members(self, raw: RawArrays) -> dict[str, Floats]:
        """Probability of joining each side by each member, (2, rows)."""
        of_side, of_state = self.usual.filled(*quantities(raw))
        logit = self.sided.probabilities(by_side(of_side, of_state), raw.third_states)
        chances = self.trees.chances(by_state(of_side, of_state, raw.third_states))
        trees = chances * logit / logit.sum(axis=0)
        return {"law": self.law.probabilities(raw), "logit": logit, "trees": trees}

    def probabilities(self, raw: RawArrays) -> Floats:
        """Probability of joining each side while the dispute lasts, (2, rows)."""
        return pooled(self.members(raw))

    def moved(self, raw: RawArrays, scores: Floats) -> Floats:
        """The same where the law has other scores, (2, rows): those of rows of its posterior."""
        members = self.members(raw)
        change = _outcomes(marginal(scores, self.law.spread)) - _outcomes(members["law"])
        return _normalised(_mean(members) + change)

    def widening(self, raw: RawArrays, starts: Integers) -> Floats:
        """Probability that anyone joins each dispute, (d,), under the law's shared effect."""
        return widening(self.probabilities(raw).sum(axis=0), self.law.spread, starts)


def pooled(members: dict[str, Floats]) -> Floats:
    """Members' probabilities of each side, (2, rows), pooled by (1)."""
    return _normalised(_mean(members))


def _mean(members: dict[str, Floats]) -> Floats:
    return np.asarray(sum(WEIGHTS[name] * _outcomes(sides) for name, sides in members.items()), dtype=np.float64)


def _outcomes(sides: Floats) -> Floats:
    """Logs of the probabilities of staying out, joining A and joining B, (3, rows)."""
    stays = np.log1p(-np.minimum(sides.sum(axis=0), 1.0 - 1e-15))
    return np.concatenate([stays[None], np.log(np.maximum(sides, _LEAST))])


def _normalised(logs: Floats) -> Floats:
    """Probabilities of joining A and B, (2, rows), of logs of three outcomes up to a constant."""
    shares = np.exp(logs - logs.max(axis=0))
    return np.asarray(shares[1:] / shares.sum(axis=0), dtype=np.float64)


def fit_partners(panel: Panel) -> tuple[Sided, Trees, Usual]:
    """The law's two partners and what is usual. Raises OptionError without scikit-learn."""
    raw = raw_of(panel)
    of_side, of_state = quantities(raw)
    trees = fit_trees(by_state(of_side, of_state, raw.third_states), panel.joined)
    return fit_sided(panel, by_side(of_side, of_state)), trees, fit_usual(raw)


def fit_pool(panel: Panel) -> Pool:
    """All three at their maximum. Raises OptionError without scikit-learn."""
    sided, trees, usual = fit_partners(panel)
    likelihood = Likelihood(panel)
    return Pool(likelihood.joining(likelihood.mode()), sided, trees, usual)
