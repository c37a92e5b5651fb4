"""Asking servers, politely: addresses, connections, limits, hops, robots.txt, pace."""
