"""What is looked at before a release: what is depended on, and whether the wheel is whole. No part of the package."""
