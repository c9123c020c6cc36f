"""From the raw file to the clean text: small named steps, each recording what it repaired."""

from knowledge.repair.lines import Edit, Line, Repair
from knowledge.repair.pipeline import RepairedText, repair_text
from knowledge.repair.steps import Step, default_steps

__all__ = ["Edit", "Line", "Repair", "RepairedText", "Step", "default_steps", "repair_text"]
