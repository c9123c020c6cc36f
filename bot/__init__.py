"""The engine: Rasa's intents, rules and tracker behind one loopback channel, without TensorFlow."""
