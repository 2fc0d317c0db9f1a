"""Importing others' checks: where imports, with their runs and rejections, meet claims."""
