"""Numbers to documents: coded concepts, structured report, PDF, plots. Built from the result value alone."""
