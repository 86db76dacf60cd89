"""The registry's question: who could do what on a case, at this moment or any past one."""
