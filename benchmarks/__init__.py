"""What the product costs on this machine, beside other ways to write the same simulator."""
