"""Drop-ins for other libraries' names: `lazcore.compat.lazop` for the official SDK."""
