"""The permission matrix: every route, asked by somebody in every state, about things in every state."""
