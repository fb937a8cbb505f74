"""The official form (Decree 30/2020) as DOCX, PDF, HTML and text."""
