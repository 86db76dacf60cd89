"""The case-file portal: people, cases, documents, hearings, delegations, the registry's desk."""
