"""The administrator's page, one module a tab: each has show_<tab>()."""
