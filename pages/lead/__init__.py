"""Parts of the trends page: the period, the key figures, the plots."""
