"""To whom somebody may be referred, best fit first."""
