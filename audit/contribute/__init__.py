"""How people change the registry: records are started, branches reviewed, findings accepted."""
