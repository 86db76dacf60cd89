"""Papers that go with a request: a draft like any other, filed in the moment the request is sent."""
