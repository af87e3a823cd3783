"""Past wars: who joined, when, and how wars ended, as reference for a war under way."""
