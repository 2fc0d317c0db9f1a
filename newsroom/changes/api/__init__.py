"""“What changed” over HTTP."""
