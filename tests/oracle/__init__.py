"""The whole portal, driven at random and compared with a model of its rules after every step."""
