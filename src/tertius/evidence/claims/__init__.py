"""Events to evidence: which instrument a claim is about, how much it weighs, what repeats what; the inbox of claims."""
