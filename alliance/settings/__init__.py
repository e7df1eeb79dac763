"""Settings: `base` is shared; `local`, `production` and `test` say what differs."""
