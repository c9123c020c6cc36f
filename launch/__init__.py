"""Set-up and supervisor: from a fresh clone to the running product.

``python -m launch setup`` makes the environments, the index, the model and the widget; it needs only the standard
library, because it runs before anything is installed. ``python -m launch run`` starts the processes and
keeps them running.
"""
