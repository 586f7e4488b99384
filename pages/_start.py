"""What Streamlit runs for every screen: the frame, imported so that it exists once."""

from pages._bar import run
from pages.exercising.bar import show_bar

run(above=show_bar)
