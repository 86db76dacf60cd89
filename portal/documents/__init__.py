"""Documents: from the first byte that arrives to the receipt, the verdict and the reader."""
