"""The registry's pages, driven as an officer without JavaScript drives them."""
