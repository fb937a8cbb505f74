"""Who is at the desk: signing in, staying signed in, and what was typed before it."""
