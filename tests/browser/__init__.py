"""The widget in real Chromium: a real edge with a scripted engine behind it, and pages that embed it."""
