"""What Het Nieuwe Melden knows and decides: no Streamlit, no network, no model library."""
