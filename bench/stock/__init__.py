"""The stock Rasa project that we are measured against; its action server runs in our environment."""
