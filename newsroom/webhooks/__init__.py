"""Changes sent to other systems, signed: the Standard Webhooks scheme."""
