"""Plans, reports and contact centres as people see them: text, Markdown, pictures."""
