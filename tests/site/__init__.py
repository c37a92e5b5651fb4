"""A town's web sites as they are: what they publish, how they change it, and how they misbehave.

A `Site` is state and a clock, nothing else; `server` answers on a real loopback socket, `transport` answers httpx2
without one, so that a loop with a clock of ours can live through a year. Whatever the site is asked stands in its log;
whatever truly happened to its documents stands in its history.
"""
