"""A site's own cohort: spasm groups refitted on its patients, and what these groups have to do with quality of life and outcome.

After Al Menabbawy et al. 2025 (Acta Neurochir, doi 10.1007/s00701-024-06407-1). Research use only: centroids, units and
thresholds of the paper are not published, so every group is our interpretation.
"""
