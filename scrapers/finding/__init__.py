"""What a fetched page leads to: links, attachments, further pages, entries of feeds and sitemaps. Pure."""
