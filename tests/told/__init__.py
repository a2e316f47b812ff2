"""What is told is what is so: reports, cards and explanations of providers near the worked ones."""
