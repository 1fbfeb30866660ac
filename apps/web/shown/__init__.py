"""What pages show: rows turned into words, in the reader's language and time zone. No request, no verb, no query here."""
