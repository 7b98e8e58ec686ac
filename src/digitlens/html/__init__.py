"""HTML pages that are whole in one file: their elements, charts, pictures and style."""
