"""The two commands on a bare machine: servers, environment, supervisor."""
