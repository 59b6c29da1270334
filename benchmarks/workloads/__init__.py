"""What is measured: one file a group of rows. `catalogue.ROWS` lists them all."""
