"""The API's shell: who comes in, how errors and pages look, the schema and its page."""
