"""Estimates of several analysts on one case, by the IDEA protocol: investigate, discuss, estimate, aggregate.

Each analyst estimates blind. Then the round opens: all estimates are shown with their reasons, beside the program's own
number, and each may revise once. What is told then is pooled with equal weights, and the disagreement is told with it.

Source: Hemming, Burgman, Hanea, McBride and Wintle 2018, "A practical guide to structured expert elicitation using the
        IDEA protocol", Methods in Ecology and Evolution 9, 169-180.
"""
