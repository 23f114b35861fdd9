"""Questions of the kind "what if he were 10 % stronger": asked, computed in a child, kept.

Knows no page. A question is checked here in the reader's words; what is computed is
`services.forecasting.what_if`, in a process of its own. May import `doors`, `problems`, `world` and
the server's packages.
"""
