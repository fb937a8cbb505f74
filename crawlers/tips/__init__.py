"""Citizens' tips as other systems hand them over."""
