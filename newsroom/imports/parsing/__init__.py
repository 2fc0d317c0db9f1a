"""What several readers need: XML and JSON item by item, HTML as plain text, charsets."""
