"""Two kept runs -> what moved between them and why; two rounds of one codebook -> what moved."""
