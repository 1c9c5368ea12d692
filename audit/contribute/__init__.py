"""How people change the registry: records started from the Hub, branches reviewed, findings accepted."""
