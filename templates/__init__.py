"""Pages, letters and reports as Jinja templates, with the styles and fonts they embed."""
