"""What a filer does about a filed document: put another in its place, or take it back."""
