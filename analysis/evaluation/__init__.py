"""How far numbers can be trusted: raters against raters, ourselves against raters, ourselves against ourselves."""
