"""What readers and machines get to see: fact checks, their corrections, pages, markup and feeds."""
